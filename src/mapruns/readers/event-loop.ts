// Gives way to everything else that the process does: the other executions must not wait until a file has been read.
import { setImmediate } from "node:timers/promises";

/** Milliseconds after which others have their turn. */
const longest = 4;

/** @returns a function to await between pieces of work: it waits for a turn of the event loop where one is due. */
export function givingWay(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < longest) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
    });
  };
}
