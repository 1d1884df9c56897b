// The journal of an execution with all of its data: what comparing and forking need, as far as a tab has room for it.
import { queryOptions } from "@tanstack/react-query";
import { decodeEvents } from "@engine/journal/event-codec.ts";
import type { JournalEvent } from "@engine/journal/event.ts";
import type { JournalPage } from "@contract";
import { getJson } from "../api/client.ts";

export interface FullJournal {
  readonly events: readonly JournalEvent[];
  /** The rows as they came, for `decodeEvents` in a worker. */
  readonly rows: readonly string[];
  /** It has more than these. */
  readonly isCut: boolean;
}

/** The most that is read, in characters: 25,000 events of usual data take a tenth of it. */
export const mostText = 64 * 1024 * 1024;
/** More than a Standard execution can have, those included that AWS does not list. */
const mostEvents = 100_000;

export const fullJournalQuery = (arn: string) =>
  queryOptions({
    queryKey: ["full-journal", arn],
    queryFn: async ({ signal }): Promise<FullJournal> => {
      const rows: string[] = [];
      const events: JournalEvent[] = [];
      let [after, characters] = [0, 0];
      for (;;) {
        const path = `executions/${encodeURIComponent(arn)}/journal`;
        const page = await getJson<JournalPage>(path, { after, data: "full" }, signal);
        for (const { events: text } of page.rows) {
          rows.push(text);
          characters += text.length;
          // Page by page, so that the tab is never busy for long.
          for (const event of decodeEvents(text)) events.push(event);
        }
        after = page.next;
        const isFull = characters >= mostText || events.length >= mostEvents;
        if (page.isComplete || isFull) return { events, rows, isCut: !page.isComplete };
      }
    },
    // An execution that goes on is read again when it is compared again.
    staleTime: 5_000,
    // Two of them may take a good part of the memory of a tab.
    gcTime: 10_000,
  });
