// The ports of Map Runs: buckets to read from and write to, items from an ItemReader, and results for a ResultWriter.
import type { Json, JsonObject } from "../asl/json.ts";
import type { StateFailure } from "../engine/data-flow.ts";
import type { ResultFile, SucceededFiles } from "../store/map-run-row.ts";

export interface ObjectInfo {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** As S3 shows it, with its quotes. */
  readonly etag: string;
  /** Epoch milliseconds. */
  readonly lastModified: number;
  readonly storageClass: string;
  readonly versionId?: string | undefined;
}

export interface ListOptions {
  readonly prefix?: string | undefined;
  /** Keys up to this one, in the order of listings, are left out. */
  readonly startAfter?: string | undefined;
  readonly expectedBucketOwner?: string | undefined;
  readonly requestPayer?: string | undefined;
}

export interface OpenOptions {
  readonly versionId?: string | undefined;
  /** Pins the object as it was when it was opened before: one that has changed since is a `BucketError`. */
  readonly pin?: string | undefined;
  /** The object as a listing or an opening told of it: it is not asked for again, and its bytes are read as it was then. */
  readonly known?: ObjectInfo | undefined;
  /** The bytes from `start` on, before `end`. */
  readonly range?: { readonly start: number; readonly end: number } | undefined;
  readonly expectedBucketOwner?: string | undefined;
  readonly requestPayer?: string | undefined;
}

export interface OpenedObject {
  readonly info: ObjectInfo;
  readonly pin: string;
  /** Nothing is read before they are asked for, and they may be left unread. They can be asked for once. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Buckets: an S3-compatible endpoint, or local folders that the configuration names. A failure is thrown as a
 * `BucketError` (buckets/bucket-error.ts), also by the iterables; an abort is thrown as the signal's reason.
 */
export interface Buckets {
  /** Objects in the order of S3: by the UTF-8 bytes of their keys. */
  list(bucket: string, options: ListOptions, signal: AbortSignal): AsyncIterable<ObjectInfo>;
  /** Opens an object as it is now, or as pinned before. */
  open(bucket: string, key: string, options: OpenOptions, signal: AbortSignal): Promise<OpenedObject>;
  /** Writes an object whole or not at all: in its place there is the old one until the new one is there for good. */
  put(
    bucket: string,
    key: string,
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<{ readonly size: number }>;
}

/** Items that come at once, from one place. */
export interface ItemChunk extends ReadonlyArray<Json> {
  /** `Map.Item.Source` of these items, such as `s3://bucket/key`. */
  readonly source: string;
  /** The items are the members of a JSON object, in the form `{ Key, Value }`. */
  readonly isMembers: boolean;
}

/** Items of an ItemReader. */
export interface ItemSource {
  /** Opaque text that pins what is read: stored, and given again after a restart. */
  readonly pin: string;
  /**
   * Items in chunks, from the n-th on: a restart reads again and passes over, without effect. Memory does not grow with what
   * is read. @throws ItemReaderError, whose failure is the Map Run's.
   */
  read(skip: number, signal: AbortSignal): AsyncIterable<ItemChunk>;
}

export interface ReaderRequest {
  /** Such as `arn:aws:states:::s3:getObject`. */
  readonly resource: string;
  /** `Parameters` or `Arguments`, evaluated. */
  readonly arguments: JsonObject;
  /** `ReaderConfig`, evaluated: `MaxItems` in place of `MaxItemsPath`. */
  readonly config: JsonObject;
  /** The source's pin of the first time: data that has changed since is a failure. */
  readonly pin?: string | undefined;
}

export type OpenSource = (
  reader: ReaderRequest,
  signal: AbortSignal,
) => Promise<ItemSource | { readonly failure: StateFailure }>;

/** The items cannot be read, or not to their end. */
export class ItemReaderError extends Error {
  override readonly name = "ItemReaderError";
  readonly failure: StateFailure;

  constructor(cause: string, options?: ErrorOptions) {
    super(cause, options);
    this.failure = { error: "States.ItemReaderFailed", cause };
  }
}

export type ChildStatus = ChildResult["status"];

/** A child of a Map Run as the writer and the inline result need it. */
export type ChildResult = EndedChildResult | PendingChildResult;

/** It was never begun, and so has no name. */
export interface PendingChildResult {
  readonly status: "PENDING";
  /** JSON text. */
  readonly input: string;
}

export interface EndedChildResult {
  readonly executionArn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  /** JSON text. */
  readonly input: string;
  /** JSON text. */
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  /** Epoch milliseconds. */
  readonly startDate: number;
  /** Epoch milliseconds. */
  readonly stopDate?: number | undefined;
  readonly redriveCount: number;
  readonly redriveStatus: string;
  readonly redriveStatusReason?: string | undefined;
  /** The redrive of the run that began it or redrove it last; 0 for none. */
  readonly mapRunRedrive: number;
}

export type Transformation = "NONE" | "COMPACT" | "FLATTEN";

export interface WriterRun {
  readonly mapRunArn: string;
  /** The last part of the ARN: the folder of the files. */
  readonly uuid: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly config: { readonly transformation: Transformation; readonly outputType: "JSON" | "JSONL" };
  /** The redrive of the run whose results they are; 0 for none. */
  readonly redrive: number;
  /** Files before, in which all is that ended until then. */
  readonly earlier: readonly SucceededFiles[];
}

/**
 * Children by their index, as often as they are asked for. Those of other statuses than the ones that are asked for may be
 * left out, and may be there.
 */
export type ListChildren = (statuses: readonly ChildStatus[]) => AsyncIterable<ChildResult>;

/** Writes the files and then their manifest. The same children give the same bytes under the same keys. */
export type WriteResults = (
  run: WriterRun,
  children: ListChildren,
  signal: AbortSignal,
) => Promise<{ readonly key: string; readonly succeeded: readonly ResultFile[] } | { readonly failure: StateFailure }>;

/** Finds out before the work is done whether results can be written. */
export type TryDestination = (
  run: WriterRun,
  signal: AbortSignal,
) => Promise<{ readonly key: string } | { readonly failure: StateFailure }>;

/** The data that Map Runs read and write. */
export interface MapRunData {
  readonly openSource: OpenSource;
  readonly writeResults: WriteResults;
  readonly tryDestination: TryDestination;
}
