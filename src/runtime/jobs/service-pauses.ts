// Services that had enough of looks at their jobs: none is asked before its pause is over, which grows while it goes on
// refusing, and shrinks when it answers.
const shortestMs = 1_000;
const longestMs = 60_000;

interface Pause {
  readonly ms: number;
  /** Epoch milliseconds. */
  readonly until: number;
}

export class ServicePauses {
  readonly #pauses = new Map<string, Pause>();

  /** The time, epoch milliseconds, until which a service is not to be asked; `undefined` for one that may be. */
  until(service: string, now: number): number | undefined {
    const until = this.#pauses.get(service)?.until ?? 0;
    return until > now ? until : undefined;
  }

  /** The service was asked too much. Answers to looks that were under way together count once. */
  throttled(service: string, now: number): void {
    const pause = this.#pauses.get(service);
    if (pause !== undefined && pause.until > now) return;
    const ms = pause === undefined ? shortestMs : Math.min(pause.ms * 2, longestMs);
    this.#pauses.set(service, { ms, until: now + ms });
  }

  answered(service: string, now: number): void {
    const pause = this.#pauses.get(service);
    if (pause === undefined || pause.until > now) return;
    if (pause.ms <= shortestMs) this.#pauses.delete(service);
    else this.#pauses.set(service, { ms: pause.ms / 2, until: pause.until });
  }
}
