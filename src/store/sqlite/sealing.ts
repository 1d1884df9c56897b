// The data keys of a store and what they seal. Each opening of the store takes a new data key as soon as it seals
// something; those before stay for what they sealed. The current master key wraps all of them.
import { basename } from "node:path";
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
import { type Cell, type Connection, type Row, transact } from "./connection.ts";
import type { Lease } from "./lease.ts";

export interface Sealing {
  /** Sees to a data key that has not sealed too much; to be called before a transaction that may seal. */
  prepare(): void;
  /** Seals what is to stand in the cell of that name (`cellName`); to be called within a transaction. */
  seal(name: string, content: string | Uint8Array): Uint8Array;
  /** @throws SealBrokenError when the text was changed, moved, or is not sealed at all. */
  open(name: string, cell: Cell | undefined): string;
  /** As `open`, for what may be no text. @throws SealBrokenError */
  openBytes(name: string, cell: Cell | undefined): Uint8Array;
  /** Opens a text that nothing depends on: a broken one is reported and left out. */
  openOrReport(name: string, cell: Cell | undefined): string | undefined;
}

/** All that a store needs that is only read. */
export type Opening = Pick<Sealing, "open" | "openBytes" | "openOrReport">;

export interface SealingOptions {
  /** The current one first; the others only unwrap. */
  readonly masterKeys: readonly MasterKey[];
  readonly sealsPerDataKey?: number | undefined;
  readonly onProblem: (problem: Error) => void;
  /** Hears when another master key has taken over. */
  readonly onNotice: (message: string) => void;
}

/** Unwraps the data keys, and wraps them anew where the first master key is another than it was. */
export function openSealing(connection: Connection, lease: Lease, options: SealingOptions): Sealing {
  const { masterKeys, sealsPerDataKey = maxSealsPerDataKey, onProblem, onNotice } = options;
  const [current] = masterKeys;
  if (current === undefined) throw new Error("a sealed store needs a master key");
  const keys = unwrapDataKeys(connection, masterKeys);
  if (rewrap(connection, lease, { keys, current })) {
    const taken = `${basename(connection.file)} is opened by the key ${current.fingerprint} alone from now on.`;
    onNotice(`${taken} Keys below it in the key file are for older copies: take them out, and keep them with those.`);
  }
  const insert = connection.prepare("INSERT INTO data_key (id, master_key, wrapped) VALUES (?, ?, ?)");
  let sealer: DataKey | undefined;
  let seals = 0;

  return {
    ...openingWith(keys, connection.file, onProblem),
    prepare() {
      if (sealer !== undefined && seals < sealsPerDataKey) return;
      const next = newDataKey(Math.max(0, ...keys.keys()) + 1);
      // Durable before anything that needs it is written.
      transact(connection, () => {
        lease.verify();
        insert.run(next.id, current.fingerprint, wrapDataKey(next, current));
      });
      keys.set(next.id, next);
      sealer = next;
      seals = 0;
    },
    seal(name, content) {
      if (sealer === undefined) throw new Error("a text is to be sealed, and no data key was prepared");
      seals += 1;
      return seal(sealer, name, content);
    },
  };
}

/** @param keys by their ids; those that come later count as well. */
export function openingWith(
  keys: ReadonlyMap<number, DataKey>,
  file: string,
  onProblem: (problem: Error) => void,
): Opening {
  const openBytes = (name: string, cell: Cell | undefined): Buffer => {
    const content = cell instanceof Uint8Array ? openWith(keys, name, cell) : undefined;
    if (content !== undefined) return content;
    throw new SealBrokenError(
      `${file} is damaged: what stands at ${name} was not sealed there with a key of this store, or was ` +
        "changed since. Restore it from a backup",
    );
  };
  return {
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

function openWith(keys: ReadonlyMap<number, DataKey>, name: string, sealed: Uint8Array): Buffer | undefined {
  const key = keys.get(dataKeyIdOf(sealed) ?? -1);
  return key === undefined ? undefined : open(key, name, sealed);
}

/** @throws StoreKeyError when a master key is missing. */
export function unwrapDataKeys({ prepare, file }: Connection, masterKeys: readonly MasterKey[]): Map<number, DataKey> {
  const byFingerprint = new Map(masterKeys.map((key) => [key.fingerprint, key]));
  const unwrapped = (row: Row): DataKey => {
    const id = row["id"] as number;
    const fingerprint = row["master_key"] as string;
    const masterKey = byFingerprint.get(fingerprint);
    if (masterKey === undefined) {
      throw new StoreKeyError(
        `${file} is encrypted with the key ${fingerprint}, which is not in the key file: it holds ` +
          `${[...byFingerprint.keys()].join(", ")}. Add that key to it as a further line, or name the key file that has it`,
      );
    }
    const key = unwrapDataKey(id, row["wrapped"] as Uint8Array, masterKey);
    if (key === undefined) throw new SealBrokenError(`${file} is damaged at data key ${id}: restore it from a backup`);
    return key;
  };
  const rows = prepare("SELECT id, master_key, wrapped FROM data_key ORDER BY id").all();
  return new Map(rows.map(unwrapped).map((key) => [key.id, key]));
}

/**
 * In one transaction: after a crash either all data keys need the former master keys or none does.
 * @returns whether there was anything to do.
 */
function rewrap(
  connection: Connection,
  lease: Lease,
  { keys, current }: { readonly keys: ReadonlyMap<number, DataKey>; readonly current: MasterKey },
): boolean {
  const outdated = connection.prepare("SELECT id FROM data_key WHERE master_key <> ?").all(current.fingerprint);
  if (outdated.length === 0) return false;
  const update = connection.prepare("UPDATE data_key SET master_key = ?, wrapped = ? WHERE id = ?");
  transact(connection, () => {
    lease.verify();
    for (const row of outdated) {
      const key = keys.get(row["id"] as number);
      if (key !== undefined) update.run(current.fingerprint, wrapDataKey(key, current), key.id);
    }
  });
  // Texts that the former key can open must not stay in the file.
  connection.prepare("PRAGMA wal_checkpoint(TRUNCATE)").all();
  return true;
}
