// A call that is made again until its answer is the one to take.
import { setTimeout as delay } from "node:timers/promises";
import type { JsonObject } from "../src/asl/json.ts";
import { type Reply, send } from "./client.ts";

/** When an answer is the one to take; `undefined` where the first is. */
export type Readiness = ((body: JsonObject, timesTheSame: number) => boolean) | undefined;

export interface Making {
  readonly op: string;
  readonly isReady: Readiness;
  readonly patienceMs: number;
}

/** @returns the last answer when patience ends. */
export async function sendUntil(url: string, params: JsonObject, { op, isReady, patienceMs }: Making): Promise<Reply> {
  let reply = await send(url, op, params);
  let timesTheSame = 0;
  let delayMs = 5;
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline;) {
    if (isReady === undefined || reply.kind !== "answered" || isReady(reply.body, timesTheSame)) return reply;
    await delay(delayMs);
    delayMs = Math.min(delayMs * 1.3, 40);
    const next = await send(url, op, params);
    timesTheSame = JSON.stringify(next) === JSON.stringify(reply) ? timesTheSame + 1 : 0;
    reply = next;
  }
  return reply;
}
