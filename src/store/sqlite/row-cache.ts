// A cache of rows that every request reads and hardly anything changes: machines and revisions. This
// process is the only writer, so what it remembers is what is stored; a change of a machine makes it forget.

export interface RowCache<Key, Value> {
  /** `undefined` when there is none; that is not remembered. */
  get(key: Key): Value | undefined;
  forget(): void;
}

/** @param capacity how many are kept; the one that was read first gives way. */
export function openRowCache<Key, Value>(
  capacity: number,
  read: (key: Key) => Value | undefined,
): RowCache<Key, Value> {
  const values = new Map<Key, Value>();
  return {
    get(key) {
      const known = values.get(key);
      if (known !== undefined) return known;
      const value = read(key);
      if (value === undefined) return undefined;
      for (const oldest of values.keys()) {
        if (values.size < capacity) break;
        values.delete(oldest);
      }
      values.set(key, value);
      return value;
    },
    forget: () => values.clear(),
  };
}
