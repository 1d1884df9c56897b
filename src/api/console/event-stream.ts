// Server-sent events on their way to one client (the HTML standard, "Server-sent events"). Messages that the client does not
// read are queued up to a bound; beyond it they are dropped, and the client is told once, when it reads again, that it missed
// some.
import type { ServerResponse } from "node:http";

export interface EventStreamOptions {
  /** Bytes that may wait for the client. */
  readonly mostQueued: number;
  /** Told once that the client has gone. */
  readonly onClose: () => void;
  /** The message for a client that missed some. */
  readonly missed: () => string;
}

export const streamHeaders = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store, no-transform",
  // Proxies that collect what they pass on, nginx among them, would keep it from the page.
  "X-Accel-Buffering": "no",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
} as const;

/** @param data one line; JSON text is. */
export function messageOf(name: string, data: string, id?: number): string {
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${name}\ndata: ${data}\n\n`;
}

/** A comment, with an id: it keeps proxies from closing the connection, and dispatches nothing. */
export function commentOf(id: number): string {
  return `: \nid: ${id}\n\n`;
}

export class EventStream {
  readonly #response: ServerResponse;
  readonly #options: EventStreamOptions;
  #hasMissed = false;

  constructor(response: ServerResponse, options: EventStreamOptions) {
    this.#response = response;
    this.#options = options;
    response.writeHead(200, streamHeaders);
    response.once("close", options.onClose);
    response.on("drain", () => this.#drained());
    response.flushHeaders();
  }

  /** Whether messages are dropped, because the client does not read. */
  get hasMissed(): boolean {
    return this.#hasMissed;
  }

  get isClosed(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }

  send(message: string): void {
    if (this.isClosed || this.#hasMissed) return;
    const { mostQueued } = this.#options;
    const queued = this.#response.writableLength + Buffer.byteLength(message);
    if (queued <= mostQueued) {
      this.#response.write(message);
      return;
    }
    this.#hasMissed = true;
    // A message that is too large by itself is told at once; otherwise the rest of the queue comes first.
    if (this.#response.writableLength === 0) this.#drained();
  }

  /** @param message a last one. */
  end(message = ""): void {
    if (!this.isClosed) this.#response.end(message);
  }

  /** Cuts off a client that reads nothing. */
  destroy(): void {
    this.#response.destroy();
  }

  #drained(): void {
    if (!this.#hasMissed || this.isClosed) return;
    this.#hasMissed = false;
    this.#response.write(this.#options.missed());
  }
}
