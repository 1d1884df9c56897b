// All that is outside of the server: functions behind an address, holders of task tokens, workers of an activity.
import { closeSync, openSync, readSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { setTimeout as pass } from "node:timers/promises";
import type { Random } from "../random.ts";
import type { AttemptEvent, Ledger } from "./ledger.ts";
import { type Answering, CutOff, type Reply } from "../lives.ts";
import { activityArn, refusal } from "./machines.ts";

const mostDelayMs = 150;
const mostThoughtMs = 1_500;
const heartbeatMs = 500;
const followingMs = 25;

/** Calls that modules and commands note in a file: each life says which one it is. A server that dies may leave a command without its event. */
export function configuration(callsFile: string, functionUrl: string): (life: number) => object {
  const module = fileURLToPath(new URL("module-function.ts", import.meta.url));
  const note = String.raw`event=$(cat); [ -n "$event" ] || exit 1; printf '{"life":%s,"event":%s}\n' "$ENDURANCE_LIFE" "$event" >> "$ENDURANCE_CALLS"; printf '%s' "$event"`;
  return (life) => {
    const env = { ENDURANCE_CALLS: callsFile, ENDURANCE_LIFE: String(life) };
    return {
      functions: {
        url: { url: functionUrl, headers: { "x-life": String(life) } },
        module: { module, env },
        command: { command: ["sh", "-c", note], env },
      },
    };
  };
}

export class World {
  readonly ledger: Ledger;
  readonly lives: Answering;
  readonly random: Random;
  readonly #tokens = new Set<string>();
  #nonces = 0;

  constructor(ledger: Ledger, lives: Answering, random: Random) {
    this.ledger = ledger;
    this.lives = lives;
    this.random = random;
  }

  /** Calls, and counts what was acknowledged. */
  async call(action: string, input: object): Promise<Reply> {
    const reply = await this.lives.call(action, input);
    if (reply.status === 200) this.ledger.acknowledged++;
    return reply;
  }

  /** Somebody asks a function: notes the attempt, and has its token answered. */
  called(life: number, event: AttemptEvent): void {
    this.ledger.noteAttempt(life, event);
    if (event.token !== undefined) this.#answerLater(event.token, event.execution).catch(unlessOver);
  }

  /** Takes tasks of the activity and works on them until the signal aborts. */
  async work(workerName: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await this.#workOnce(workerName).catch(unlessOver);
  }

  async #workOnce(workerName: string): Promise<void> {
    const { body, life, status } = await this.lives.call("GetActivityTask", { activityArn, workerName });
    const { taskToken, input } = body;
    if (typeof taskToken === "string") {
      const event = JSON.parse(String(input)) as AttemptEvent;
      this.ledger.noteAttempt(life, event);
      await this.#answerLater(taskToken, event.execution);
    } else if (status !== 200) await pass(heartbeatMs);
  }

  /** A token that comes twice is one task. */
  async #answerLater(taskToken: string, executionArn: string): Promise<void> {
    if (this.#tokens.has(taskToken)) return;
    this.#tokens.add(taskToken);
    const answerAt = Date.now() + this.random.below(mostThoughtMs);
    for (let left = answerAt - Date.now(); left > 0; left = answerAt - Date.now()) {
      await pass(Math.min(left, heartbeatMs));
      await this.lives.call("SendTaskHeartbeat", { taskToken });
    }
    const nonce = `answer ${this.#nonces++}`;
    const isRefusal = this.random.isLucky(30);
    const record = this.ledger.executions.get(executionArn);
    record?.maybeNonces.push(nonce);
    const { status, body, isRepeated } = isRefusal
      ? await this.call("SendTaskFailure", { taskToken, error: refusal, cause: nonce })
      : await this.call("SendTaskSuccess", { taskToken, output: JSON.stringify({ nonce }) });
    if (status === 200) {
      if (record === undefined) this.ledger.wrong.push(`${executionArn} gave a token and was never started`);
      else record.nonces.push(nonce);
    } else if (!isRepeated && body["__type"] !== "TaskTimedOut")
      this.ledger.wrong.push(`A token of ${executionArn} was answered with ${JSON.stringify(body)}`);
  }
}

function unlessOver(error: unknown): void {
  if (!(error instanceof CutOff)) throw error;
}

export interface FunctionServer {
  readonly url: string;
  close(): void;
}

/** A function behind an address. It fails the attempts that its event says; all else it gives back. */
export async function startFunction(
  random: Random,
  called: (life: number, event: AttemptEvent) => void,
): Promise<FunctionServer> {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const event = JSON.parse(body) as AttemptEvent;
      called(Number(request.headers["x-life"]), event);
      const { retry, failingRetries = 0, redrive = 0, failingRedrives = 0 } = event;
      const isFailure = retry < failingRetries || redrive < failingRedrives;
      const answer = isFailure ? '{"errorType":"Flaky","errorMessage":"not now"}' : body;
      setTimeout(() => response.end(answer), random.below(mostDelayMs));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Reads what modules and commands append to the file until the signal aborts. */
export async function followCalls(
  file: string,
  called: (life: number, event: AttemptEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const descriptor = openSync(file, "a+");
  const chunk = Buffer.alloc(65_536);
  let position = 0;
  let rest = "";
  while (!signal.aborted) {
    const length = readSync(descriptor, chunk, 0, chunk.length, position);
    position += length;
    const lines = (rest + chunk.toString("latin1", 0, length)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const { life, event } = JSON.parse(line) as { life: number; event: AttemptEvent };
      called(life, event);
    }
    if (length === 0) await pass(followingMs);
  }
  closeSync(descriptor);
}
