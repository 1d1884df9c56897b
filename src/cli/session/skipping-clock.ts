// Time for `pawl run --fast`: it runs as everywhere while something is at work, and where executions only wait (Wait states,
// retries, time limits of callbacks) it leaps to the end of the wait.
import { isJob } from "../../asl/resource.ts";
import type { Execution, TaskWork } from "../../engine/execution.ts";
import { wakeAt } from "../../engine/wake.ts";
import { type Clock, systemClock } from "../../runtime/clock.ts";
import type { Watch } from "../../runtime/executions/watch.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
  callOff: () => void;
}

export class SkippingClock implements Clock {
  readonly #system: Clock;
  readonly #timers = new Set<Timer>();
  readonly #executions = new Map<number, Execution>();
  #aheadMs = 0;
  #looking: NodeJS.Immediate | undefined;

  constructor(system = systemClock) {
    this.#system = system;
  }

  now(): number {
    return this.#system.now() + this.#aheadMs;
  }

  callAt(at: number, callback: () => void): () => void {
    const timer: Timer = { at, callback, callOff: () => undefined };
    this.#timers.add(timer);
    this.#arm(timer);
    return () => {
      this.#timers.delete(timer);
      timer.callOff();
    };
  }

  callAfter(ms: number, callback: () => void): () => void {
    return this.#system.callAfter(ms, callback);
  }

  /** Has to hear of every execution. */
  readonly watch: Watch = ({ record, execution }) => {
    this.#executions.set(record.id, execution);
    return () => () => this.#look();
  };

  close(): void {
    clearImmediate(this.#looking);
    for (const timer of this.#timers) timer.callOff();
  }

  #arm(timer: Timer): void {
    timer.callOff = this.#system.callAt(timer.at - this.#aheadMs, () => {
      if (this.#timers.delete(timer)) timer.callback();
    });
  }

  /** When the events of this turn have been told. */
  #look(): void {
    this.#looking ??= setImmediate(() => {
      this.#looking = undefined;
      const until = this.#endOfWait();
      if (until !== undefined) this.#leapTo(until);
    });
  }

  #endOfWait(): number | undefined {
    for (const [id, { status }] of this.#executions) if (status !== "RUNNING") this.#executions.delete(id);
    const running = [...this.#executions.values()];
    return endOfWait(running);
  }

  #leapTo(until: number): void {
    const leapMs = until - this.now();
    if (leapMs <= 0) return;
    this.#aheadMs += leapMs;
    for (const timer of this.#timers) {
      timer.callOff();
      this.#arm(timer);
    }
  }
}

/** The time to which nothing will happen by itself; `undefined` while something is at work, or where nothing is awaited. */
export function endOfWait(running: readonly Execution[]): number | undefined {
  const works = running.flatMap(({ scopes }) => [...scopes.values()].map(({ state }) => state?.work));
  if (works.some((work) => work?.kind === "task" && isAtWork(work))) return undefined;
  // A Map Run reads its items and writes its results: no time limit may end that early.
  const isReading = works.some((work) => work?.kind === "mapRun");
  const ends = isReading
    ? works.map((work) => (work?.kind === "wait" || work?.kind === "backoff" ? work.until : Infinity))
    : running.map((execution) => wakeAt(execution) ?? Infinity);
  const end = Math.min(Infinity, ...ends);
  return end === Infinity ? undefined : end;
}

/** Whether something is being done for the task, other than by an execution, a worker or a person that it waits for. */
function isAtWork({ resource, phase }: TaskWork): boolean {
  if (resource.kind === "activity") return false;
  return isJob(resource) || phase !== "submitted";
}
