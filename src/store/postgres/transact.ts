// Transactions of more than one statement, other than the lanes' appends: the catalogue, leases, the schema. Each has a
// connection to itself while it runs.
import type { Link, Row, Runs, Statement } from "./link.ts";
import { isPassing } from "./problems.ts";

/** Runs work in one durable transaction. */
export type Transact = <T>(work: (held: Runs) => Promise<T>) => Promise<T>;

/** The server ends a transaction that waits longer for us: a process that stands still keeps nobody out. */
export const mostIdleMs = 3_000;
const mostTries = 5;

/** Transactions follow one another on the link. @param lockMs how long one waits for a lock before it is tried again. */
export function transactions(link: Link, lockMs: number): Transact {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(() => transact(link, lockMs, work));
    last = next.catch(() => undefined);
    return next;
  };
}

async function transact<T>(link: Link, lockMs: number, work: (held: Runs) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await link.hold((held) => once(held, lockMs, work));
    } catch (error) {
      if (!isPassing(error) || tries === mostTries) throw error;
    }
  }
}

async function once<T>(held: Runs, lockMs: number, work: (held: Runs) => Promise<T>): Promise<T> {
  await held.run({
    text: `BEGIN; SET LOCAL idle_in_transaction_session_timeout = ${mostIdleMs}; SET LOCAL lock_timeout = ${lockMs}`,
  });
  try {
    const result = await work(held);
    await held.run({ text: "COMMIT" });
    return result;
  } catch (error) {
    // Where the connection is gone, so is the transaction.
    await held.run({ text: "ROLLBACK" }).catch(() => undefined);
    throw error;
  }
}

/** The one row that a statement gives. */
export async function one(runs: Runs, statement: Statement, values: readonly unknown[] = []): Promise<Row | undefined> {
  const [row] = await runs.run(statement, values);
  return row;
}
