// The server as its users run it: the built command in a process of its own, which can be killed, looked at and asked.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

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
  /** `kill -9`; settles when the process is gone. */
  kill(): Promise<void>;
}

export interface ServerOptions {
  /** Data and configuration are in it: `pawl.db` and `pawl.config.json`. */
  readonly directory: string;
  /** Kills the process, also before it listens. */
  readonly signal?: AbortSignal;
  /** Lines of the log that are kept. */
  readonly keep: RegExp;
}

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const mostLines = 100;

/** @returns undefined when the process ended before it listened and `signal` had it so. @throws Error when it ended by itself. */
export async function startServer({ directory, signal, keep }: ServerOptions): Promise<Server | undefined> {
  if (!existsSync(main)) throw new Error(`There is no ${main}: build first, with npm run build.`);
  const files = ["--db", `${directory}/pawl.db`, "--config", `${directory}/pawl.config.json`];
  const child = spawn(process.execPath, ["--max-semi-space-size=16", main, "serve", "--port", "0", ...files], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const kill = (): void => void child.kill("SIGKILL");
  signal?.addEventListener("abort", kill, { once: true });
  if (signal?.aborted === true) kill();
  const atExit = kill;
  process.once("exit", atExit);
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
    process.removeListener("exit", atExit);
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
    send: (action, input) => send(url, action, input),
    takeLogged: () => lines.splice(0),
    async kill() {
      kill();
      await ended;
    },
  };
}

async function send(url: string, action: string, input: object): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AWSStepFunctions.${action}` },
    body: JSON.stringify(input),
  });
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
