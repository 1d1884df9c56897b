// The ResultWriter: the results of children in files by how they ended, and a manifest of these. Names and bytes follow from the
// children alone, so that files that are written once more are written over by themselves.
import type { StateFailure } from "../../engine/data-flow.ts";
import { BucketError } from "../buckets/bucket-error.ts";
import type { ResultFile } from "../../store/map-run-row.ts";
import type { Buckets, ChildStatus, ListChildren, WriteResults, WriterRun } from "../ports.ts";
import { lineOf, resultTexts } from "./result-texts.ts";

export interface WriterOptions {
  /** Most bytes of a file (AWS quota). */
  readonly maxFileBytes?: number;
}

const maxFileBytes = 5 * 1024 ** 3;

/** Files, in the order of the manifest, and whose results are in them. */
const kinds = {
  FAILED: ["FAILED", "TIMED_OUT", "ABORTED"],
  PENDING: ["PENDING"],
  SUCCEEDED: ["SUCCEEDED"],
} as const satisfies Readonly<Record<string, readonly ChildStatus[]>>;
type FileKind = keyof typeof kinds;

type ResultFiles = Readonly<Record<FileKind, readonly ResultFile[]>>;

export function resultsWriter(buckets: Buckets, options: WriterOptions = {}): WriteResults {
  return async (run, children, signal) => {
    const writing = { buckets, run, children, signal, maxBytes: options.maxFileBytes ?? maxFileBytes };
    try {
      const SUCCEEDED = await writeFiles(writing, "SUCCEEDED");
      const FAILED = await writeFiles(writing, "FAILED");
      const PENDING = await writeFiles(writing, "PENDING");
      const earlier = run.earlier.flatMap(({ files }) => files);
      const { key } = await writeManifest(writing, { FAILED, PENDING, SUCCEEDED: [...earlier, ...SUCCEEDED] });
      return { key, succeeded: SUCCEEDED };
    } catch (error) {
      signal.throwIfAborted();
      return { failure: writerFailure(error) };
    }
  };
}

/**
 * Writes the manifest of a run that has no results yet, as AWS does before the first child starts: a destination that cannot be
 * written to is found out before the work is done.
 */
export async function tryDestination(
  buckets: Buckets,
  run: WriterRun,
  signal: AbortSignal,
): Promise<{ readonly key: string } | { readonly failure: StateFailure }> {
  try {
    return await writeManifest({ buckets, run, signal }, { FAILED: [], PENDING: [], SUCCEEDED: [] });
  } catch (error) {
    signal.throwIfAborted();
    const { cause } = writerFailure(error);
    // AWS's words, recorded.
    const said = `Failed to write a test manifest into the specified output bucket. ${cause}`;
    return { failure: { error: "States.ResultWriterFailed", cause: said } };
  }
}

function writerFailure(error: unknown): StateFailure {
  if (!(error instanceof BucketError)) throw error;
  return { error: "States.ResultWriterFailed", cause: error.message };
}

interface Destination {
  readonly buckets: Buckets;
  readonly run: WriterRun;
  readonly signal: AbortSignal;
}

async function writeManifest(
  { buckets, run, signal }: Destination,
  files: ResultFiles,
): Promise<{ readonly key: string }> {
  const key = `${folderOf(run)}manifest.json`;
  const shown = (kind: FileKind) => files[kind].map(({ key: Key, size: Size }) => ({ Key, Size }));
  const manifest = {
    DestinationBucket: run.bucket,
    MapRunArn: run.mapRunArn,
    ResultFiles: { FAILED: shown("FAILED"), PENDING: shown("PENDING"), SUCCEEDED: shown("SUCCEEDED") },
  };
  async function* bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    yield Buffer.from(JSON.stringify(manifest));
  }
  await buckets.put(run.bucket, key, bytes(), signal);
  return { key };
}

/** Those of a redrive stand beside those before, as AWS's do (recorded). */
function folderOf({ prefix, uuid, redrive }: WriterRun): string {
  const folder = prefix.replace(/\/+$/, "");
  const ofRun = folder === "" ? `${uuid}/` : `${folder}/${uuid}/`;
  return redrive === 0 ? ofRun : `${ofRun}Redrive-${redrive}/`;
}

interface Writing extends Destination {
  readonly children: ListChildren;
  readonly maxBytes: number;
}

/** One file after the other, each as large as may be: a file begins only where something is left for it. */
async function writeFiles(writing: Writing, kind: FileKind): Promise<readonly ResultFile[]> {
  const { buckets, run, signal } = writing;
  const texts = new Peekable(textsOf(writing, kind));
  const files: ResultFile[] = [];
  try {
    while ((await texts.peek()) !== undefined) {
      const ending = run.config.outputType === "JSONL" ? "jsonl" : "json";
      const key = `${folderOf(run)}${kind}_${files.length}.${ending}`;
      const { size } = await buckets.put(run.bucket, key, fileBytes(texts, writing), signal);
      files.push({ key, size });
    }
  } finally {
    await texts.end();
  }
  return files;
}

async function* textsOf({ children, run }: Writing, kind: FileKind): AsyncGenerator<string, void, undefined> {
  const statuses: readonly ChildStatus[] = kinds[kind];
  const lastWritten = run.earlier.at(-1)?.redrive ?? -1;
  for await (const child of children(statuses)) {
    if (!statuses.includes(child.status)) continue;
    if (child.status !== "PENDING" && child.mapRunRedrive <= lastWritten) continue;
    yield* resultTexts(child, run.config.transformation);
  }
}

/** Bytes that are handed on at a time. */
const pieceCharacters = 64 * 1024;

/** A file has at least one result, however large that is. */
async function* fileBytes(
  texts: Peekable<string>,
  { run, maxBytes }: Writing,
): AsyncGenerator<Uint8Array, void, undefined> {
  const isLines = run.config.outputType === "JSONL";
  let piece = isLines ? "" : "[";
  let size = piece.length;
  for (let count = 0; ; count++) {
    const next = await texts.peek();
    if (next === undefined) break;
    const text = isLines ? `${lineOf(next)}\n` : count === 0 ? next : `,${next}`;
    const bytes = Buffer.byteLength(text);
    // The bracket at the end is one more.
    if (count > 0 && size + bytes + 1 > maxBytes) break;
    texts.drop();
    piece += text;
    size += bytes;
    if (piece.length >= pieceCharacters) {
      yield Buffer.from(piece);
      piece = "";
    }
  }
  yield Buffer.from(isLines ? piece : `${piece}]`);
}

/** Looks at what comes next before it is taken. */
class Peekable<T> {
  readonly #iterator: AsyncIterator<T, void>;
  #next: IteratorResult<T, void> | undefined;

  constructor(iterable: AsyncIterable<T>) {
    this.#iterator = iterable[Symbol.asyncIterator]();
  }

  /** `undefined` at the end. */
  async peek(): Promise<T | undefined> {
    this.#next ??= await this.#iterator.next();
    return this.#next.done === true ? undefined : this.#next.value;
  }

  drop(): void {
    if (this.#next?.done !== true) this.#next = undefined;
  }

  async end(): Promise<void> {
    await this.#iterator.return?.();
  }
}
