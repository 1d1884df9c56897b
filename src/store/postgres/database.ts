// The server and the database when they are opened: whether Pawl can work with them, the tables, and the keys.
import { cellName } from "../cell-names.ts";
import type { MasterKey } from "../envelope.ts";
import { StoreKeyError } from "../errors.ts";
import type { Row, Runs } from "./link.ts";
import { migrate, type NewDatabase } from "./schema.ts";
import { openSealing, type Sealing } from "./sealing.ts";
import { one, type Transact } from "./transact.ts";

const leastServer = 150_000;

export interface ServerOptions {
  readonly allowsAsynchronousCommit?: boolean | undefined;
}

/** @throws Error that names what keeps Pawl from working with the server. */
export async function checkServer(runs: Runs, place: string, options: ServerOptions): Promise<void> {
  const settings = await one(runs, {
    text: `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS version_name,
      current_setting('server_encoding') AS encoding, current_setting('synchronous_commit') AS synchronous_commit,
      pg_is_in_recovery() AS is_standby`,
  });
  const { version, version_name: name, encoding, synchronous_commit: commit, is_standby: isStandby } = settings as Row;
  if ((version as number) < leastServer)
    throw new Error(`${place}, is PostgreSQL ${String(name)}: Pawl needs version 15 or newer`);
  if (String(encoding).toLowerCase() !== "utf8") {
    throw new Error(
      `${place}, has the encoding ${String(encoding)}: make a database for Pawl with ENCODING 'UTF8' TEMPLATE template0`,
    );
  }
  if (isStandby === true)
    throw new Error(`${place}, is a standby: name the primary in the URL, or a proxy that leads to it`);
  if (commit === "off" && options.allowsAsynchronousCommit !== true) {
    throw new Error(
      `${place}, has synchronous_commit off: it may forget what it acknowledged when it crashes. Set it to on for this ` +
        "user or database, or say by name that this is meant",
    );
  }
}

export interface DatabaseOptions {
  readonly fresh: NewDatabase;
  readonly masterKeys?: readonly MasterKey[] | undefined;
  readonly sealsPerDataKey?: number | undefined;
  readonly onProblem: (problem: Error) => void;
}

export interface DatabaseAccess {
  readonly runs: Runs;
  readonly transact: Transact;
  readonly place: string;
}

export interface OpenedDatabase {
  readonly partitions: number;
  /** Executions with lower ids were moved in. */
  readonly movedBelow: number;
  readonly secret: string;
  readonly sealing: Sealing | undefined;
}

/** The values of `database.encryption`. */
const plain = 0;
const sealed = 3;

/** @throws StoreKeyError, and Error for a database into which a copy is under way. */
export async function openDatabase(access: DatabaseAccess, options: DatabaseOptions): Promise<OpenedDatabase> {
  const { transact, place } = access;
  await transact((held) => migrate(held, place, options.fresh));
  await requireWhole(access);
  return openContent(access, options);
}

/** The parts of a database whose tables are those of this version. */
export async function openContent(access: DatabaseAccess, options: DatabaseOptions): Promise<OpenedDatabase> {
  const { place } = access;
  const { masterKeys } = options;
  const row = (await one(access.runs, { text: "SELECT * FROM pawl.database WHERE id = 0" })) as Row;
  const [partitions, movedBelow] = [row["partitions"] as number, row["moved_below"] as number];
  if (masterKeys === undefined) {
    if (row["encryption"] === plain)
      return { partitions, movedBelow, secret: row["secret"] as string, sealing: undefined };
    throw keyMissing(place);
  }
  const sealing = await openSealing(access, { ...options, masterKeys });
  if (row["encryption"] === plain) await beginEncryption(access, sealing, options.fresh.secret);
  const now = (await one(access.runs, { text: "SELECT sealed_secret FROM pawl.database WHERE id = 0" })) as Row;
  await sealing.know([now["sealed_secret"]]);
  return { partitions, movedBelow, secret: sealing.open(cellName.secret, now["sealed_secret"]), sealing };
}

export async function requireWhole({ runs, place }: DatabaseAccess): Promise<void> {
  const part = await one(runs, { text: "SELECT FROM pawl.copy WHERE completed_at IS NULL" });
  if (part === undefined) return;
  throw new Error(
    `${place}, holds a part of a copy: run the same pawl copy again to complete it, or name another database`,
  );
}

/** For a database that is only read; `undefined` where nothing is sealed, whether keys are given or not. @throws StoreKeyError */
export async function openSealed(
  access: DatabaseAccess,
  options: Omit<DatabaseOptions, "fresh">,
): Promise<Sealing | undefined> {
  const { masterKeys } = options;
  const row = await one(access.runs, { text: "SELECT encryption FROM pawl.database WHERE id = 0" });
  if (row?.["encryption"] === plain) return undefined;
  if (masterKeys === undefined) throw keyMissing(access.place);
  return openSealing(access, { ...options, masterKeys, onlyReads: true });
}

function keyMissing(place: string): StoreKeyError {
  return new StoreKeyError(
    `${place}, is encrypted: name its key file, as "encryption": { "keyFile": "pawl.key" } in the configuration file or ` +
      "as PAWL_KEY_FILE. Without the key nothing in it can be read",
  );
}

/** @throws Error where there is anything that would stay plain. */
async function beginEncryption({ transact, place }: DatabaseAccess, sealing: Sealing, secret: string): Promise<void> {
  await sealing.prepare();
  await transact(async (held) => {
    const row = await one(held, { text: "SELECT encryption FROM pawl.database WHERE id = 0 FOR UPDATE" });
    // Another node was quicker.
    if (row?.["encryption"] !== plain) return;
    const found = await one(held, {
      text: `SELECT EXISTS (SELECT FROM pawl.revision) OR EXISTS (SELECT FROM pawl.journal)
        OR EXISTS (SELECT FROM pawl.partition WHERE owner IS NOT NULL) AS is_used`,
    });
    if (found?.["is_used"] === true) {
      throw new StoreKeyError(
        `${place}, is in use and not encrypted, and a key file is named: encryption begins with an empty database. Copy ` +
          "the data into one with pawl copy, or take the key file away",
      );
    }
    const update = { text: "UPDATE pawl.database SET encryption = $1, secret = '', sealed_secret = $2 WHERE id = 0" };
    await held.run(update, [sealed, sealing.seal(cellName.secret, secret)]);
  });
}
