// The feed of all streams: it follows the journal while there are any, and hands on each page of rows. It holds no rows: one
// that begins further back reads for itself until it has caught up.
import { JournalFollower } from "../../runtime/executions/journal-follower.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { JournalRow } from "../../store/journal.ts";
import type { SharedStore } from "../../store/cluster-store.ts";
import { type ConsoleContext, pause } from "./context.ts";

export interface FeedOptions {
  readonly store: Pick<SharedStore, "journal">;
  readonly clock: ConsoleContext["clock"];
  readonly runtime: Pick<Runtime, "whenCommitted">;
  readonly onError: (error: unknown) => void;
}

export interface FeedReader {
  /** Takes rows in order, each behind the last; must not reject. */
  take(rows: readonly JournalRow[]): Promise<void>;
  /** Rows up to this one are passed over. */
  skip(row: number): void;
}

/** Rows behind which nobody is led through: lists are read again, and journals from where one is. */
const mostBehind = 10_000;
const readAtATime = 200;

export class Feed {
  readonly #options: FeedOptions;
  readonly #live = new Set<FeedReader>();
  #readers = 0;
  #following: Promise<Following> | undefined;
  #ending: Promise<void> = Promise.resolve();

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** The newest row, as the feed has it: whoever begins there misses nothing. To be left again, unless it rejects. */
  async open(): Promise<number> {
    const following = this.#following ?? this.#follow();
    this.#following = following;
    this.#readers += 1;
    try {
      return (await following).cursor;
    } catch (error) {
      this.#readers -= 1;
      if (this.#following === following) this.#following = undefined;
      throw error;
    }
  }

  /** A reader that has opened the feed is handed the rows behind `after`, and all that come. */
  async lead(reader: FeedReader, after: number, isGone: () => boolean): Promise<void> {
    for (let position = after; !isGone();) {
      const { cursor } = (await this.#following) ?? { cursor: position };
      // Nothing is awaited between the look at the cursor and the place among those that are handed what comes.
      if (position >= cursor) return void this.#live.add(reader);
      if (cursor - position > mostBehind) {
        position = cursor;
        reader.skip(cursor);
        continue;
      }
      const rows = await this.#options.store.journal.readRows({ limit: readAtATime, after: position });
      const known = rows.filter(({ id }) => id <= cursor);
      await reader.take(known);
      position = rows.length === 0 ? cursor : (known.at(-1)?.id ?? position);
      await pause();
    }
  }

  /** To be called once for each `open`. */
  leave(reader: FeedReader | undefined): void {
    if (reader !== undefined) this.#live.delete(reader);
    this.#readers -= 1;
    if (this.#readers === 0) this.#end();
  }

  /** Settles when nothing of the store is read any more. */
  async stop(): Promise<void> {
    this.#end();
    await this.#ending;
  }

  #end(): void {
    const following = this.#following;
    this.#following = undefined;
    this.#live.clear();
    if (following === undefined) return;
    const ended = following.then(({ end }) => end(), this.#options.onError);
    this.#ending = Promise.all([this.#ending, ended]).then(() => undefined);
  }

  async #follow(): Promise<Following> {
    const { store, clock, runtime, onError } = this.#options;
    const { journal } = store;
    const following = { cursor: await journal.newestRowId(), end: async (): Promise<void> => undefined };
    const follower = new JournalFollower({
      journal,
      clock,
      after: following.cursor,
      onError,
      take: async (rows, cursor) => {
        following.cursor = cursor;
        await Promise.all([...this.#live].map((reader) => reader.take(rows)));
        // Others have their turn, however much there is to follow.
        await pause();
      },
    });
    const callOff = runtime.whenCommitted(() => follower.hint());
    following.end = async () => {
      callOff();
      await follower.stop();
    };
    follower.hint();
    return following;
  }
}

interface Following {
  /** The row that was handed on last. */
  readonly cursor: number;
  readonly end: () => Promise<void>;
}
