// A store that tells of every change after its commit: what the terminal shows of executions as they run.
import type { ExecutionChange, Store } from "../store/store.ts";

export type ObserveChange = (change: ExecutionChange) => void;

export function observedStore(store: Store, observe: ObserveChange): Store {
  return {
    ...store,
    get nextExecutionId() {
      return store.nextExecutionId;
    },
    async append(changes) {
      await store.append(changes);
      for (const change of changes) observe(change);
    },
  };
}
