// Acts that one node alone does at a time: each holds a lock of the database in a transaction of its own, which ends with it.
import { Link, type LinkOptions } from "./link.ts";

export interface Exclusion {
  /** Acts for one resource follow one another, on whichever node. An act must not begin another one. */
  exclusively<T>(resource: string, act: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** So many acts at a time, each with a connection. */
const mostActs = 4;
/** An act that takes longer loses the lock with its transaction. */
const mostActMs = 30_000;

export function openExclusion(options: LinkOptions): Exclusion {
  const idle = Array.from({ length: mostActs }, () => new Link(options));
  const all = [...idle];
  const waiting: ((link: Link) => void)[] = [];
  const lend = (): Promise<Link> => {
    const link = idle.pop();
    return link === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(link);
  };
  const giveBack = (link: Link): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(link);
    else next(link);
  };
  return {
    async exclusively(resource, act) {
      const link = await lend();
      try {
        return await locked(link, resource, act);
      } finally {
        giveBack(link);
      }
    },
    async close() {
      await Promise.all(all.map((link) => link.close()));
    },
  };
}

function locked<T>(link: Link, resource: string, act: () => Promise<T>): Promise<T> {
  return link.hold(async (held) => {
    await held.run({ text: `BEGIN; SET LOCAL idle_in_transaction_session_timeout = ${mostActMs}` });
    try {
      await held.run({ text: "SELECT pg_advisory_xact_lock(hashtextextended('pawl ' || $1, 0))" }, [resource]);
      return await act();
    } finally {
      // The lock goes with the connection where it is gone.
      await held.run({ text: "ROLLBACK" }).catch(() => undefined);
    }
  });
}
