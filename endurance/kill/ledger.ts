// The world's own books: every acknowledged call with what it binds the server to, every attempt of a task
// with the life of the server that made it.
import type { Json } from "../../src/asl/json.ts";

export interface End {
  readonly status: string;
  readonly output: string | undefined;
  readonly cause: string | undefined;
  readonly stopDate: number;
}

export interface ExecutionRecord {
  readonly arn: string;
  readonly scenario: string;
  /** How it must end. */
  status: string;
  /** The output that it must give; undefined where the world decides. */
  readonly output?: Json;
  /** Texts that acknowledged answers by token carried: each must be in the history. */
  readonly nonces: string[];
  /** Texts that answers without an acknowledgement carried. */
  readonly maybeNonces: string[];
  /** True where the output must hold one of the texts. */
  readonly isAnswered: boolean;
  /** Redrives that were acknowledged. */
  redrives: number;
  /** The cause of an acknowledged stop. */
  stopCause?: string;
  /** The alias and version by which it was started. */
  readonly startedBy?: { readonly alias: string; readonly version: string };
  /** No Wait of it ends before, in epoch milliseconds. */
  readonly notBefore?: number;
  /** Its end as a client saw it: it must not change any more. */
  seen?: End;
}

/** A thing of the catalogue as the last acknowledged call left it. */
export interface CatalogueRecord {
  /** The action that describes it. */
  readonly action: string;
  readonly input: object;
  /** Members of the answer; undefined when it was deleted. */
  readonly members: Readonly<Record<string, unknown>> | undefined;
}

export class Ledger {
  readonly executions = new Map<string, ExecutionRecord>();
  readonly catalogue = new Map<string, CatalogueRecord>();
  /** Express executions that were acknowledged, by their root. */
  readonly express = new Set<string>();
  /** The calls of functions by the attempt that they were for. */
  readonly attempts = new Map<string, Made[]>();
  /** Attempts by the root and the state that they belong to. */
  readonly done = new Map<string, Set<string>>();
  /** Faults that were seen on the way. */
  readonly wrong: string[] = [];
  acknowledged = 0;

  open(record: Pick<ExecutionRecord, "arn" | "scenario"> & Partial<ExecutionRecord>): ExecutionRecord {
    const { status = "SUCCEEDED", isAnswered = false } = record;
    const complete = { ...record, status, isAnswered, nonces: [], maybeNonces: [], redrives: 0 };
    this.executions.set(record.arn, complete);
    return complete;
  }

  noteAttempt(life: number, event: AttemptEvent): void {
    const attempt = attemptOf(event);
    const made = { life, at: Date.now(), execution: event.execution };
    const calls = this.attempts.get(attempt);
    if (calls === undefined) this.attempts.set(attempt, [made]);
    else calls.push(made);
    if (event.root === undefined) return;
    const root = `${event.root} ${event.state}`;
    const attempts = this.done.get(root) ?? new Set();
    this.done.set(root, attempts.add(attempt));
  }

  /** Attempts that were made again, and those of them that nothing explains: where one server lives at a time, made twice by one life. */
  repeated(isExplained: Explanation = ([before, made]) => before.life !== made.life): Repeated {
    let all = 0;
    const unexplained: string[] = [];
    for (const [attempt, calls] of this.attempts) {
      all += calls.length - 1;
      const pairs = calls.slice(1).map((made, index): Pair => [calls[index] ?? made, made]);
      if (pairs.every((pair) => isExplained(pair))) continue;
      const lives = calls.map(({ life, at }) => `${life} at ${new Date(at).toISOString().slice(14, 23)}`);
      unexplained.push(`${attempt} was made by the lives ${lives.join(", ")}`);
    }
    return { all, unexplained };
  }
}

/** A call of a function: the life of the server that made it, and when, epoch milliseconds. */
export interface Made {
  readonly life: number;
  readonly at: number;
  readonly execution: string;
}

/** Calls for one attempt, one after the other. */
export type Pair = readonly [before: Made, made: Made];
export type Explanation = (pair: Pair) => boolean;

export interface Repeated {
  readonly all: number;
  readonly unexplained: readonly string[];
}

/** The attempt that a function is called for, as the function is told. */
export interface AttemptEvent {
  readonly execution: string;
  readonly state: string;
  readonly retry: number;
  readonly redrive?: number;
  readonly item?: number;
  readonly root?: string;
  readonly token?: string;
  readonly failingRetries?: number;
  readonly failingRedrives?: number;
}

function attemptOf({ execution, state, item, retry, redrive }: AttemptEvent): string {
  return [execution, state, item ?? "", `retry ${retry}`, redrive === undefined ? "" : `redrive ${redrive}`]
    .filter((part) => part !== "")
    .join(" ");
}
