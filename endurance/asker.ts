// A process that asks a server again and again while others keep it busy, and tells how long each answer took: its own work is of no
// load, and no load's work is its own.
import { Agent, request as begin } from "node:http";
import { setTimeout as pass } from "node:timers/promises";
import { type Key, requestOf, type Timed, timed, usageOf } from "./server.ts";

/** An order to the process that asks. */
export interface Question {
  readonly action: string;
  readonly input: object;
  readonly key: Key | undefined;
}

export interface Target {
  readonly url: string;
  readonly pid: number;
}

/** From the one who looks: another server is to be asked, or what was seen is to be told. */
export type Order = { readonly target: Target } | "tell";

/** Answers that were seen since the last report. */
export interface Told {
  readonly answers: readonly Timed[];
  /** The most memory that the server had at the end of an answer. */
  readonly residentBytes: number;
}

const pauseMs = 10;
/** Once it is asked to tell, an answer that begins after that is waited for. */
const answersBeforeTelling = 2;

class Asker {
  readonly #question: Question | undefined;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #answers: Timed[] = [];
  #residentBytes = 0;
  #target: Target | undefined;
  #answersLeft: number | undefined;

  constructor(question: Question | undefined) {
    this.#question = question;
  }

  obey(order: Order): void {
    if (order === "tell") {
      this.#answersLeft = answersBeforeTelling;
      if (this.#target === undefined) this.#tell();
    } else void this.#keepAsking(order.target);
  }

  async #keepAsking(target: Target): Promise<void> {
    this.#target = target;
    while (this.#target === target) {
      try {
        this.#answers.push(await timed(target.pid, () => this.#ask(target.url)));
      } catch {
        // The server is gone: whoever runs it knows why.
        this.#target = undefined;
      }
      this.#residentBytes = Math.max(this.#residentBytes, usageOf(target.pid)?.residentBytes ?? 0);
      if (this.#answersLeft !== undefined) this.#answersLeft--;
      if (this.#answersLeft === 0 || this.#target === undefined) this.#tell();
      await pass(pauseMs);
    }
  }

  #tell(): void {
    if (this.#answersLeft === undefined) return;
    this.#answersLeft = undefined;
    process.send?.({ answers: this.#answers, residentBytes: this.#residentBytes } satisfies Told);
    this.#answers = [];
    this.#residentBytes = 0;
  }

  #ask(url: string): Promise<void> {
    const { method, headers, body } =
      this.#question === undefined ? healthQuestion : requestOf({ url, ...this.#question });
    const path = this.#question === undefined ? "/health" : "/";
    const length = { "content-length": Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const outgoing = begin(new URL(path, url), { method, headers: { ...headers, ...length }, agent: this.#agent });
      outgoing.once("error", reject);
      outgoing.once("response", (response) => {
        response.resume().once("end", resolve).once("error", reject);
        if (response.statusCode !== 200) process.stderr.write(`${path} was answered with ${response.statusCode}\n`);
      });
      outgoing.end(body);
    });
  }
}

const healthQuestion = { method: "GET", headers: {}, body: "" };

if (process.send !== undefined) {
  const asker = new Asker(process.argv[2] === undefined ? undefined : (JSON.parse(process.argv[2]) as Question));
  process.on("message", (order) => asker.obey(order as Order));
  process.once("disconnect", () => process.exit());
}
