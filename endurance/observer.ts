// How long others wait for the answers of a server, and what memory it takes, as a process beside it sees them.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Order, Question, Target, Told } from "./asker.ts";

export interface Observer {
  /** Has this server asked from now on, and none before it. */
  watch(target: Target): void;
  /** All that was seen since the last look. Waits for an answer that begins after now, unless the server is gone. */
  look(): Promise<Told>;
  stop(): Promise<void>;
}

/** @param question is whether the server is there, when it is left out. */
export function startObserver(question?: Question): Observer {
  const asking = question === undefined ? [] : [JSON.stringify(question)];
  const asker = fork(fileURLToPath(new URL("asker.ts", import.meta.url)), asking, { execArgv: [] });
  const order = (given: Order): void => void asker.send(given);
  return {
    watch: ({ url, pid }) => order({ target: { url, pid } }),
    async look() {
      const told = once(asker, "message");
      order("tell");
      return ((await told) as [Told])[0];
    },
    async stop() {
      const gone = once(asker, "exit");
      asker.disconnect();
      await gone;
    },
  };
}

/** The longest time in which the server's main thread ran while somebody waited for an answer. */
export function longestStallMs({ answers }: Told): number {
  return answers.reduce((longest, { ranMs }) => Math.max(longest, ranMs), 0);
}
