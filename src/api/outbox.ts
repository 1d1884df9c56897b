// Answers on their way to their clients. A write to a socket wakes the process at its other end, which costs more than the write: answers
// that become ready in one turn of the event loop leave one behind the other at its end, and find their reader awake.
import type { ServerResponse } from "node:http";

interface Ready {
  readonly response: Pick<ServerResponse, "destroyed" | "end">;
  readonly body: string;
}

export class Outbox {
  /** Those that are ready behind the first one of this turn; `undefined` before that. */
  #waiting: Ready[] | undefined;
  #isStopped = false;

  /** From now on all leave at once. */
  stop(): void {
    this.#isStopped = true;
    this.#sendAll();
  }

  send(ready: Ready): void {
    if (this.#isStopped) end(ready);
    else if (this.#waiting === undefined) {
      this.#waiting = [];
      setImmediate(() => this.#sendAll());
      end(ready);
    } else this.#waiting.push(ready);
  }

  #sendAll(): void {
    const ready = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const each of ready) end(each);
  }
}

/** A client may have gone meanwhile. */
function end({ response, body }: Ready): void {
  if (!response.destroyed) response.end(body);
}
