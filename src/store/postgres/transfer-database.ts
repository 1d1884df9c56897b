// A database that is opened to be copied, from or into: its connections, and whether a server works with it.
import { StoreInUseError } from "../errors.ts";
import type { DatabaseAccess } from "./database.ts";
import { checkServer } from "./database.ts";
import { Link, type LinkOptions, Links, type Runs } from "./link.ts";
import { placeOf } from "./place.ts";
import type { PostgresOptions } from "./postgres-store.ts";
import { one, transactions } from "./transact.ts";

export type PostgresTransferOptions = Pick<
  PostgresOptions,
  "partitions" | "isPooled" | "allowsAsynchronousCommit" | "masterKeys"
>;

export interface TransferDatabase extends DatabaseAccess {
  close(): Promise<void>;
}

/** A page may take the server long: its rows come from all over the disk. */
const silenceMs = 120_000;
const lockMs = 10_000;

/** @throws StoreAwayError, Error when the server is none that Pawl can work with. */
export async function connectTransfer(url: string, options: PostgresTransferOptions): Promise<TransferDatabase> {
  const place = placeOf(url);
  const linkOptions: LinkOptions = { place, preparesStatements: options.isPooled !== true, silenceMs };
  const writer = new Link(linkOptions);
  const runs = new Links(1, linkOptions);
  const close = async (): Promise<void> => void (await Promise.all([writer.close(), runs.close()]));
  try {
    await checkServer(runs, place.name, options);
  } catch (cause) {
    await close();
    throw cause;
  }
  return { runs, transact: transactions(writer, lockMs), place: place.name, close };
}

/** Nodes that said within so many seconds that they live: some take long to die. */
const livingSeconds = 60;

const living = {
  text: `SELECT id::text, url, extract(epoch FROM clock_timestamp() - renewed_at)::int AS seconds FROM pawl.node
    WHERE renewed_at > clock_timestamp() - interval '${livingSeconds} s' ORDER BY renewed_at DESC LIMIT 1`,
};

/** @throws StoreInUseError while a server works with the database, and for a while after one that has died. */
export async function requireUnused(runs: Runs, place: string): Promise<void> {
  const node = await one(runs, living);
  if (node === undefined) return;
  throw new StoreInUseError(
    `${place}, is in use: the server ${String(node["url"] ?? node["id"])} said ${String(node["seconds"])} s ago that it lives. Stop ` +
      `it first; where it has died, wait until it has been silent for ${livingSeconds} s`,
  );
}
