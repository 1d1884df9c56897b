// The work that is outstanding in an execution, from its state alone: a restart must perform it again.
import { isJsonObject, memberOf } from "../asl/json.ts";
import { isJob } from "../asl/resource.ts";
import type { Effect, PerformTask } from "./effect.ts";
import type { ActiveState, Execution, MapRunWork, MapWork, TaskWork, Work } from "./execution.ts";

/**
 * Tasks whose call was in flight and work that a crash cut short. Timers, tokens and offers of activity tasks are not
 * among them: they are durable where they are.
 */
export function pending(execution: Execution): readonly Effect[] {
  if (execution.status !== "RUNNING") return [];
  const effects: Effect[] = [];
  let isCutShort = false;
  for (const scope of execution.scopes.values()) {
    const { state } = scope;
    const work = state?.work;
    if (scope.next !== undefined || scope.hasEnded || work?.kind === "redrive" || isToBeRedriven(work))
      isCutShort = true;
    if (work?.kind === "map" && hasRoom(work)) isCutShort = true;
    if (state === undefined || work?.kind !== "task" || work.phase !== "started" || work.resource.kind === "activity")
      continue;
    effects.push(performTask(execution, state, work));
  }
  return isCutShort ? [...effects, { kind: "ContinueExecution" }] : effects;
}

/**
 * Whether iterations are to be started that the decision did not come to. A Map that an earlier version has started, whose
 * concurrency is not known, was never left in the midst of it.
 */
export function hasRoom({ running, concurrency = 0, nextIndex, length, hasSucceeded, hasFailed }: MapWork): boolean {
  return running < concurrency && nextIndex < length && !hasSucceeded && !hasFailed;
}

/** Whether the execution was redriven and its Map Run is still to be. */
export function isToBeRedriven(work: Work | undefined): work is MapRunWork {
  return work?.kind === "mapRun" && work.status === "REDRIVING";
}

/** Whether a task of the execution waits for the end of a child: one that was accepted, and whose outcome is awaited. */
export function awaitsChild({ tasks }: Execution, childArn: string): boolean {
  for (const { state } of tasks.values()) {
    const answer = state?.work?.kind === "task" ? state.work.submission?.value : undefined;
    if (answer !== undefined && isJsonObject(answer) && memberOf(answer, "ExecutionArn") === childArn) return true;
  }
  return false;
}

/** The jobs that tasks wait for: the id of each TaskScheduled with that of its TaskSubmitted. */
export function awaitedJobs({ tasks }: Execution): ReadonlyMap<number, number> {
  let jobs: Map<number, number> | undefined;
  for (const [scheduledEventId, scope] of tasks) {
    const work = scope.state?.work;
    if (work?.kind !== "task" || work.phase !== "submitted" || !isJob(work.resource)) continue;
    // Nothing that is listed follows from a submission but its end.
    jobs = (jobs ?? new Map<number, number>()).set(scheduledEventId, scope.lastEventId);
  }
  return jobs ?? noJobs;
}

const noJobs: ReadonlyMap<number, number> = new Map();

/** The call that a task attempt stands for. */
export function performTask(
  { identity, roleArn }: Execution,
  { name: stateName }: Pick<ActiveState, "name">,
  work: TaskWork,
): PerformTask {
  return {
    kind: "PerformTask",
    attempt: { executionArn: identity.arn, scheduledEventId: work.scheduledEventId },
    resource: work.resource,
    parameters: work.parameters,
    stateMachineArn: identity.stateMachineArn,
    stateName,
    roleArn,
    credentialsRoleArn: work.credentialsRoleArn,
    deadline: work.deadline,
    mocked: work.mocked,
  };
}
