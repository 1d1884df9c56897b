// Rest: everything that happens by itself has happened, and only time or a client can bring about more. The runtime passes
// work on through promises and `setImmediate`, one turn of the event loop each, and a few of them in a row.

/** Turns of the event loop within which a runtime on a store in memory has done all it can. */
const turns = 20;

export async function settled(): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}
