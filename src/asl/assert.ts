// Assertions: they hold unless Pawl itself is wrong.

/** A bug in Pawl. It stops the execution it was met in, never the process. */
export class BugError extends Error {
  override readonly name = "BugError";
}

/** @param claim what must hold, as a sentence. */
export function assert(condition: boolean, claim: string): asserts condition {
  if (!condition) throw new BugError(`Broken assumption: ${claim}.`);
}
