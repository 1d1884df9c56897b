// The data keys of a database and what they seal. Each node takes a data key of its own as soon as it seals something, and
// learns those of other nodes when it meets what they sealed. The current master key wraps all of them.
import {
  type DataKey,
  dataKeyIdOf,
  type MasterKey,
  maxSealsPerDataKey,
  newDataKey,
  open,
  seal,
  unwrapDataKey,
  wrapDataKey,
} from "../envelope.ts";
import { SealBrokenError, StoreKeyError } from "../errors.ts";
import type { Row, Runs } from "./link.ts";
import { one, type Transact } from "./transact.ts";

export interface Sealing {
  /** Sees to a data key that has not sealed too much; to be called before something is sealed. */
  prepare(): Promise<void>;
  /** Learns the data keys of sealed cells; to be called before they are opened. @param cells those of other types are passed over. */
  know(cells: readonly unknown[]): Promise<void>;
  /** Seals what is to stand in the cell of that name (`cellName`). */
  seal(name: string, content: string | Uint8Array): Uint8Array;
  /** @throws SealBrokenError when the text was changed, moved, or is not sealed at all. */
  open(name: string, cell: unknown): string;
  /** As `open`, for what may be no text. @throws SealBrokenError */
  openBytes(name: string, cell: unknown): Uint8Array;
  /** Opens a text that nothing depends on: a broken one is reported and left out. */
  openOrReport(name: string, cell: unknown): string | undefined;
}

export interface SealingOptions {
  /** The current one first; the others only unwrap. */
  readonly masterKeys: readonly MasterKey[];
  readonly sealsPerDataKey?: number | undefined;
  /** Leaves the data keys as they are wrapped. */
  readonly onlyReads?: boolean | undefined;
  readonly onProblem: (problem: Error) => void;
}

interface Access {
  readonly runs: Runs;
  readonly transact: Transact;
  /** The name of the database, as in messages. */
  readonly place: string;
}

/** Unwraps the data keys, and wraps them anew where the first master key is another than it was. */
export async function openSealing(access: Access, options: SealingOptions): Promise<Sealing> {
  const { masterKeys, sealsPerDataKey = maxSealsPerDataKey, onProblem } = options;
  const { place } = access;
  const [current] = masterKeys;
  if (current === undefined) throw new Error("a sealed store needs a master key");
  const keys = new DataKeys(access, masterKeys);
  if (options.onlyReads !== true) await access.transact((held) => keys.rewrap(held, current));
  let sealer: DataKey | undefined;
  let preparing: Promise<void> | undefined;
  let seals = 0;
  const renew = async (): Promise<void> => {
    sealer = await access.transact((held) => keys.add(held, current));
    seals = 0;
  };
  const openBytes = (name: string, cell: unknown): Buffer => {
    const content = cell instanceof Uint8Array ? keys.open(name, cell) : undefined;
    if (content !== undefined) return content;
    throw new SealBrokenError(
      `${place}, is damaged: what stands at ${name} was not sealed there with a key of this store, or was ` +
        "changed since. Restore it from a backup",
    );
  };
  return {
    async prepare() {
      if (sealer !== undefined && seals < sealsPerDataKey) return;
      preparing ??= renew().finally(() => (preparing = undefined));
      await preparing;
    },
    know: (cells) => keys.know(cells),
    seal(name, content) {
      if (sealer === undefined) throw new Error("a text is to be sealed, and no data key was prepared");
      seals += 1;
      return seal(sealer, name, content);
    },
    open: (name, cell) => openBytes(name, cell).toString(),
    openBytes,
    openOrReport(name, cell) {
      try {
        return openBytes(name, cell).toString();
      } catch (error) {
        if (!(error instanceof SealBrokenError)) throw error;
        onProblem(error);
        return undefined;
      }
    },
  };
}

const columns = "id, master_key, wrapped";

class DataKeys {
  readonly #access: Access;
  readonly #masterKeys: readonly MasterKey[];
  readonly #keys = new Map<number, DataKey>();

  constructor(access: Access, masterKeys: readonly MasterKey[]) {
    this.#access = access;
    this.#masterKeys = masterKeys;
  }

  open(name: string, sealed: Uint8Array): Buffer | undefined {
    const key = this.#keys.get(dataKeyIdOf(sealed) ?? -1);
    return key === undefined ? undefined : open(key, name, sealed);
  }

  async know(cells: readonly unknown[]): Promise<void> {
    const unknown = new Set<number>();
    for (const cell of cells) {
      const id = cell instanceof Uint8Array ? dataKeyIdOf(cell) : undefined;
      if (id !== undefined && !this.#keys.has(id)) unknown.add(id);
    }
    if (unknown.size === 0) return;
    // An id that is none, in a cell that is damaged, finds nothing.
    const wanted = [...unknown].filter((id) => id <= 0x7fffffff);
    const statement = { text: `SELECT ${columns} FROM pawl.data_key WHERE id = ANY ($1::int[])` };
    for (const row of await this.#access.runs.run(statement, [wanted])) this.#learn(row);
  }

  async add(held: Runs, current: MasterKey): Promise<DataKey> {
    // Two nodes do not count at the same time.
    await held.run({ text: "LOCK TABLE pawl.data_key IN SHARE ROW EXCLUSIVE MODE" });
    const newest = await one(held, { text: "SELECT coalesce(max(id), 0) AS id FROM pawl.data_key" });
    const key = newDataKey((newest?.["id"] as number) + 1);
    await this.#insert(held, key, current);
    this.#keys.set(key.id, key);
    return key;
  }

  /** In one transaction: after a crash either all data keys need the former master keys or none does. */
  async rewrap(held: Runs, current: MasterKey): Promise<void> {
    await held.run({ text: "LOCK TABLE pawl.data_key IN SHARE ROW EXCLUSIVE MODE" });
    for (const row of await held.run({ text: `SELECT ${columns} FROM pawl.data_key ORDER BY id` })) {
      const key = this.#learn(row);
      if (row["master_key"] === current.fingerprint) continue;
      await held.run({ text: "UPDATE pawl.data_key SET master_key = $1, wrapped = $2 WHERE id = $3" }, [
        current.fingerprint,
        wrapDataKey(key, current),
        key.id,
      ]);
    }
  }

  async #insert(held: Runs, key: DataKey, current: MasterKey): Promise<void> {
    await held.run({ text: `INSERT INTO pawl.data_key (${columns}) VALUES ($1, $2, $3)` }, [
      key.id,
      current.fingerprint,
      wrapDataKey(key, current),
    ]);
  }

  /** @throws StoreKeyError when its master key is missing. */
  #learn(row: Row): DataKey {
    const { place } = this.#access;
    const fingerprint = row["master_key"] as string;
    const masterKey = this.#masterKeys.find((key) => key.fingerprint === fingerprint);
    if (masterKey === undefined) {
      throw new StoreKeyError(
        `${place}, is encrypted with the key ${fingerprint}, which is not in the key file: it holds ` +
          `${this.#masterKeys.map((key) => key.fingerprint).join(", ")}. Add that key to it as a further line, or name the ` +
          "key file that has it",
      );
    }
    const key = unwrapDataKey(row["id"] as number, row["wrapped"] as Uint8Array, masterKey);
    if (key === undefined) {
      throw new SealBrokenError(`${place}, is damaged at data key ${String(row["id"])}: restore it from a backup`);
    }
    this.#keys.set(key.id, key);
    return key;
  }
}
