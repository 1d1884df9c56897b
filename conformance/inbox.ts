// A queue that is read while a case is played, as the recorder's threads read it.
import { setTimeout as delay } from "node:timers/promises";
import type { JsonObject } from "../src/asl/json.ts";

export interface Inbox {
  /** The messages that came so far, in the order in which they came. */
  readonly bodies: readonly string[];
  /** Rejects when the queue could not be read. */
  close(): Promise<void>;
}

/** @param answer is called once for each message, however often it comes. */
export function openInbox(
  receive: () => Promise<readonly JsonObject[]>,
  answer: (body: string) => Promise<void>,
): Inbox {
  const bodies: string[] = [];
  const answered = new Set<string>();
  const closing = new AbortController();
  const read = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      for (const { MessageId: id, Body: body } of await receive()) {
        bodies.push(String(body));
        if (!answered.has(String(id))) await answer(String(body));
        answered.add(String(id));
      }
      await delay(50);
    }
  };
  const reading = read();
  // Told when the inbox is closed, not as a rejection that nobody handles.
  reading.catch(() => {});
  return {
    bodies,
    async close() {
      closing.abort();
      await reading;
    },
  };
}
