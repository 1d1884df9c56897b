// The `pawl` command as a process of its own: what it prints, what it ends with, and waiting for a condition of either.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

const main = join(import.meta.dirname, "..", "cli", "main.ts");
/** Far beyond what any command takes on a busy machine. */
const patienceMs = 60_000;

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PawlProcessOptions {
  readonly directory: string;
  readonly stdin?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a command to its end. */
export async function runPawl(args: readonly string[], options: PawlProcessOptions): Promise<Finished> {
  return new PawlProcess(args, options).finished;
}

export class PawlProcess {
  stdout = "";
  stderr = "";
  readonly finished: Promise<Finished>;
  readonly #child: ChildProcess;
  readonly #args: readonly string[];
  #changed = Promise.withResolvers<void>();

  constructor(args: readonly string[], { directory, stdin, environment }: PawlProcessOptions) {
    this.#args = args;
    this.#child = spawn(process.execPath, [main, ...args], { cwd: directory, env: environmentOf(environment) });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => this.#add({ stdout: text, stderr: "" }));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#add({ stdout: "", stderr: text }));
    this.#child.stdin?.end(stdin ?? "");
    this.finished = new Promise((resolve) => {
      this.#child.on("close", (exitCode) => {
        resolve({ exitCode, stdout: this.stdout, stderr: this.stderr });
        this.#changed.resolve();
      });
    });
  }

  /** Settles with the match when what was printed after `from` characters of stdout, stderr included, has it. */
  async until(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const match = pattern.exec(`${this.stdout.slice(from)}\n${this.stderr}`);
      if (match !== null) return match;
      if (this.#child.exitCode !== null || Date.now() > deadline) throw this.#neverSaid(pattern);
      const timer = setTimeout(() => this.#changed.resolve(), deadline - Date.now());
      await this.#changed.promise;
      clearTimeout(timer);
      this.#changed = Promise.withResolvers();
    }
  }

  interrupt(): Promise<Finished> {
    this.signal("SIGINT");
    return this.finished;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  #add({ stdout, stderr }: Pick<Finished, "stdout" | "stderr">): void {
    this.stdout += stdout;
    this.stderr += stderr;
    this.#changed.resolve();
  }

  #neverSaid(pattern: RegExp): Error {
    return new Error(`pawl ${this.#args.join(" ")} never said ${String(pattern)}:\n${this.stdout}\n${this.stderr}`);
  }
}

/** Without what the developer's own shell says. */
function environmentOf(added: PawlProcessOptions["environment"]): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS_|PAWL_|npm_|NODE_TEST|FORCE_COLOR)/.test(name));
  return { ...Object.fromEntries(own), ...added };
}
