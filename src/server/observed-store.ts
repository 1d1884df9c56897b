// A store that tells of every change after its commit: what the terminal shows of executions as they run.
import type { ExecutionChange } from "../store/journal.ts";
import type { Store } from "../store/store.ts";

export type ObserveChange = (change: ExecutionChange) => void;

export function observedStore(store: Store, observe: ObserveChange): Store {
  return {
    ...store,
    journal: {
      ...store.journal,
      async append(changes) {
        await store.journal.append(changes);
        for (const change of changes) observe(change);
      },
    },
  };
}
