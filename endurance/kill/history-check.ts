// The truths of every history, whatever happened to the server while it was written.
import type { ExecutionRecord } from "./ledger.ts";

export type HistoryEvent = Readonly<Record<string, unknown>> & {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
};

const endTypes = /^Execution(Succeeded|Failed|Aborted|TimedOut)$/;
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

function iterationFaults(events: readonly HistoryEvent[]): readonly string[] {
  const seen = new Set<string>();
  return events.flatMap((event) => {
    const details = event[`m${event.type.slice(1)}EventDetails`] as { name: string; index: number } | undefined;
    if (!event.type.startsWith("MapIteration") || details === undefined) return [];
    const key = `${event.type} ${details.name} ${details.index}`;
    if (seen.has(key)) return [`${key} is there twice`];
    seen.add(key);
    return [];
  });
}
