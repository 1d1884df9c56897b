// A function in a process of the server's own: notes that it was called, and by which life of the server, and gives its event back.
import { appendFileSync } from "node:fs";
import { setTimeout as pass } from "node:timers/promises";

export async function handler(event: Readonly<Record<string, unknown>>): Promise<unknown> {
  appendFileSync(
    process.env["ENDURANCE_CALLS"] ?? "",
    `${JSON.stringify({ life: Number(process.env["ENDURANCE_LIFE"]), event })}\n`,
  );
  await pass(20);
  return event;
}
