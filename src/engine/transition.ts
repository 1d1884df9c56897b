// One step of an execution as a pure function, for tools that look at what was and what would be side by side. The runtime
// uses `decide`, which changes the execution that it owns and copies nothing.
import { copyExecution } from "./copy-execution.ts";
import { decide } from "./decide.ts";
import type { Execution } from "./execution.ts";
import type { Command, Decision, Environment } from "./turn.ts";

/**
 * Decides what a command brings about, and leaves `execution` as it was.
 * @returns the execution after the command, and what was decided. The same arguments give the same again.
 */
export function transition(
  execution: Execution,
  command: Command,
  environment: Environment,
): readonly [next: Execution, decision: Decision] {
  const next = copyExecution(execution);
  return [next, decide(next, command, environment)];
}
