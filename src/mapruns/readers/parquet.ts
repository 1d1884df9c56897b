// Reads the rows of a Parquet file, in a thread of its own that is given the ranges of bytes that it asks for.
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type ItemChunk, ItemReaderError } from "../ports.ts";
import { givingWay } from "./event-loop.ts";
import { jsonItem, maxItemBytes, tooLargeItem } from "./parsed-items.ts";
import type { ParquetAnswer, ParquetQuestion } from "./parquet-messages.ts";
import { ChunkBuilder, type Window } from "./window.ts";

export interface RangedFile {
  readonly size: number;
  bytesOf(range: { readonly start: number; readonly end: number }): Promise<AsyncIterable<Uint8Array>>;
}

interface Place {
  readonly window: Window;
  readonly source: string;
  readonly signal: AbortSignal;
}

/** Megabytes of JavaScript's objects: a row group of 256 MB does not fit, the rows that are decoded at a time do. */
const threadMegabytes = 768;

export async function* parquetItems(
  file: RangedFile,
  { window, source, signal }: Place,
): AsyncGenerator<ItemChunk, void, undefined> {
  const thread = new ParquetThread(file, signal);
  const giveWay = givingWay();
  const chunk = new ChunkBuilder({ source, isMembers: false });
  try {
    const opened = await thread.ask({ kind: "open", size: file.size });
    const total = opened.kind === "opened" ? opened.rows : 0;
    let row = window.passOver(total);
    while (row < total && !window.isPast) {
      const answer = await thread.ask({ kind: "rows", from: row, most: window.left });
      const rows = answer.kind === "rows" ? answer.rows : [];
      if (rows.length === 0) throw unreadable("it has fewer rows than it says");
      row += rows.length;
      for (const text of rows) {
        const { index } = window;
        if (!window.admit()) continue;
        const bytes = Buffer.from(text);
        if (bytes.length > maxItemBytes) throw tooLargeItem();
        chunk.add(jsonItem(bytes, index), bytes.length);
        if (chunk.isFull) {
          yield chunk.take();
          await giveWay();
        }
      }
    }
    if (!chunk.isEmpty) yield chunk.take();
  } finally {
    await thread.end();
  }
}

class ParquetThread {
  readonly #worker: Worker;
  readonly #file: RangedFile;
  readonly #signal: AbortSignal;
  #waiting:
    { readonly resolve: (answer: ParquetAnswer) => void; readonly reject: (error: unknown) => void } | undefined;

  constructor(file: RangedFile, signal: AbortSignal) {
    signal.throwIfAborted();
    this.#file = file;
    this.#signal = signal;
    // The worker stands beside this file: .ts in the source, .js when compiled.
    const extension = extname(fileURLToPath(import.meta.url));
    this.#worker = new Worker(new URL(`./parquet-worker${extension}`, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: threadMegabytes },
      env: {},
    });
    this.#worker.on("message", (answer: ParquetAnswer) => this.#hear(answer));
    this.#worker.on("error", (error) => this.#fail(unreadable(problemOf(error))));
    this.#worker.on("exit", () => this.#fail(unreadable("the thread that read it has ended")));
    signal.addEventListener("abort", this.#abort, { once: true });
  }

  /** @throws ItemReaderError where the file cannot be read. */
  ask(question: ParquetQuestion): Promise<ParquetAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#tell(question);
    });
  }

  async end(): Promise<void> {
    this.#signal.removeEventListener("abort", this.#abort);
    this.#waiting = undefined;
    await this.#worker.terminate();
  }

  readonly #abort = (): void => this.#fail(this.#signal.reason);

  #tell(question: ParquetQuestion): void {
    const transfer = question.kind === "bytes" ? [question.bytes] : [];
    this.#worker.postMessage(question, transfer);
  }

  #hear(answer: ParquetAnswer): void {
    if (answer.kind === "wantsBytes") {
      this.#read(answer).then(
        (bytes) => this.#tell({ kind: "bytes", bytes }),
        (error: unknown) => this.#fail(error),
      );
    } else if (answer.kind === "problem") this.#fail(unreadable(answer.message));
    else this.#waiting?.resolve(answer);
  }

  async #read({ start, end }: { readonly start: number; readonly end: number }): Promise<ArrayBuffer> {
    if (!(start >= 0 && start <= end && end <= this.#file.size)) throw unreadable("it speaks of bytes beyond its end");
    const bytes = new Uint8Array(end - start);
    if (start === end) return bytes.buffer;
    let filled = 0;
    for await (const piece of await this.#file.bytesOf({ start, end })) {
      bytes.set(piece, filled);
      filled += piece.length;
    }
    if (filled < bytes.length) throw unreadable("it is shorter than it was");
    return bytes.buffer;
  }

  #fail(error: unknown): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}

function problemOf(error: Error): string {
  if ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY")
    return "its rows take more memory than there is for it; write smaller row groups or pages";
  return error.message;
}

/** @param problem may have names of columns in it, which the file gives. */
function unreadable(problem: string): ItemReaderError {
  return new ItemReaderError(`The dataset cannot be read as Parquet: ${problem.slice(0, 500)}.`);
}
