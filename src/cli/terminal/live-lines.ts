// What happens in executions, a line per state, as `pawl run` shows it. Pure: changes in, lines out.
import type { JournalEvent, StateEntered, StateExited, TaskScheduled } from "../../engine/journal/event.ts";
import { branchOf } from "../../engine/branch-scope.ts";
import { resourceName } from "../../asl/resource.ts";
import { isJsonObject, type Json, memberOf, parseJson } from "../../asl/json.ts";
import { durationText, oneLine, type Paint, printable } from "./terminal.ts";

export interface LiveLinesOptions {
  readonly paint: Paint;
  /** Where callbacks are sent to. */
  readonly url: () => string;
  /** Names are filled up to this length, which grows with the longest one so far. */
  readonly columns: { nameWidth: number };
}

interface Active {
  readonly entered: StateEntered;
  readonly at: number;
  attempts: number;
  failure: string | undefined;
  /** The place of the state within the machine: `Each item[2] › `. */
  readonly prefix: string;
}

interface Scope {
  readonly parent: number | undefined;
  /** Such as `Each item[2] › `. */
  readonly prefix: string;
  active: Active | undefined;
}

type Mark = "done" | "retried" | "waits" | "failed" | "stopped";
const marks = {
  done: ["green", "✓"],
  retried: ["yellow", "↻"],
  waits: ["cyan", "…"],
  failed: ["red", "✗"],
  stopped: ["dim", "■"],
} as const;

export const widestName = 44;

/** The lines of one execution; a class because it lives as long as that. */
export class LiveLines {
  readonly #options: LiveLinesOptions;
  readonly #indent: string;
  readonly #scopes = new Map<number, Scope>([[0, { parent: undefined, prefix: "", active: undefined }]]);
  /** The scopes that Parallels are in, by the event that started them. */
  readonly #parallels = new Map<number, number>();

  /** @param indent set before the names of an execution that another one started. */
  constructor(options: LiveLinesOptions, indent = "") {
    this.#options = options;
    this.#indent = indent;
  }

  linesOf(events: readonly JournalEvent[]): readonly string[] {
    return events.flatMap((event) => this.#linesOfEvent(event));
  }

  #linesOfEvent(event: JournalEvent): readonly string[] {
    switch (event.kind) {
      case "ExecutionFailed":
      case "ExecutionTimedOut":
      case "ExecutionAborted":
        return this.#endFrom(0, event.at, failureText(event));
      case "MapIterationSucceeded":
      case "MapIterationFailed":
      case "MapIterationAborted":
        return this.#endFrom(event.scope, event.at);
      case "MapStateFailed":
      case "ParallelStateFailed":
        return this.#childrenOf(event.scope).flatMap((child) => this.#endFrom(child, event.at));
      case "ParallelStateStarted":
        this.#parallels.set(event.id, event.scope);
        return [];
      case "StateEntered":
        return this.#entered(event, event.at);
      case "StateExited":
        return this.#exited(event, event.at);
      case "StateAborted":
        return this.#stopped(event.scope, event.at);
      case "MapIterationStarted":
        this.#open(event.id, event.scope, `[${event.index}]`);
        return [];
      case "TaskScheduled":
        return this.#scheduled(event);
      case "TaskFailed":
      case "TaskSubmitFailed":
        this.#note(event.scope, failureText(event));
        return [];
      case "TaskTimedOut":
        this.#note(event.scope, failureText({ error: event.error ?? "States.Timeout", cause: event.cause }));
        return [];
      case "EvaluationFailed":
        this.#note(event.scope, failureText(event));
        return [];
      case "WaitStarted":
        return this.#waits(event.scope, event.until, event.at);
      case "RetryScheduled":
        return this.#retried(event.scope, event.until, event.at);
      default:
        return [];
    }
  }

  #entered(event: StateEntered, at: number): readonly string[] {
    const scope = this.#scope(event.scope);
    scope.active = { entered: event, at, attempts: 1, failure: undefined, prefix: scope.prefix };
    return [];
  }

  #exited({ scope: id, stateType, next }: StateExited, at: number): readonly string[] {
    const scope = this.#scope(id);
    const { active } = scope;
    scope.active = undefined;
    if (active === undefined) return [];
    if (active.failure !== undefined) {
      // It was caught: for the states around nothing has failed.
      this.#forgive(scope.parent, active.failure);
      return [this.#line("failed", active, at, `${active.failure.replace(/\.$/, "")}${caughtText(next)}`)];
    }
    const attempts = active.attempts > 1 ? `attempt ${active.attempts}` : "";
    return [
      this.#line("done", active, at, stateType === "Choice" && next !== undefined ? `→ ${printable(next)}` : attempts),
    ];
  }

  #stopped(id: number, at: number): readonly string[] {
    const scope = this.#scope(id);
    const { active } = scope;
    scope.active = undefined;
    if (active === undefined) return [];
    return [this.#line(active.failure === undefined ? "stopped" : "failed", active, at, active.failure ?? "stopped")];
  }

  /** A scope has ended, and those below it with it: what was under way there did not come to its end. */
  #endFrom(id: number, at: number, failure?: string): readonly string[] {
    const below = this.#childrenOf(id).flatMap((child) => this.#endFrom(child, at));
    const scope = this.#scopes.get(id);
    const { active } = scope ?? {};
    if (id !== 0) this.#scopes.delete(id);
    if (scope === undefined || active === undefined) return below;
    scope.active = undefined;
    const reason = active.failure ?? failure;
    return [...below, this.#line(reason === undefined ? "stopped" : "failed", active, at, reason ?? "stopped")];
  }

  #childrenOf(id: number): readonly number[] {
    return [...this.#scopes].filter(([, { parent }]) => parent === id).map(([child]) => child);
  }

  #scheduled({ scope: id, resource, token }: TaskScheduled): readonly string[] {
    const { active } = this.#scope(id);
    if (active === undefined || token === undefined) return [];
    if (resource.kind === "activity") {
      return [this.#line("waits", active, undefined, `waits for a worker of ${printable(resourceName(resource))}`)];
    }
    // One that waits for a job has a token too, but nobody is asked to send it.
    if (resource.pattern !== "waitForTaskToken") return [];
    const request = JSON.stringify({ taskToken: token, output: "{}" });
    const command = `curl ${this.#options.url()} -H 'X-Amz-Target: AWSStepFunctions.SendTaskSuccess' -d '${request}'`;
    return [
      this.#line("waits", active, undefined, "waits for a callback. To send one from another terminal:"),
      `      ${this.#options.paint("cyan", printable(command))}`,
    ];
  }

  #waits(id: number, until: number, at: number): readonly string[] {
    const { active } = this.#scope(id);
    if (active === undefined || until <= at) return [];
    const time = new Date(until).toLocaleTimeString("en-GB");
    return [this.#line("waits", active, undefined, `waits ${durationText(until - at)}, until ${time}`)];
  }

  #retried(id: number, until: number, at: number): readonly string[] {
    const { active } = this.#scope(id);
    if (active === undefined) return [];
    const { failure = "failed" } = active;
    this.#forgive(id, active.failure);
    active.attempts += 1;
    const wait = until > at ? `in ${durationText(until - at)}` : "now";
    return [this.#line("retried", active, at, `${failure.replace(/\.$/, "")}; attempt ${active.attempts} ${wait}`)];
  }

  /** Remembered for the state and those around it: they end when it does, unless it is caught or retried. */
  #note(id: number, failure: string): void {
    for (let scope = this.#scopeAt(id); scope !== undefined; scope = this.#scopeAt(scope.parent)) {
      if (scope.active !== undefined) scope.active.failure ??= failure;
    }
  }

  #forgive(id: number | undefined, failure: string | undefined): void {
    for (let scope = this.#scopeAt(id); scope !== undefined; scope = this.#scopeAt(scope.parent)) {
      if (scope.active?.failure === failure && scope.active !== undefined) scope.active.failure = undefined;
    }
  }

  #scopeAt(id: number | undefined): Scope | undefined {
    return id === undefined ? undefined : this.#scopes.get(id);
  }

  /** A scope that is not known is a branch: the event that opens branches does not say how many there are. */
  #scope(id: number): Scope {
    const known = this.#scopes.get(id);
    if (known !== undefined) return known;
    const branch = branchOf(id);
    const owner = branch === undefined ? undefined : this.#parallels.get(branch.startedEventId);
    return branch === undefined || owner === undefined
      ? this.#open(id, 0, "")
      : this.#open(id, owner, `[${branch.index}]`);
  }

  #open(id: number, parent: number, suffix: string): Scope {
    const around = this.#scopes.get(parent);
    const name = around?.active?.entered.name ?? "";
    const prefix = `${around?.prefix ?? ""}${name}${suffix} › `;
    const scope: Scope = { parent, prefix, active: undefined };
    this.#scopes.set(id, scope);
    return scope;
  }

  #line(mark: Mark, active: Active, endedAt: number | undefined, text: string): string {
    const { paint, columns } = this.#options;
    const [style, sign] = marks[mark];
    const name = printable(`${this.#indent}${active.prefix}${active.entered.name}`);
    columns.nameWidth = Math.max(columns.nameWidth, Math.min(name.length, widestName));
    const duration = endedAt === undefined ? "" : durationText(endedAt - active.at);
    const start = `${name.padEnd(columns.nameWidth)}  ${paint("dim", active.entered.stateType.padEnd(8))} ${duration.padStart(9)}`;
    return `  ${paint(style, sign)} ${start}  ${mark === "failed" ? paint("red", text) : text}`.trimEnd();
  }
}

/** `Error: cause` on one line. The cause of a function's failure is JSON that holds the message. */
export function failureText({
  error,
  cause,
}: {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}): string {
  const reason = cause === undefined ? "" : messageIn(cause);
  if (error === undefined || error === "") return reason === "" ? "failed without a reason" : oneLine(reason);
  return oneLine(reason === "" ? error : `${error}: ${reason}`);
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
  const [, url, position] = /"\s+at [^"]*?(file:\/\/\/[^"\s]+?\.[cm]?[jt]s):(\d+:\d+)\)?"/.exec(cause) ?? [];
  if (url === undefined || position === undefined) return undefined;
  try {
    return { path: decodeURIComponent(new URL(url).pathname), position };
  } catch {
    // A function can write what it likes into its trace.
    return undefined;
  }
}

function caughtText(next: string | undefined): string {
  return next === undefined ? "; caught" : `; caught → ${printable(next)}`;
}
