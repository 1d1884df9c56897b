// The encryption of a store, and how a plain one gets it: when it is opened with a key, all that is plain is sealed
// in batches, then the file is written anew so that no plain text is left in freed space. A crash at any point is harmless:
// each step is a transaction, and the next opening goes on.
import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import type { MasterKey } from "../envelope.ts";
import { SealBrokenError, StoreKeyError } from "../errors.ts";
import { type Cell, type Connection, readNumber, transact } from "./connection.ts";
import { type Lease, partitionId } from "./lease.ts";
import { cellName } from "../cell-names.ts";
import { type Opening, openingWith, openSealing, type Sealing, unwrapDataKeys } from "./sealing.ts";

/** The values of `partition.encryption`. */
const states = { plain: 0, beingSealed: 1, toBeRewritten: 2, sealed: 3 } as const;

export interface EncryptionOptions {
  /** The current one first; absent for a store that is not encrypted. */
  readonly masterKeys?: readonly MasterKey[] | undefined;
  readonly sealsPerDataKey?: number | undefined;
  readonly onProblem: (problem: Error) => void;
  /** Hears how the sealing of a store that was plain goes on, and when another master key has taken over. */
  readonly onNotice: (message: string) => void;
}

/** The schema from which on a store may be encrypted. */
const firstSchema = 2;

/**
 * Looks, before anything of the file is changed, whether it can be opened.
 * @throws StoreKeyError when the store is encrypted and its key is not there.
 */
export function requireKeys(connection: Connection, { masterKeys }: Pick<EncryptionOptions, "masterKeys">): void {
  if (readNumber(connection, "PRAGMA user_version") < firstSchema) return;
  if (masterKeys !== undefined) return void unwrapDataKeys(connection, masterKeys);
  if (stateOf(connection) === states.plain) return;
  throw new StoreKeyError(
    `${connection.file} is encrypted: name its key file, as "encryption": { "keyFile": "pawl.key" } in the ` +
      "configuration file or as PAWL_KEY_FILE. Without the key nothing in it can be read",
  );
}

/**
 * For a store that is only read; `undefined` for one that is not encrypted, whether keys are given or not.
 * @throws StoreKeyError, and Error where the encryption of it has begun and not ended.
 */
export function openSealed(
  connection: Connection,
  { masterKeys, onProblem }: Pick<EncryptionOptions, "masterKeys" | "onProblem">,
): Opening | undefined {
  const state = stateOf(connection);
  if (state === states.plain) return undefined;
  if (state !== states.sealed) {
    throw new Error(`${connection.file} is being encrypted, and that was interrupted: start the server once to end it`);
  }
  return openingWith(unwrapDataKeys(connection, masterKeys ?? []), connection.file, onProblem);
}

function stateOf(connection: Connection): number {
  return readNumber(connection, `SELECT encryption FROM partition WHERE id = ${partitionId}`);
}

/**
 * To be called when `requireKeys` has found nothing to object to.
 * @returns `undefined` for a store that is not encrypted.
 */
export async function openEncryption(
  connection: Connection,
  lease: Lease,
  options: EncryptionOptions,
): Promise<Sealing | undefined> {
  const { masterKeys } = options;
  if (masterKeys === undefined) return undefined;
  const state = stateOf(connection);
  // SQLite overwrites the bytes of a row that is deleted or replaced.
  connection.prepare("PRAGMA secure_delete = ON").all();
  const sealing = openSealing(connection, lease, { ...options, masterKeys });
  if (state !== states.sealed) await new Conversion(connection, lease, { sealing, options }).run(state);
  return sealing;
}

interface Column {
  readonly table: string;
  readonly column: string;
  /** The column that the cell's name needs beside the row's id. */
  readonly owner: string;
  readonly nameOf: (id: number, owner: number) => string;
  /** The literal that stays where the text stood. */
  readonly rest: "''" | "NULL";
  /** The column that holds the text instead where it is compressed. */
  readonly packed?: string;
}

const columns: readonly Column[] = [
  {
    table: "revision",
    column: "definition",
    owner: "state_machine_id",
    nameOf: cellName.definition,
    rest: "''",
  },
  { table: "execution", column: "trace_header", owner: "id", nameOf: cellName.traceHeader, rest: "NULL" },
  { table: "map_run", column: "state", owner: "execution_id", nameOf: cellName.mapRunState, rest: "''" },
  {
    table: "journal",
    column: "events",
    owner: "execution_id",
    nameOf: cellName.events,
    rest: "''",
    packed: "packed_events",
  },
];

/** One transaction seals this many characters, or rows. */
const batchLength = 1_000_000;
const batchRows = 1000;

class Conversion {
  readonly #connection: Connection;
  readonly #lease: Lease;
  readonly #sealing: Sealing;
  readonly #say: (what: string) => void;

  constructor(
    connection: Connection,
    lease: Lease,
    { sealing, options }: { readonly sealing: Sealing; readonly options: EncryptionOptions },
  ) {
    this.#connection = connection;
    this.#lease = lease;
    this.#sealing = sealing;
    const isEmpty = readNumber(
      connection,
      "SELECT NOT EXISTS (SELECT 1 FROM revision UNION ALL SELECT 1 FROM journal)",
    );
    this.#say = (what) => {
      if (isEmpty === 0) options.onNotice(`${basename(connection.file)} ${what}`);
    };
  }

  async run(state: number): Promise<void> {
    if (state === states.plain) this.#begin();
    if (state !== states.toBeRewritten) {
      const secret = this.#secretOfConversion();
      this.#say("is being encrypted. If this is interrupted, the next start goes on with it.");
      for (const column of columns) await this.#sealColumn(column);
      this.#transact(() => {
        this.#setSecret(cellName.secret, secret);
        this.#setState(states.toBeRewritten);
      });
    }
    this.#say("is encrypted; it is being written anew, so that nothing of the plain text is left in it.");
    this.#rewrite();
    this.#transact(() => this.#setState(states.sealed));
    this.#say("is encrypted. Copies and backups that were made of it before are not.");
  }

  /** From here on the store opens with a key only. The secret was readable in the file: it is replaced. */
  #begin(): void {
    const { file } = this.#connection;
    const isSealed = columns.some(
      ({ table, column }) =>
        readNumber(this.#connection, `SELECT EXISTS (SELECT 1 FROM ${table} WHERE sealed_${column} IS NOT NULL)`) === 1,
    );
    if (isSealed) {
      throw new SealBrokenError(
        `${file} is damaged: it says that it is not encrypted, and holds what is. Restore it from a backup`,
      );
    }
    this.#transact(() => {
      this.#setSecret(cellName.secretOfConversion, randomBytes(32).toString("hex"));
      this.#setState(states.beingSealed);
    });
  }

  /** @throws SealBrokenError when the conversion had ended: plain texts that came since are not ours. */
  #secretOfConversion(): string {
    const row = this.#connection.prepare("SELECT sealed_secret FROM partition WHERE id = ?").first(partitionId);
    return this.#sealing.open(cellName.secretOfConversion, row?.["sealed_secret"]);
  }

  #setSecret(name: string, secret: string): void {
    this.#connection
      .prepare("UPDATE partition SET secret = '', sealed_secret = ? WHERE id = ?")
      .run(this.#sealing.seal(name, secret), partitionId);
  }

  async #sealColumn(column: Column): Promise<void> {
    const { table } = column;
    const lastId = readNumber(this.#connection, `SELECT coalesce(max(id), 0) FROM ${table}`);
    const sealBatch = this.#batchesOf(column);
    let said = 0;
    let after = 0;
    while (after < lastId) {
      const from = after;
      after = this.#transact(() => sealBatch(from)) ?? lastId;
      // The log would grow to the size of the whole store.
      this.#connection.prepare("PRAGMA wal_checkpoint(PASSIVE)").all();
      const tenths = Math.floor((10 * after) / lastId);
      if (table === "journal" && tenths > said) this.#say(`is being encrypted: ${tenths}0 % of its history is sealed.`);
      said = tenths;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** @returns what seals a batch of the rows behind an id, and answers with the id of its last one; `undefined` at the end. */
  #batchesOf({ table, column, owner, nameOf, rest, packed }: Column): (after: number) => number | undefined {
    const sealed = `sealed_${column}`;
    const next = this.#connection.prepare(
      `SELECT id, ${owner} AS owner, ${column} AS text, ${packed ?? "NULL"} AS packed FROM ${table}
       WHERE id > ? AND ${sealed} IS NULL AND ${column} IS NOT NULL ORDER BY id LIMIT 1`,
    );
    const cleared = packed === undefined ? "" : `, ${packed} = NULL`;
    const update = this.#connection.prepare(
      `UPDATE ${table} SET ${sealed} = ?, ${column} = ${rest}${cleared} WHERE id = ?`,
    );
    return (after) => {
      let id = after;
      let length = 0;
      for (let rows = 0; rows < batchRows && length < batchLength; rows++) {
        const row = next.first(id);
        if (row === undefined) return undefined;
        id = row["id"] as number;
        const content = (row["packed"] ?? row["text"]) as string | Uint8Array;
        update.run(this.#sealing.seal(nameOf(id, row["owner"] as number), content), id);
        length += content.length;
      }
      return id;
    };
  }

  #rewrite(): void {
    const { database, file, prepare } = this.#connection;
    try {
      prepare("VACUUM").all();
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        `${file} is encrypted, but could not be written anew, and freed space in it may still hold plain text: ${problem}. ` +
          "That needs as much free space as the file is long, once beside it and once where temporary files go " +
          "(SQLITE_TMPDIR, TMPDIR, /var/tmp). The next start tries again",
        { cause },
      );
    }
    const answer = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as Readonly<Record<string, Cell>>;
    if (answer["busy"] !== 0) throw new Error(`${file} is being read by another program: stop it, and start again`);
  }

  #setState(state: number): void {
    this.#connection.prepare("UPDATE partition SET encryption = ? WHERE id = ?").run(state, partitionId);
  }

  #transact<T>(work: () => T): T {
    this.#sealing.prepare();
    return transact(this.#connection, () => {
      this.#lease.verify();
      return work();
    });
  }
}
