// Chance by a seed: the same numbers in every run of the same seed (mulberry32).

export interface Random {
  /** A whole number from 0 to one below `below`. */
  below(below: number): number;
  /** True in `percent` of a hundred cases. */
  isLucky(percent: number): boolean;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    isLucky: (percent) => below(100) < percent,
    pick: (items) => items[below(items.length)] ?? items[0],
  };
}
