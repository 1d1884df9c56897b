// The server as its users run it, in a process of its own that a test can kill, and a function that the test answers.
import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as pass } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export interface ServerAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ServerProcess {
  readonly pid: number;
  readonly url: string;
  /** Settles when the process ends, whatever ends it. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends one request of AWS JSON 1.0. Rejects when the server is gone. */
  send(action: string, input: object): Promise<ServerAnswer>;
  /** As `send`, for what must succeed. */
  call(action: string, input: object): Promise<ServerAnswer["body"]>;
  /** `kill -9`; settles when the process is gone. */
  kill(): Promise<void>;
  /** Asks the process to end. */
  stop(): Promise<ProcessEnd>;
}

export interface ProcessEnd {
  readonly code: number | null;
  readonly stderr: string;
}

/** Generous: for machines that have other things to do. */
const boundMs = 60_000;
const mainFile = fileURLToPath(new URL("../cli/main.ts", import.meta.url));

export interface ProcessOptions {
  /** The data; a file of the directory by default. */
  readonly db?: string;
  /** The system's limit of open files; that of the test's own process by default. */
  readonly openFiles?: number;
  /** The heap, which the process dies of when it needs more. */
  readonly heapMegabytes?: number;
}

/** Starts `pawl serve` on the data and the configuration of a directory; ends it with the test at the latest. */
export async function startServerProcess(
  t: TestContext,
  directory: string,
  options: ProcessOptions = {},
): Promise<ServerProcess> {
  const served = spawnServer(t, directory, options);
  const url = await eventually("the server listens", () => {
    if (served.child.exitCode !== null) throw new Error(`The server did not start: ${served.stderr()}`);
    return /"url":"([^"]+)"/.exec(served.stderr())?.[1];
  });
  const send = async (action: string, input: object): Promise<ServerAnswer> => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AWSStepFunctions.${action}` },
      body: JSON.stringify(input),
    });
    return { status: response.status, body: (await response.json()) as ServerAnswer["body"] };
  };
  return {
    pid: served.child.pid ?? 0,
    url,
    ended: served.ended,
    send,
    async call(action, input) {
      const { status, body } = await send(action, input);
      if (status !== 200) throw new Error(`${action} was answered with ${status} ${JSON.stringify(body)}`);
      return body;
    },
    async kill() {
      served.child.kill("SIGKILL");
      await served.ended;
    },
    stop() {
      served.child.kill("SIGTERM");
      return served.ended;
    },
  };
}

/** A start that is to fail; settles with how it ended. */
export function refusedServer(t: TestContext, directory: string, options: ProcessOptions = {}): Promise<ProcessEnd> {
  return spawnServer(t, directory, options).ended;
}

interface Spawned {
  readonly child: ChildProcess;
  readonly ended: Promise<ProcessEnd>;
  stderr(): string;
}

/**
 * Starts a server, kills it when it listens, and leaves it unburied until the test ends, as the first process of a container
 * may that knows nothing of children.
 * @returns its pid.
 */
export async function leaveZombie(t: TestContext, directory: string): Promise<number> {
  const parent = spawn("sh", ["-c", '"$@" & echo "$!"; exec sleep 3600', "sh", ...serveCommand(directory)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => void parent.kill("SIGKILL"));
  let [stdout, stderr] = ["", ""];
  parent.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  parent.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  await eventually("the server listens", () => /"url":/.exec(stderr)?.[0]);
  const pid = Number(/^\d+/.exec(stdout)?.[0]);
  process.kill(pid, "SIGKILL");
  return pid;
}

const serveCommand = (
  directory: string,
  db = join(directory, "pawl.db"),
): readonly [program: string, ...args: string[]] => [
  process.execPath,
  mainFile,
  "serve",
  "--port",
  "0",
  "--db",
  db,
  "--config",
  join(directory, "pawl.config.json"),
];

function spawnServer(t: TestContext, directory: string, options: ProcessOptions = {}): Spawned {
  const { db, openFiles, heapMegabytes } = options;
  const limited = openFiles === undefined ? [] : ["sh", "-c", `ulimit -n ${openFiles} && exec "$@"`, "sh"];
  const [program = "", ...args] = [...limited, ...serveCommand(directory, db)];
  const heap = heapMegabytes === undefined ? {} : { NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` };
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...heap } });
  t.after(() => void child.kill("SIGKILL"));
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<ProcessEnd>((resolve) => child.once("close", (code) => resolve({ code, stderr })));
  return { child, ended, stderr: () => stderr };
}

export interface FunctionCall {
  readonly idempotencyKey: string;
  readonly event: Readonly<Record<string, unknown>>;
  /** Gives the function's result; a result with `errorMessage` is a failure. */
  answer(result: unknown): void;
}

export interface AnsweredFunction {
  readonly url: string;
  /** The calls whose event names a step, in the order of their coming. */
  callsOf(step: string): readonly FunctionCall[];
  /** Waits for a call of a step, the first or a later one. */
  call(step: string, position?: number): Promise<FunctionCall>;
}

/** A function behind a URL whose calls wait for the test. */
export async function startAnsweredFunction(t: TestContext): Promise<AnsweredFunction> {
  const calls: FunctionCall[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const event = JSON.parse(body) as FunctionCall["event"];
      calls.push({
        idempotencyKey: String(request.headers["idempotency-key"]),
        event,
        answer: (result) => void respond(response, result),
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const callsOf = (step: string): readonly FunctionCall[] => calls.filter(({ event }) => event["step"] === step);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    callsOf,
    call: (step, position = 0) => eventually(`call ${position} of ${step}`, () => callsOf(step)[position]),
  };
}

function respond(response: ServerResponse, result: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(result));
}

/** Waits until something is there, and gives up after a generous time. */
export async function eventually<Thing>(
  what: string,
  look: () => Promise<Thing | undefined> | Thing | undefined,
): Promise<Thing> {
  const giveUpAt = Date.now() + boundMs;
  for (;;) {
    const thing = await look();
    if (thing !== undefined) return thing;
    if (Date.now() > giveUpAt) throw new Error(`It did not come to pass in ${boundMs / 1000} s: ${what}.`);
    await pass(20);
  }
}
