// Reads that tell only of what is on the disk. A commit is there to be read before it is synced: the answer to a read waits for the sync
// of the newest commit of its roles, so that nobody outside is told of something that the crash of a machine may take back. The reads of
// the engine itself need not wait: all that it writes upon them stands behind it in the log.
import type { Write } from "./connection.ts";

type AsyncMethod = (...given: never[]) => Promise<unknown>;
type AsyncName<Role> = { [Name in keyof Role]: Role[Name] extends AsyncMethod ? Name : never }[keyof Role];

export class DurableReads {
  readonly write: Write;
  #syncing: Promise<void> | undefined;

  /** @param write the way of the writes of all these roles. */
  constructor(write: Write) {
    this.write = (work, options) =>
      write(work, {
        ...options,
        syncing: (synced) => {
          this.#syncing = synced;
          const over = (): void => {
            if (this.#syncing === synced) this.#syncing = undefined;
          };
          synced.then(over, over);
        },
      });
  }

  /** The role, whose reads of these names wait. That there is nothing is no secret, and is told at once. */
  of<Role extends object>(role: Role, names: readonly AsyncName<Role>[]): Role {
    const waiting = names.map((name) => {
      const read = role[name] as (...given: readonly unknown[]) => Promise<unknown>;
      return [
        name,
        (...given: readonly unknown[]): Promise<unknown> => {
          const answering = read(...given);
          return this.#syncing === undefined ? answering : wait(answering, this.#syncing);
        },
      ] as const;
    });
    return { ...role, ...(Object.fromEntries(waiting) as Partial<Role>) };
  }
}

async function wait(answering: Promise<unknown>, syncing: Promise<void>): Promise<unknown> {
  const answer = await answering;
  if (answer !== undefined) await syncing;
  return answer;
}
