// Which items of a dataset are handed out: not the first ones, which a restart passes over, and none beyond MaxItems.
import type { ItemChunk } from "../ports.ts";
import type { Json } from "../../asl/json.ts";

/** Items that may come at once, and the bytes of their texts. */
const chunkItems = 500;
const chunkBytes = 512 * 1024;

/** Counts the items of a dataset, over all its files. */
export class Window {
  readonly #from: number;
  readonly #end: number;
  #index = 0;

  constructor(from: number, end: number) {
    this.#from = from;
    this.#end = end;
  }

  /** The number of the item that comes next, from 0. */
  get index(): number {
    return this.#index;
  }

  /** Nothing that comes is handed out. */
  get isPast(): boolean {
    return this.#index >= this.#end;
  }

  /** How many items may be handed out from here on. */
  get left(): number {
    return Math.max(0, this.#end - Math.max(this.#index, this.#from));
  }

  /** Passes over as many of the next items as are not handed out. @returns how many these are. */
  passOver(count: number): number {
    const passed = Math.min(count, Math.max(0, this.#from - this.#index));
    this.#index += passed;
    return passed;
  }

  /** Counts an item: whether it is handed out. */
  admit(): boolean {
    const index = this.#index++;
    return index >= this.#from && index < this.#end;
  }
}

/** Collects items that come at once. */
export class ChunkBuilder {
  readonly #place: Pick<ItemChunk, "source" | "isMembers">;
  #items: Json[] = [];
  #bytes = 0;

  constructor(place: Pick<ItemChunk, "source" | "isMembers">) {
    this.#place = place;
  }

  get isFull(): boolean {
    return this.#items.length >= chunkItems || this.#bytes >= chunkBytes;
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  add(item: Json, bytes: number): void {
    this.#items.push(item);
    this.#bytes += bytes;
  }

  take(): ItemChunk {
    const items = this.#items;
    this.#items = [];
    this.#bytes = 0;
    return Object.assign(items, this.#place);
  }
}
