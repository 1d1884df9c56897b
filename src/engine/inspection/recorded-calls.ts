// The calls that an execution made, with how each came out: the mocks of a fork, and of a test that replays it.
import { type Json, stringifyJson } from "../../asl/json.ts";
import type { Payload } from "../../asl/payload.ts";
import type { TaskOutcome } from "../effect.ts";
import type { JournalEvent } from "../journal/event.ts";

export interface RecordedCall {
  readonly parameters: Payload;
  /** Absent for a call whose outcome nobody knows: it was aborted, or is still awaited. */
  readonly outcome?: Exclude<TaskOutcome, { readonly kind: "submitted" }> | undefined;
  /** Milliseconds until it was started, and from then on until its outcome. */
  readonly queuedMs: number;
  readonly tookMs: number;
}

/** The calls of each state in the order in which they were scheduled, as a mock file counts them. */
export type RecordedCalls = ReadonlyMap<string, readonly RecordedCall[]>;

type Draft<Value> = { -readonly [Member in keyof Value]: Value[Member] };
interface OpenCall extends Draft<RecordedCall> {
  scheduledAt: number;
  startedAt: number;
  submission: Payload | undefined;
}

export function recordedCalls(events: readonly JournalEvent[]): RecordedCalls {
  const calls = new Map<string, OpenCall[]>();
  const states = new Map<number, string>();
  const open = new Map<number, OpenCall>();
  for (const event of events) {
    if (event.kind === "StateEntered") states.set(event.scope, event.name);
    if (event.kind === "TaskScheduled") {
      const { at, parameters } = event;
      const call = {
        parameters,
        outcome: undefined,
        queuedMs: 0,
        tookMs: 0,
        scheduledAt: at,
        startedAt: at,
        submission: undefined,
      };
      const name = states.get(event.scope) ?? "";
      const known = calls.get(name);
      if (known === undefined) calls.set(name, [call]);
      else known.push(call);
      open.set(event.scope, call);
    }
    const call = "scope" in event ? open.get(event.scope) : undefined;
    if (call !== undefined) readCall(call, event);
  }
  return calls;
}

function readCall(call: OpenCall, event: JournalEvent): void {
  const { submission } = call;
  switch (event.kind) {
    case "TaskStarted":
      call.startedAt = event.at;
      call.queuedMs = event.at - call.scheduledAt;
      return;
    case "TaskSubmitted":
      call.submission = event.output;
      return;
    case "TaskSucceeded":
      call.tookMs = event.at - call.startedAt;
      call.outcome = { kind: "succeeded", output: event.output, submission };
      return;
    case "TaskFailed":
    case "TaskSubmitFailed":
    case "TaskTimedOut":
      call.tookMs = event.at - call.startedAt;
      call.outcome = { kind: "failed", error: event.error, cause: event.cause, submission };
      return;
    default:
      return;
  }
}

/**
 * The text of a mock file (Step Functions Local's format) with the recorded results as one test case. Calls whose outcome
 * nobody knows are left out.
 */
export function mockFileOf(
  calls: RecordedCalls,
  { stateMachineName, testCase }: { readonly stateMachineName: string; readonly testCase: string },
): string {
  const answered = [...calls].filter(([, list]) => list.some(({ outcome }) => outcome !== undefined));
  const nameOf = (state: string): string => `${testCase} ${state}`;
  const responses = answered.map(([state, list]): [string, Json] => [nameOf(state), rangesOf(list)]);
  const states = answered.map(([state]): [string, Json] => [state, nameOf(state)]);
  const file: Json = {
    StateMachines: record([[stateMachineName, { TestCases: record([[testCase, record(states)]]) }]]),
    MockedResponses: record(responses),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Equal results one after the other are one range. */
function rangesOf(calls: readonly RecordedCall[]): Json {
  const ranges: { first: number; last: number; readonly response: Json; readonly text: string }[] = [];
  for (const [invocation, { outcome }] of calls.entries()) {
    if (outcome === undefined) continue;
    const response = responseOf(outcome);
    const text = stringifyJson(response);
    const before = ranges.at(-1);
    if (before?.text === text && before.last === invocation - 1) before.last = invocation;
    else ranges.push({ first: invocation, last: invocation, response, text });
  }
  return record(
    ranges.map(({ first, last, response }) => [first === last ? `${first}` : `${first}-${last}`, response]),
  );
}

function responseOf(outcome: NonNullable<RecordedCall["outcome"]>): Json {
  if (outcome.kind === "succeeded") return { Return: outcome.output.value };
  const { error = "", cause } = outcome;
  return { Throw: cause === undefined ? { Error: error } : { Error: error, Cause: cause } };
}

/** An object of entries whose names may be any text. */
function record(entries: readonly (readonly [string, Json])[]): Json {
  return Object.fromEntries(entries);
}
