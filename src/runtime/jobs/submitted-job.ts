// A job, as the two events of its attempt tell of it: what was asked for, and what the service answered.
import type { SubmittedJob } from "../../engine/effect.ts";
import type { JournalEvent } from "../../engine/journal/event.ts";
import type { Journal } from "../../store/journal.ts";
import type { Job } from "../../store/jobs.ts";

/** `undefined` where the events are not those of a job: its row is of no use. */
export async function submittedJob(
  journal: Pick<Journal, "readEvents">,
  { executionId, scheduledEventId, submittedEventId }: Job,
): Promise<SubmittedJob | undefined> {
  const read = async <Kind extends JournalEvent["kind"]>(id: number, kind: Kind) => {
    const events = await journal.readEvents(executionId, { from: id, to: id });
    return events.find((event): event is Extract<JournalEvent, { kind: Kind }> => event.kind === kind);
  };
  const scheduled = await read(scheduledEventId, "TaskScheduled");
  const submitted = await read(submittedEventId, "TaskSubmitted");
  if (scheduled === undefined || submitted === undefined) return undefined;
  const { resource, parameters, credentialsRoleArn } = scheduled;
  return { resource, parameters, submission: submitted.output, submittedAt: submitted.at, credentialsRoleArn };
}
