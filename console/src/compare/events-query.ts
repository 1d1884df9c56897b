// The whole journal of an execution with all of its data: what comparing and forking need.
import { queryOptions } from "@tanstack/react-query";
import { decodeEvents } from "@engine/journal/event-codec.ts";
import type { JournalEvent } from "@engine/journal/event.ts";
import type { JournalPage } from "@contract";
import { getJson } from "../api/client.ts";

export interface FullJournal {
  readonly events: readonly JournalEvent[];
  /** The rows as they came, for `decodeEvents` in a worker. */
  readonly rows: readonly string[];
}

export const fullJournalQuery = (arn: string) =>
  queryOptions({
    queryKey: ["full-journal", arn],
    queryFn: async ({ signal }): Promise<FullJournal> => {
      const rows: string[] = [];
      let after = 0;
      for (;;) {
        const path = `executions/${encodeURIComponent(arn)}/journal`;
        const page = await getJson<JournalPage>(path, { after, data: "full" }, signal);
        rows.push(...page.rows.map(({ events }) => events));
        after = page.next;
        if (page.isComplete) return { events: rows.flatMap((row) => decodeEvents(row)), rows };
      }
    },
    // An execution that goes on is read again when it is compared again.
    staleTime: 5_000,
    gcTime: 60_000,
  });
