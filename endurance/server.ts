// The server as its users run it: the built command in a process of its own, which can be killed, looked at and asked.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { signedHeadersOf } from "../src/aws/sigv4.ts";

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Server {
  readonly url: string;
  readonly pid: number;
  /** Settles with the exit code or the signal when the process ends, whatever ends it. */
  readonly ended: Promise<string>;
  /** Sends one request of AWS JSON 1.0. Rejects when the server is gone. */
  send(action: string, input: object): Promise<Answer>;
  /** The lines of the log that were kept since this was last asked, the last 100 of them. */
  takeLogged(): readonly string[];
  /** Sends the signal that lives end by, unless it has been sent; settles as `ended`. */
  end(): Promise<string>;
  /** `kill -9`; settles when the process is gone. */
  kill(): Promise<void>;
}

export type EndSignal = "SIGKILL" | "SIGTERM";

/** An access key of the server's configuration. */
export interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface ServerOptions {
  /** Data and configuration are in it: `pawl.db` and `pawl.config.json`. */
  readonly directory: string;
  /** The address of a database, where the data are not in the directory. */
  readonly db?: string | undefined;
  /** Ends the process, also before it listens. */
  readonly signal?: AbortSignal;
  /** The signal that ends it, SIGKILL when left out. */
  readonly endSignal?: EndSignal;
  /** Signs what is sent; nothing is signed without it. */
  readonly key?: Key | undefined;
  /** Lines of the log that are kept. */
  readonly keep: RegExp;
}

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const mostLines = 100;

/** @returns undefined when the process ended before it listened and `signal` had it so. @throws Error when it ended by itself. */
export async function startServer({
  directory,
  db = `${directory}/pawl.db`,
  signal,
  endSignal = "SIGKILL",
  key,
  keep,
}: ServerOptions): Promise<Server | undefined> {
  if (!existsSync(main)) throw new Error(`There is no ${main}: build first, with npm run build.`);
  const files = ["--db", db, "--config", `${directory}/pawl.config.json`];
  const child = spawn(process.execPath, ["--max-semi-space-size=16", main, "serve", "--port", "0", ...files], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const kill = (): void => void child.kill("SIGKILL");
  // A second SIGTERM would have the server end at once.
  let isAsked = false;
  const ask = (): void => {
    if (!isAsked) child.kill(endSignal);
    isAsked = true;
  };
  signal?.addEventListener("abort", ask, { once: true });
  if (signal?.aborted === true) ask();
  process.once("exit", kill);
  const lines: string[] = [];
  const listening = Promise.withResolvers<string | undefined>();
  let rest = "";
  let early = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    if (early.length < 10_000) early += text;
    for (const line of parts) {
      const [, url] = /"url":"([^"]+)"/.exec(line) ?? [];
      if (url !== undefined) listening.resolve(url);
      if (!keep.test(line)) continue;
      lines.push(line);
      if (lines.length > mostLines) lines.shift();
    }
  });
  const ended = once(child, "close").then(([code, name]: unknown[]) => {
    process.removeListener("exit", kill);
    listening.resolve(undefined);
    return code === null ? String(name) : `exit code ${String(code)}`;
  });
  const url = await listening.promise;
  if (url === undefined) {
    if (signal?.aborted === true) return undefined;
    throw new Error(`The server did not start (${await ended}): ${early}`);
  }
  return {
    url,
    pid: child.pid ?? 0,
    ended,
    send: (action, input) => send(url, requestOf({ url, action, input, key })),
    takeLogged: () => lines.splice(0),
    end() {
      ask();
      return ended;
    },
    async kill() {
      kill();
      await ended;
    },
  };
}

/** Arguments of `fetch`. A signed one can be sent again for five minutes. */
export interface PreparedRequest {
  readonly method: "POST";
  readonly headers: Record<string, string>;
  readonly body: string;
}

interface Request {
  readonly url: string;
  readonly action: string;
  readonly input: object;
  readonly key?: Key | undefined;
}

export function requestOf({ url, action, input, key }: Request): PreparedRequest {
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AWSStepFunctions.${action}` };
  const body = JSON.stringify(input);
  if (key === undefined) return { method: "POST", headers, body };
  const scope = { region: "us-east-1", service: "states", epochMs: Date.now() };
  return { method: "POST", headers: { ...signedHeadersOf({ url, headers, body, ...key, ...scope }) }, body };
}

export async function send(url: string, request: PreparedRequest): Promise<Answer> {
  const response = await fetch(url, request);
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

export interface ProcessUsage {
  /** User and system time since the process began. */
  readonly cpuMs: number;
  readonly residentBytes: number;
}

const ticksPerSecond = 100;
const pageBytes = 4096;

/** The figures that Linux has of a process. @returns undefined where there is no /proc, and when the process is gone. */
export function usageOf(pid: number): ProcessUsage | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name of the program, in parentheses, may hold anything.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [user = 0, system = 0] = [Number(fields[11]), Number(fields[12])];
    return { cpuMs: ((user + system) * 1000) / ticksPerSecond, residentBytes: Number(fields[21]) * pageBytes };
  } catch {
    // The process is gone, or the system has no /proc.
    return undefined;
  }
}

/** The most memory that a process has held. @returns 0 where there is no /proc, and when the process is gone. */
export function peakBytesOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) * 1024;
  } catch {
    // The process is gone, or the system has no /proc.
    return 0;
  }
}

export interface ThreadUsage {
  /** Milliseconds on a processor since the thread began. */
  readonly ranMs: number;
  /** Milliseconds in which it could have run and had no processor. */
  readonly waitedMs: number;
}

/** The figures that Linux has of a thread: the number of a process is its main thread. @returns undefined where there are none. */
export function usageOfThread(task: number | "thread-self"): ThreadUsage | undefined {
  try {
    const [ran = 0, waited = 0] = readFileSync(`/proc/${task}/schedstat`, "latin1").split(" ").map(Number);
    return { ranMs: ran / 1e6, waitedMs: waited / 1e6 };
  } catch {
    // The process is gone, or the system does not count it.
    return undefined;
  }
}

export interface Timed {
  readonly tookMs: number;
  /** Without the time in which the server, or who asks, could have run and had no processor: a busy machine is not the server. */
  readonly ownMs: number;
  /** The part in which the server's main thread ran: a stall is no longer. */
  readonly ranMs: number;
}

/** Does something against the server with that number, in this thread, and tells how long it took. */
export async function timed(pid: number, act: () => Promise<void>): Promise<Timed> {
  const before = [usageOfThread(pid), usageOfThread("thread-self")] as const;
  const began = performance.now();
  await act();
  const tookMs = performance.now() - began;
  const after = [usageOfThread(pid), usageOfThread("thread-self")] as const;
  const grown = (index: 0 | 1, name: keyof ThreadUsage): number | undefined => {
    const [from, to] = [before[index]?.[name], after[index]?.[name]];
    return from === undefined || to === undefined ? undefined : to - from;
  };
  const ownMs = Math.max(0, tookMs - (grown(0, "waitedMs") ?? 0) - (grown(1, "waitedMs") ?? 0));
  return { tookMs, ownMs, ranMs: Math.min(ownMs, grown(0, "ranMs") ?? ownMs) };
}
