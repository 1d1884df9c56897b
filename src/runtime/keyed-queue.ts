// A queue for every key: acts with the same key run one after the other, acts with different keys side by side.

/** Runs an act once all earlier acts of its key have ended, also those that failed. */
export type KeyedQueue = <Result>(key: string, act: () => Promise<Result>) => Promise<Result>;

export function createKeyedQueue(): KeyedQueue {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, act) => {
    const before = tails.get(key);
    const result = before === undefined ? act() : before.then(act);
    const tail = result.catch(() => undefined);
    tails.set(key, tail);
    try {
      return await result;
    } finally {
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
}
