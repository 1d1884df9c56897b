// The journal of an execution in the browser: read in pages, then kept up by the stream, without a gap or a row twice.
import { queryOptions, type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { decodeEvents } from "@engine/journal/event-codec.ts";
import type { JournalEvent } from "@engine/journal/event.ts";
import type { JournalPage, StreamedRow } from "@contract";
import { getJson } from "../api/client.ts";
import { executionQuery } from "../api/queries.ts";
import { type Connection, useStream } from "../api/stream.ts";

export interface Journal {
  readonly events: readonly JournalEvent[];
  /** The row up to which it was read. */
  readonly next: number;
  readonly isComplete: boolean;
}

const empty: Journal = { events: [], next: 0, isComplete: false };

interface FollowedJournal {
  readonly journal: Journal;
  readonly error: Error | null;
  readonly retry: () => void;
  readonly connection: Connection;
}

/** For a component that is made anew for another execution. */
export function useJournal(arn: string): FollowedJournal {
  const queries = useQueryClient();
  const { data: journal = empty, error, refetch } = useQuery(journalQuery(queries, arn));
  const [start, setStart] = useState<number>();
  // Where the stream began stays in its address: EventSource itself knows how far it has come.
  if (start === undefined && journal.isComplete) setStart(journal.next);
  const subject = start === undefined ? undefined : { executions: [arn], after: start };
  const connection = useStream(subject, {
    journal: (row) => append(queries, arn, row),
    resync: () => void refetch(),
    logout: () => void queries.invalidateQueries({ queryKey: ["session"] }),
  });
  return { journal, error, retry: () => void refetch(), connection };
}

function journalQuery(queries: QueryClient, arn: string) {
  const queryKey = ["journal", arn];
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }): Promise<Journal> => {
      let journal = { ...(queries.getQueryData<Journal>(queryKey) ?? empty), isComplete: false };
      let shown = journal.events.length;
      while (!journal.isComplete) {
        const page = await getJson<JournalPage>(
          `executions/${encodeURIComponent(arn)}/journal`,
          { after: journal.next },
          signal,
        );
        const events = page.rows.flatMap(({ events: text }) => decodeEvents(text));
        journal = { events: [...journal.events, ...events], next: page.next, isComplete: page.isComplete };
        // The first events are shown while the rest is on its way; every page would cost the square of their number.
        if (journal.events.length < 2 * shown) continue;
        shown = journal.events.length;
        if (!journal.isComplete) queries.setQueryData(queryKey, journal);
      }
      return journal;
    },
    staleTime: Infinity,
  });
}

function append(queries: QueryClient, arn: string, row: StreamedRow): void {
  if (row.executionArn !== arn) return;
  let isOther = false;
  queries.setQueryData<Journal>(["journal", arn], (journal) => {
    if (journal === undefined || row.id <= journal.next) return journal;
    const events = decodeEvents(row.events);
    isOther = events.some(({ kind }) => kind.startsWith("Execution"));
    return { ...journal, events: [...journal.events, ...events], next: row.id };
  });
  if (isOther) void queries.invalidateQueries({ queryKey: executionQuery(arn).queryKey });
}
