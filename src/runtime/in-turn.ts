// What may not overlap, one after the other.

/** What has one name waits for what came before it under that name, however that ends. */
export type InTurn = <Result>(name: string, act: () => Promise<Result>) => Promise<Result>;

export function createInTurn(): InTurn {
  const tails = new Map<string, Promise<unknown>>();
  return async (name, act) => {
    const before = tails.get(name);
    const result = before === undefined ? act() : before.then(act);
    const tail = result.catch(() => undefined);
    tails.set(name, tail);
    try {
      return await result;
    } finally {
      if (tails.get(name) === tail) tails.delete(name);
    }
  };
}
