// A decision says what should happen now: a command in, events and effects out. It is synchronous, and pure but for the
// execution that it owns. It runs on as far as it can without the outside: a chain of Pass, Choice and Map is one decision.
import { failurePlace } from "./failure-place.ts";
import { WorkExceeded } from "../asl/work.ts";
import { hasRoom, isToBeRedriven } from "./pending.ts";
import type { Effect } from "./effect.ts";
import { ItemsChangedError } from "./map/items.ts";
import { receiveMapRunOutcome, redriveMapRun } from "./states/map-distributed.ts";
import { continueMap } from "./states/map.ts";
import { abortExecution } from "./transition/end-execution.ts";
import { failExecution } from "./transition/failure.ts";
import { type Execution, isOpenMapRun, type Scope } from "./execution.ts";
import { redriveExecution } from "./redrive.ts";
import { beginAgain, endScope, enterState } from "./transition/enter.ts";
import { keepTaskAlive, receiveOutcome, startScheduledTasks, takeActivityTask } from "./states/task.ts";
import { type Command, type Decision, type Environment, HistoryLimitReached, Turn } from "./turn.ts";
import { wake } from "./wake.ts";

/**
 * Decides what a command brings about and applies it to `execution`. A command that comes too late, or that came before,
 * changes nothing and gives no events: a Stop and a Redrive without a token, which nothing tells from another request, are
 * the exception once the other of the two came between.
 */
export function decide(execution: Execution, command: Command, environment: Environment): Decision {
  const turn = new Turn(execution, environment);
  within(turn, () => {
    perform(turn, command);
    runScopes(turn);
    startScheduledTasks(turn);
  });
  if (turn.events.length > 0 && !turn.isOpen) endMapRuns(turn);
  const effects = turn.isOpen ? turn.effects : turn.effects.filter(isOfEndedExecution);
  return { events: turn.events, effects };
}

/** Effects that an execution still has when it has ended: nothing begins for it any more. */
function isOfEndedExecution({ kind }: Effect): boolean {
  return kind === "CancelTask" || kind === "StartMapRun" || kind === "EndMapRun" || kind === "RedriveMapRun";
}

/** Map Runs do not outlive the execution, whichever way it ended. */
function endMapRuns({ execution, effects }: Turn): void {
  for (const { state } of execution.scopes.values()) {
    if (state?.work?.kind !== "mapRun" || !isOpenMapRun(state.work)) continue;
    effects.push({ kind: "EndMapRun", startedEventId: state.work.startedEventId, status: "ABORTED" });
  }
}

/** Acts in a turn; what nothing in the workflow can deal with ends the execution. */
export function within<Result>(turn: Turn, act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    endBy(turn, error);
    return undefined;
  }
}

/**
 * Deals with an error that nothing in the workflow can deal with: the execution has failed by then, or fails by it.
 * @throws the error when it is a bug.
 */
function endBy(turn: Turn, error: unknown): void {
  if (error instanceof HistoryLimitReached) return;
  const scope = turn.current;
  if (!turn.isOpen || scope?.state === undefined) throw error;
  if (error instanceof ItemsChangedError) return failExecution(turn, error.failure, scope.lastEventId);
  const isTest = turn.execution.identity.test !== undefined;
  const place = isTest ? "" : `${failurePlace(scope.state)} `;
  if (error instanceof WorkExceeded) {
    const cause = `${place}It takes more work than one state may: ${error.message}.`;
    return failExecution(turn, { error: "States.Runtime", cause }, scope.lastEventId);
  }
  // The platform's own bounds: a text of more than 512 MB, a stack that is used up.
  if (!(error instanceof RangeError)) throw error;
  const cause = `${place}Its data are too large or nested too deeply.`;
  failExecution(turn, { error: "States.DataLimitExceeded", cause }, scope.lastEventId);
}

function perform(turn: Turn, command: Command): void {
  if (command.kind === "Start") {
    if (turn.execution.status !== "NOT_STARTED") return;
    const { kind: _, ...started } = command;
    turn.emit(0, { kind: "ExecutionStarted", ...started });
    return touchAll(turn);
  }
  if (command.kind === "Redrive") return redriveExecution(turn, command.clientToken);
  if (!turn.isOpen) return;
  switch (command.kind) {
    case "Continue":
      return touchAll(turn);
    case "Wake":
      return wake(turn);
    case "Stop":
      return abortExecution(turn, command);
    case "TaskOutcome":
      return withTask(turn, command.scheduledEventId, (scope) => receiveOutcome(turn, scope, command.outcome));
    case "ActivityTaskTaken":
      return withTask(turn, command.scheduledEventId, (scope) => takeActivityTask(turn, scope, command.workerName));
    case "MapRunEnded":
      return receiveMapRunOutcome(turn, command, command.outcome);
    case "TaskHeartbeat":
      return withTask(turn, command.scheduledEventId, (scope) => keepTaskAlive(turn, scope));
  }
}

function touchAll(turn: Turn): void {
  for (const scope of turn.execution.scopes.values()) turn.touch(scope);
}

function withTask(turn: Turn, scheduledEventId: number, act: (scope: Scope) => void): void {
  const scope = turn.execution.tasks.get(scheduledEventId);
  if (scope === undefined) return;
  turn.begin(scope);
  act(scope);
}

/** Runs every scope that can go on until it waits, ends, or the decision grows too long. */
function runScopes(turn: Turn): void {
  for (let scope = turn.nextScope(); scope !== undefined && turn.isOpen; scope = turn.nextScope()) {
    turn.begin(scope);
    const work = scope.state?.work;
    if (work?.kind === "redrive") {
      if (turn.isTooLong) return turn.continueLater();
      beginAgain(turn, scope);
    }
    if (isToBeRedriven(work)) {
      if (turn.isTooLong) return turn.continueLater();
      redriveMapRun(turn, scope);
    }
    if (work?.kind === "map" && hasRoom(work)) continueMap(turn, scope);
    while (scope.next !== undefined && turn.isOpen) {
      if (turn.isTooLong) return turn.continueLater();
      if (turn.environment.isStateMachineDeleted === true) return abortExecution(turn, {});
      turn.begin(scope);
      enterState(turn, scope, scope.next);
    }
    // One that failed may be gone with the state around it.
    if (!scope.hasEnded || !turn.isOpen || turn.execution.scopes.get(scope.id) !== scope) continue;
    if (turn.isTooLong) return turn.continueLater();
    turn.begin(scope.parent ?? scope);
    endScope(turn, scope);
  }
}
