// Lines of what happens in executions, one per state, as `pawl run` shows them. Pure: events in, lines out. The states that
// an event ends are read from the execution as it was just before; only failures, which the execution does not keep, are
// noted here.
import { fileURLToPath } from "node:url";
import { isJsonObject, type Json, memberOf, parseJson } from "../../asl/json.ts";
import type { ActiveState, Execution, Scope } from "../../engine/execution.ts";
import type { JournalEvent, StateExited, TaskScheduled } from "../../engine/journal/event.ts";
import { placedCause } from "../../engine/failure-place.ts";
import { childrenOf } from "../../engine/scopes.ts";
import { type Columns, type Mark, placeBefore, stateLine } from "./state-line.ts";
import { durationText, oneLine, type Paint, printable } from "./terminal.ts";

export interface LiveLinesOptions {
  readonly paint: Paint;
  /** The command that answers a callback. */
  readonly answer: (token: string) => string;
  readonly columns: Columns;
}

/** The lines of one execution; a class because it lives as long as that. */
export class LiveLines {
  readonly #options: LiveLinesOptions;
  readonly #indent: string;
  /** The failure that the active state of a scope will end by, unless it is caught or retried. */
  #failures = new WeakMap<Scope, string>();
  /** States whose end has been told already: the abort of each follows the end of its iteration. */
  #ended = new WeakSet<ActiveState>();

  /** @param indent set before the names of an execution that another one started. */
  constructor(options: LiveLinesOptions, indent = "") {
    this.#options = options;
    this.#indent = indent;
  }

  /** @param before the execution just before the event. */
  linesOf(event: JournalEvent, before: Execution): readonly string[] {
    if (!("scope" in event)) return this.#linesOfExecution(event, before);
    const scope = before.scopes.get(event.scope);
    if (scope === undefined) return [];
    switch (event.kind) {
      case "MapIterationSucceeded":
      case "MapIterationFailed":
      case "MapIterationAborted":
        return this.#endFrom(scope, event.at);
      case "MapStateFailed":
      case "ParallelStateFailed":
        return this.#endBelow(scope, event.at);
      case "StateExited":
        return this.#exited(scope, event);
      case "StateAborted":
        return this.#endOf(scope, event.at);
      case "TaskScheduled":
        return this.#scheduled(scope, event);
      case "TaskFailed":
      case "TaskSubmitFailed":
      case "EvaluationFailed":
        this.#note(scope, failureText(event));
        return [];
      case "TaskTimedOut":
        this.#note(scope, failureText({ error: event.error ?? "States.Timeout", cause: event.cause }));
        return [];
      case "WaitStarted":
        return this.#waits(scope, event.until, event.at);
      case "RetryScheduled":
        return this.#retried(scope, event.until, event.at);
      default:
        return [];
    }
  }

  #linesOfExecution(event: JournalEvent, before: Execution): readonly string[] {
    switch (event.kind) {
      case "ExecutionFailed":
      case "ExecutionTimedOut":
      case "ExecutionAborted": {
        const root = before.scopes.get(0);
        return root === undefined ? [] : this.#endFrom(root, event.at, failureText(event));
      }
      case "ExecutionRedriven":
        // States that were told to have ended begin again.
        this.#failures = new WeakMap();
        this.#ended = new WeakSet();
        return [];
      default:
        return [];
    }
  }

  #exited(scope: Scope, { stateType, next, at }: StateExited & JournalEvent): readonly string[] {
    const { state } = scope;
    if (state === undefined) return [];
    const failure = this.#failures.get(scope);
    this.#failures.delete(scope);
    if (failure !== undefined) {
      // The failure was caught: for the states around nothing has failed.
      this.#forgive(scope.parent, failure);
      return [this.#line("failed", scope, state, { at, text: `${failure.replace(/\.$/, "")}${caughtText(next)}` })];
    }
    const attempts = retriesOf(state) + 1;
    const text = attempts > 1 ? `attempt ${attempts}` : "";
    const isChoice = stateType === "Choice" && next !== undefined;
    return [this.#line("done", scope, state, { at, text: isChoice ? `→ ${printable(next)}` : text })];
  }

  /** A scope has ended, and those below it with it: what was under way there did not come to its end. */
  #endFrom(scope: Scope, at: number, failure?: string): readonly string[] {
    return [...this.#endBelow(scope, at), ...this.#endOf(scope, at, failure)];
  }

  #endBelow({ state }: Scope, at: number): readonly string[] {
    const work = state?.work;
    if (work?.kind !== "map" && work?.kind !== "parallel") return [];
    return [...childrenOf(work)].flatMap((child) => this.#endFrom(child, at));
  }

  #endOf(scope: Scope, at: number, failure?: string): readonly string[] {
    const { state } = scope;
    if (state === undefined || this.#ended.has(state)) return [];
    this.#ended.add(state);
    const reason = this.#failures.get(scope) ?? failure;
    const mark = reason === undefined ? "stopped" : "failed";
    return [this.#line(mark, scope, state, { at, text: reason ?? "stopped" })];
  }

  #scheduled(scope: Scope, { resource, token }: TaskScheduled): readonly string[] {
    const { state } = scope;
    if (state === undefined || token === undefined) return [];
    if (resource.kind === "activity") {
      const name = resource.arn.slice(resource.arn.lastIndexOf(":") + 1);
      const text = `waits for a worker of ${printable(name)}`;
      return [this.#line("waits", scope, state, { text })];
    }
    if (resource.pattern !== "waitForTaskToken") return [];
    return [
      this.#line("waits", scope, state, { text: "waits for a callback. To send one from another terminal:" }),
      `      ${this.#options.paint("cyan", printable(this.#options.answer(token)))}`,
    ];
  }

  #waits(scope: Scope, until: number, at: number): readonly string[] {
    const { state } = scope;
    if (state === undefined || until <= at) return [];
    const time = new Date(until).toLocaleTimeString("en-GB");
    return [this.#line("waits", scope, state, { text: `waits ${durationText(until - at)}, until ${time}` })];
  }

  #retried(scope: Scope, until: number, at: number): readonly string[] {
    const { state } = scope;
    if (state === undefined) return [];
    const failure = this.#failures.get(scope);
    this.#forgive(scope, failure);
    const wait = until > at ? `in ${durationText(until - at)}` : "now";
    const text = `${(failure ?? "failed").replace(/\.$/, "")}; attempt ${retriesOf(state) + 2} ${wait}`;
    return [this.#line("retried", scope, state, { at, text })];
  }

  /** Remembered for the state and those around it: they end when it does, unless it is caught or retried. */
  #note(from: Scope, failure: string): void {
    for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent) {
      if (!this.#failures.has(scope)) this.#failures.set(scope, failure);
    }
  }

  #forgive(from: Scope | undefined, failure: string | undefined): void {
    for (let scope = from; scope !== undefined; scope = scope.parent) {
      if (this.#failures.get(scope) === failure) this.#failures.delete(scope);
    }
  }

  /** @param end when it ended, epoch milliseconds, where it did, and what is said of it. */
  #line(mark: Mark, scope: Scope, state: ActiveState, end: { readonly at?: number; readonly text: string }): string {
    const name = `${this.#indent}${placeOf(scope)}${state.name}`;
    const durationMs = end.at === undefined ? undefined : end.at - state.enteredAt;
    return stateLine({ mark, name, type: state.type, durationMs, text: end.text }, this.#options);
  }
}

/** The token of a task that somebody is asked to answer; one that waits for a job or a worker has a token too. */
export function callbackToken(event: JournalEvent): string | undefined {
  if (event.kind !== "TaskScheduled" || event.resource.kind !== "service") return undefined;
  return event.resource.pattern === "waitForTaskToken" ? event.token : undefined;
}

/** The place of a scope within the machine, such as `Each item[2] › `. */
function placeOf({ parent, index }: Scope): string {
  return parent === undefined ? "" : placeBefore(placeOf(parent), parent.state?.name ?? "", index);
}

function retriesOf({ attempts }: ActiveState): number {
  return [...attempts.values()].reduce((sum, retries) => sum + retries, 0);
}

/** `Error: cause` on one line. The cause of a function's failure is JSON that holds the message. */
export function failureText({
  error,
  cause,
}: {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}): string {
  const reason = cause === undefined ? "" : headline(messageIn(cause));
  if (error === undefined || error === "") return reason === "" ? "failed without a reason" : cut(reason);
  return cut(reason === "" ? error : `${error}: ${reason}`);
}

/** Where causes say what to do, they do so at their end. */
const longestFailure = 400;

function cut(text: string): string {
  return oneLine(text, longestFailure);
}

/** The part of a cause that says what happened: the line says which state it was, and a traceback of Python ends with it. */
export function headline(reason: string): string {
  const detail = placedCause(reason)?.detail ?? reason;
  return detail.includes("Traceback (most recent call last):") ? (detail.trim().split("\n").at(-1) ?? detail) : detail;
}

/** The message in a cause that the runtime of a function or the end of another execution wrote, or the cause itself. */
export function messageIn(cause: string): string {
  if (!cause.startsWith("{")) return cause;
  let value: Json;
  try {
    value = parseJson(cause);
  } catch {
    // It only begins like JSON.
    return cause;
  }
  if (!isJsonObject(value)) return cause;
  const message = memberOf(value, "errorMessage");
  if (typeof message === "string") return message;
  const [error, inner] = [memberOf(value, "Error"), memberOf(value, "Cause")];
  if (typeof error !== "string" && typeof inner !== "string") return cause;
  return [error, typeof inner === "string" ? messageIn(inner) : undefined]
    .filter((part) => part !== undefined)
    .join(": ");
}

/** Where a function failed: the first of its own files in the trace that its runtime wrote. */
export function placeIn(cause: string): { readonly path: string; readonly position: string } | undefined {
  for (const [, url = "", position = ""] of cause.matchAll(framePattern)) {
    const path = pathOf(url);
    if (path !== undefined && !path.startsWith(ownRuntime)) return { path, position };
  }
  return undefined;
}

const framePattern = /"\s+at [^"]*?(file:\/\/\/[^"\s]+?\.[cm]?[jt]s):(\d+:\d+)\)?"/g;
/** Frames of it are of what calls functions, not of these. */
const ownRuntime = fileURLToPath(new URL("../../tasks/functions/", import.meta.url));

function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(new URL(url).pathname);
  } catch {
    // A function can write what it likes into its trace.
    return undefined;
  }
}

function caughtText(next: string | undefined): string {
  return next === undefined ? "; caught" : `; caught → ${printable(next)}`;
}
