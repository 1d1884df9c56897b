// A decision says what should happen now: a command in, events and effects out. It is synchronous, and pure but for the
// execution that it owns. It runs on as far as it can without the outside: a chain of Pass, Choice and Map is one decision.
import { abortExecution } from "./transition/end-execution.ts";
import type { Execution, Scope } from "./execution.ts";
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
  try {
    perform(turn, command);
    runScopes(turn);
    startScheduledTasks(turn);
  } catch (error) {
    // The history is full: the execution has failed, and nothing more is decided.
    if (!(error instanceof HistoryLimitReached)) throw error;
  }
  const effects = turn.isOpen ? turn.effects : turn.effects.filter((effect) => effect.kind === "CancelTask");
  return { events: turn.events, effects };
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
    case "TaskHeartbeat":
      return withTask(turn, command.scheduledEventId, (scope) => keepTaskAlive(turn, scope));
  }
}

function touchAll(turn: Turn): void {
  for (const scope of turn.execution.scopes.values()) turn.touch(scope);
}

function withTask(turn: Turn, scheduledEventId: number, act: (scope: Scope) => void): void {
  const scope = turn.execution.tasks.get(scheduledEventId);
  if (scope !== undefined) act(scope);
}

/** Runs every scope that can go on until it waits, ends, or the decision grows too long. */
function runScopes(turn: Turn): void {
  for (let scope = turn.nextScope(); scope !== undefined && turn.isOpen; scope = turn.nextScope()) {
    if (scope.state?.work?.kind === "redrive") {
      if (turn.isTooLong) return continueLater(turn);
      beginAgain(turn, scope);
    }
    while (scope.next !== undefined && turn.isOpen) {
      if (turn.isTooLong) return continueLater(turn);
      if (turn.environment.isStateMachineDeleted === true) return abortExecution(turn, {});
      enterState(turn, scope, scope.next);
    }
    // One that failed may be gone with the state around it.
    if (!scope.hasEnded || !turn.isOpen || turn.execution.scopes.get(scope.id) !== scope) continue;
    if (turn.isTooLong) return continueLater(turn);
    endScope(turn, scope);
  }
}

function continueLater(turn: Turn): void {
  turn.effects.push({ kind: "ContinueExecution" });
}
