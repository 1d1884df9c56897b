// The truths of every history, whatever happened to the server while it was written.
import type { ExecutionRecord } from "./ledger.ts";

export type HistoryEvent = Readonly<Record<string, unknown>> & {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
};

const endTypes = /^Execution(Succeeded|Failed|Aborted|TimedOut)$/;
/** Aborted iterations follow what they were aborted by, which does not say where they began. */
const ownIterationTypes = /^MapIteration(Started|Succeeded|Failed)$/;
const outcomeTypes = /^(Task|Activity|LambdaFunction)(Succeeded|Failed|TimedOut)$/;

/** @returns what is wrong with the history, nothing when all is well. */
export function historyFaults(
  events: readonly HistoryEvent[],
  record: Pick<ExecutionRecord, "status" | "notBefore">,
): readonly string[] {
  const faults: string[] = [];
  const count = (type: RegExp): number => events.filter((event) => type.test(event.type)).length;
  let last: HistoryEvent | undefined;
  for (const [index, event] of events.entries()) {
    if (event.id !== index + 1) return [`event ${index + 1} has the id ${event.id}`];
    if (event.previousEventId >= event.id) faults.push(`event ${event.id} follows event ${event.previousEventId}`);
    if (last !== undefined && event.timestamp < last.timestamp) faults.push(`event ${event.id} goes back in time`);
    if (last !== undefined && endTypes.test(last.type) && event.type !== "ExecutionRedriven")
      faults.push(`event ${event.id}, ${event.type}, comes after the end`);
    last = event;
  }
  const redrives = count(/^ExecutionRedriven$/);
  if (count(/^ExecutionStarted$/) !== 1) faults.push(`it has ${count(/^ExecutionStarted$/)} starts`);
  if (count(endTypes) !== redrives + 1) faults.push(`it has ${count(endTypes)} ends and ${redrives} redrives`);
  if (redrives === 0) faults.push(...iterationFaults(events));
  if (redrives === 0 && record.status === "SUCCEEDED") {
    const [entered, exited] = [count(/StateEntered$/), count(/StateExited$/)];
    if (entered !== exited) faults.push(`${entered} states were entered and ${exited} left`);
    const [scheduled, outcomes] = [count(/Scheduled$/), count(outcomeTypes)];
    if (scheduled !== outcomes) faults.push(`${scheduled} tasks were scheduled and ${outcomes} ended`);
  }
  const { notBefore } = record;
  if (notBefore !== undefined) {
    const left = events.findLast(({ type }) => type === "WaitStateExited")?.timestamp ?? 0;
    if (left * 1000 < notBefore) faults.push(`a Wait until ${notBefore} was left at ${left * 1000}`);
  }
  return faults;
}

/** A Map that is tried again, and one within another, begins each iteration anew, after a MapStateStarted of its own. */
function iterationFaults(events: readonly HistoryEvent[]): readonly string[] {
  const seen = new Set<string>();
  return events.flatMap((event) => {
    const { type } = event;
    const iteration = iterationOf(event);
    if (iteration === undefined) return [];
    const origin = originOf(events, event, (other) =>
      type === "MapIterationStarted"
        ? other.type === "MapStateStarted"
        : other.type === "MapIterationStarted" && iterationOf(other) === iteration,
    );
    const key = `${type} ${iteration}`;
    if (seen.has(`${key} ${origin}`)) return [`${key} is there twice`];
    seen.add(`${key} ${origin}`);
    return [];
  });
}

function iterationOf(event: HistoryEvent): string | undefined {
  if (!ownIterationTypes.test(event.type)) return undefined;
  const details = event[`m${event.type.slice(1)}EventDetails`] as { name: string; index: number } | undefined;
  return details && `${details.name} ${details.index}`;
}

/** The id of the nearest event before of which `isOrigin` is true. */
function originOf(
  events: readonly HistoryEvent[],
  event: HistoryEvent,
  isOrigin: (other: HistoryEvent) => boolean,
): number | undefined {
  let before = events[event.previousEventId - 1];
  while (before !== undefined && !isOrigin(before)) before = events[before.previousEventId - 1];
  return before?.id;
}
