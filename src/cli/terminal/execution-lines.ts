// A line for every execution that ends, and for every task that waits for a callback, as `pawl dev` and `pawl start` show them.
import type { Execution } from "../../engine/execution.ts";
import type { Failure, JournalEvent } from "../../engine/journal/event.ts";
import { placedCause } from "../../engine/failure-place.ts";
import type { Watch, WatchedExecution } from "../../runtime/executions/watch.ts";
import { shownPath } from "../definitions/definition-file.ts";
import { callbackToken, failureText, headline, messageIn, placeIn } from "./live-lines.ts";
import { durationText, oneLine, type Paint, printable } from "./terminal.ts";

export interface ExecutionLinesOptions {
  readonly paint: Paint;
  readonly say: (line: string) => void;
  /** The command that answers a callback. */
  readonly answer: (token: string) => string;
  /** The lines of states tell of callbacks themselves. */
  readonly isEndAlone: boolean;
}

const words = {
  ExecutionSucceeded: ["green", "succeeded"],
  ExecutionFailed: ["red", "failed"],
  ExecutionTimedOut: ["red", "timed out"],
  ExecutionAborted: ["yellow", "aborted"],
} as const;

/** More than a person can read; what is beyond is counted. */
const mostPerSecond = 20;

/** Says what ends, a bounded number of lines a second. */
export class ExecutionLines {
  readonly #options: ExecutionLinesOptions;
  #said = 0;
  #unsaid = 0;
  #second: NodeJS.Timeout | undefined;

  constructor(options: ExecutionLinesOptions) {
    this.#options = options;
  }

  /** The children of a Map Run are told by its own lines. */
  readonly watch: Watch = (watched) => {
    if (watched.record.mapRun !== undefined) return undefined;
    const { paint, isEndAlone } = this.#options;
    return (event, before) => {
      const line =
        lineOf(watched, event, paint) ?? (isEndAlone ? undefined : this.#waitingLine(watched, event, before));
      return line === undefined ? undefined : () => this.#say(line);
    };
  };

  close(): void {
    clearTimeout(this.#second);
    this.#endSecond();
  }

  #waitingLine(
    { execution: { identity } }: WatchedExecution,
    event: JournalEvent,
    before: Execution,
  ): string | undefined {
    const token = callbackToken(event);
    if (token === undefined || !("scope" in event)) return undefined;
    const { paint, answer } = this.#options;
    const state = oneLine(before.scopes.get(event.scope)?.state?.name ?? "");
    const name = `${identity.stateMachineName}:${oneLine(identity.name)}`;
    const start = `${paint("cyan", "waiting".padEnd(9))}  ${name} in ${state} for a callback. To send one from another terminal:`;
    return `${start}\n           ${paint("cyan", printable(answer(token)))}`;
  }

  #say(line: string): void {
    this.#second ??= setTimeout(() => this.#endSecond(), 1000).unref();
    if (this.#said < mostPerSecond) {
      this.#said += 1;
      this.#options.say(line);
    } else this.#unsaid += 1;
  }

  #endSecond(): void {
    const { paint, say } = this.#options;
    if (this.#unsaid > 0) say(paint("dim", `           and ${this.#unsaid} more`));
    [this.#said, this.#unsaid, this.#second] = [0, 0, undefined];
  }
}

/** `undefined` for an event that ends nothing. */
export function lineOf(
  { execution: { identity, startedAt } }: Pick<WatchedExecution, "execution">,
  event: JournalEvent,
  paint: Paint,
): string | undefined {
  switch (event.kind) {
    case "ExecutionSucceeded":
    case "ExecutionFailed":
    case "ExecutionTimedOut":
    case "ExecutionAborted": {
      const [style, word] = words[event.kind];
      const name = `${identity.stateMachineName}:${oneLine(identity.name)}`;
      const start = `${paint(style, word.padEnd(9))}  ${name} ${paint("dim", `after ${durationText(event.at - startedAt)}`)}`;
      return event.kind === "ExecutionSucceeded" ? start : `${start}${reasonText(event, paint)}`;
    }
    default:
      return undefined;
  }
}

function reasonText(failure: Failure, paint: Paint): string {
  const { error, cause } = failure;
  if (error === undefined && cause === undefined) return "";
  const place = cause === undefined ? undefined : placeIn(cause);
  const at = place === undefined ? "" : paint("dim", `  ${oneLine(`${shownPath(place.path)}:${place.position}`)}`);
  const state = cause === undefined ? undefined : placedCause(cause)?.state;
  const where = state === undefined ? at : paint("dim", `  in ${oneLine(state, 80)}`);
  const message = cause === undefined ? undefined : headline(messageIn(cause)).trim().split("\n", 1)[0];
  return `  ${failureText({ error, cause: message })}${where}`;
}
