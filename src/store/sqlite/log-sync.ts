// When commits reach the disk. SQLite writes them into its log, in their order, and leaves syncing it to this: in the background,
// so that the event loop goes on meanwhile, or on the spot where that is quicker. A sync covers all commits that were made before
// it began. The file is whole whatever happens: a log of which only a part has reached the disk is valid up to a commit.
import { closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs";
import type { Durability } from "../journal.ts";
import { DiskFailedError } from "../errors.ts";

/** Syncs a file, given by its descriptor. */
export interface Disk {
  sync(descriptor: number): void;
  /** The same in the background. */
  syncBehind(descriptor: number, done: (error: Error | null) => void): void;
}

export const disk: Disk = { sync: fdatasyncSync, syncBehind: fdatasync };

export interface LogSyncOptions {
  /** The file of the data; its log stands beside it. */
  readonly file: string;
  readonly disk?: Disk | undefined;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsed?: (() => number) | undefined;
  /** Told once that a sync has failed. */
  readonly onFailed: (problem: DiskFailedError) => void;
}

/** A commit that may be durable soon is so after this time. */
const soonMs = 1_000;
/** Syncs that take no longer are not worth the way to another thread and back. */
const quickMs = 0.3;
/** One that takes longer says no more of the others than this. */
const longestMs = 1;
/** How long one seems to take in the background tells little of a disk that is not slow: now and then it is tried on the spot. */
const mayBeQuickMs = 5;
const tryEvery = 32;

export class LogSync {
  readonly #options: LogSyncOptions;
  readonly #disk: Disk;
  readonly #elapsed: () => number;
  readonly #descriptor: number;
  /** The time that syncs on the spot take, the last ones above all. */
  #usualMs = 0;
  /** Syncs in the background that may have been quick, since then. */
  #perhapsQuick = 0;
  #underWay: Promise<void> | undefined;
  /** The sync that begins when the one under way has ended. */
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failure: DiskFailedError | undefined;

  constructor(options: LogSyncOptions) {
    const { file, disk: given = disk, elapsed = () => performance.now() } = options;
    this.#options = options;
    this.#disk = given;
    this.#elapsed = elapsed;
    // SQLite locks other files than this one, so that closing it takes no lock away.
    this.#descriptor = openSync(`${file}-wal`, "r+");
  }

  /** @throws DiskFailedError when a sync has failed: nothing more may be written. */
  verify(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /**
   * To be called after each commit.
   * @returns what settles when it is durable; `undefined` where it is so already, or where that is not waited for.
   */
  committed(durability: Durability): Promise<void> | undefined {
    if (durability === "soon") {
      this.#timer ??= setTimeout(() => void this.#sync().catch(() => undefined), soonMs).unref();
      return undefined;
    }
    const isSlow = this.#usualMs > quickMs && this.#perhapsQuick < tryEvery;
    if (isSlow || this.#underWay !== undefined) return this.#sync();
    this.#syncOnTheSpot();
    return undefined;
  }

  /** Waits for what is under way. Nothing is committed any more. */
  async close(): Promise<void> {
    this.#callTimerOff();
    await (this.#next ?? this.#underWay)?.catch(() => undefined);
    closeSync(this.#descriptor);
  }

  /** Settles when all that was committed is durable. */
  #sync(): Promise<void> {
    if (this.#underWay === undefined) return this.#begin();
    this.#next ??= this.#underWay.then(() => this.#underWay ?? this.#begin());
    return this.#next;
  }

  #syncOnTheSpot(): void {
    this.#callTimerOff();
    this.#perhapsQuick = 0;
    const began = this.#elapsed();
    try {
      this.#disk.sync(this.#descriptor);
    } catch (cause) {
      throw this.#failed(cause);
    }
    this.#usualMs += (Math.min(this.#elapsed() - began, longestMs) - this.#usualMs) / 5;
  }

  #begin(): Promise<void> {
    this.#next = undefined;
    this.#callTimerOff();
    const began = this.#elapsed();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#underWay = promise;
    this.#disk.syncBehind(this.#descriptor, (cause) => {
      this.#underWay = undefined;
      if (this.#elapsed() - began <= mayBeQuickMs) this.#perhapsQuick += 1;
      if (cause === null) resolve();
      else reject(this.#failed(cause));
    });
    return promise;
  }

  #callTimerOff(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** It is final: the system may have given up what it could not write, so that a second try succeeds and means nothing. */
  #failed(cause: unknown): DiskFailedError {
    const { file, onFailed } = this.#options;
    const isFirst = this.#failure === undefined;
    this.#failure ??= new DiskFailedError(
      `${file}-wal could not be synced to the disk, so that nobody can say what of it is stored: look at the disk, then start again`,
      { cause },
    );
    if (isFirst) onFailed(this.#failure);
    return this.#failure;
  }
}
