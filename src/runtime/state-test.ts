// TestState against the world outside: a task that is not mocked is really performed, for five minutes at most.
import { randomBytes } from "node:crypto";
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";
import { type StateTest, type StateTestReport, testState } from "../engine/state-test/run.ts";
import { awsLimits, type Environment, type Limits } from "../engine/turn.ts";
import type { HttpExchange } from "../tasks/ports.ts";
import type { Clock } from "./clock.ts";
import type { Perform } from "./executions/effects.ts";

export interface StateTesterOptions {
  readonly clock: Clock;
  readonly limits?: Partial<Limits> | undefined;
  readonly perform: Perform;
  readonly parameterProblem: Environment["parameterProblem"];
  readonly log: (message: string, error?: unknown) => void;
}

export interface TestOptions {
  readonly callerGone: AbortSignal;
  /** Whether the request of an HTTP task is told with what its connection adds to it. */
  readonly revealSecrets: boolean;
}

/** A problem is one of the request, which only shows once the state's data is known. */
export type TestState = (test: StateTest, options: TestOptions) => Promise<StateTested | { readonly problem: string }>;

export interface StateTested {
  readonly report: StateTestReport;
  /** The call of an HTTP task that made one. */
  readonly exchange?: HttpExchange | undefined;
}

/** AWS's limit for the test of one state. */
const longestTestMs = 5 * 60_000;

export function createStateTester(options: StateTesterOptions): TestState {
  const { clock, limits, parameterProblem } = options;
  return async (test, { callerGone, revealSecrets }) => {
    const run = testState(test, {
      now: clock.now(),
      limits: { ...awsLimits, ...limits },
      parameterProblem,
      taskToken: () => randomBytes(30).toString("base64url"),
    });
    if (run.kind === "refused") return { problem: run.problem };
    if (run.kind === "ended") return { report: run.report };
    let exchange: HttpExchange | undefined;
    const perform: Perform = (task, signal) =>
      options.perform(task, signal, { revealSecrets, show: (shown) => (exchange = shown) });
    const outcome = await performInTime(run.task, callerGone, { ...options, perform });
    return { report: run.end(outcome, clock.now()), exchange };
  };
}

type Ended = Exclude<TaskOutcome, { kind: "submitted" }>;

async function performInTime(task: PerformTask, callerGone: AbortSignal, options: StateTesterOptions): Promise<Ended> {
  const { clock } = options;
  const call = new AbortController();
  const timeout = Promise.withResolvers<Ended>();
  const stop = (): void => {
    timeout.resolve({ kind: "failed", error: "States.Timeout" });
    call.abort();
  };
  const disarm = clock.callAfter(Math.min((task.deadline ?? Infinity) - clock.now(), longestTestMs), stop);
  callerGone.addEventListener("abort", stop, { once: true });
  if (callerGone.aborted) stop();
  try {
    return await Promise.race([performed(task, call.signal, options), timeout.promise]);
  } finally {
    disarm();
    callerGone.removeEventListener("abort", stop);
  }
}

async function performed(task: PerformTask, signal: AbortSignal, { perform, log }: StateTesterOptions): Promise<Ended> {
  try {
    const outcome = await perform(task, signal);
    return outcome.kind === "submitted" ? { kind: "succeeded", output: outcome.output } : outcome;
  } catch (error) {
    // A connector that throws is a bug of Pawl; to the workflow it is a task that failed.
    log(`The connector of ${task.resource.arn} failed.`, error);
    const cause = `Pawl could not perform ${task.resource.arn}. Its log has the details.`;
    return { kind: "failed", error: "States.TaskFailed", cause };
  }
}
