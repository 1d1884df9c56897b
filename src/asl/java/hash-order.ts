// The order in which a `java.util.HashMap` or `HashSet` gives back what was put into it: AWS fills payload templates and
// makes arrays unique with them, and it shows.
import type { Json } from "../json.ts";
import type { Work } from "../work.ts";
import { javaHashCode, javaIdentity } from "./hash-code.ts";

/** Keys, all different, in the order of a HashMap that they were put into one after the other. */
export function inHashMapOrder<Key>(keys: readonly Key[], hashCodeOf: (key: Key) => number): readonly Key[] {
  return inOrder(keys.map((key) => entryOf(key, hashCodeOf(key))));
}

/**
 * The values of a HashSet that the given ones were added to: the first of those that are equal to Java.
 * @param work pays for comparisons of values with the same hash code
 * @throws WorkExceeded
 */
export function inHashSetOrder(values: readonly Json[], work: Work): readonly Json[] {
  const identities = new Map<number, string[]>();
  const entries: Entry<Json>[] = [];
  for (const value of values) {
    const [hashCode, identity] = [javaHashCode(value, work), javaIdentity(value)];
    const others = identities.get(hashCode);
    work.pay(1 + (others?.length ?? 0) * (1 + (identity.length >> 6)));
    if (others?.includes(identity) === true) continue;
    if (others === undefined) identities.set(hashCode, [identity]);
    else others.push(identity);
    entries.push(entryOf(value, hashCode));
  }
  return inOrder(entries);
}

interface Entry<Key> {
  readonly key: Key;
  /** The hash code, its high bits mixed into the low ones that choose the bucket. */
  readonly spread: number;
}

function entryOf<Key>(key: Key, hashCode: number): Entry<Key> {
  return { key, spread: hashCode ^ (hashCode >>> 16) };
}

/** A bucket of more than this many keys makes a small table double. */
const maxChain = 8;
/** From this size on, Java turns a crowded bucket into a tree instead. The order within such a tree is not modelled. */
const minTreeSize = 64;

type Buckets<Key> = readonly Entry<Key>[][];

function inOrder<Key>(entries: readonly Entry<Key>[]): readonly Key[] {
  let buckets: Buckets<Key> = distributed([], 16);
  for (const [i, entry] of entries.entries()) {
    const bucket = put(buckets, entry);
    if (bucket.length > maxChain && buckets.length < minTreeSize) buckets = doubled(buckets);
    if (i + 1 > buckets.length * 0.75) buckets = doubled(buckets);
  }
  return buckets.flat().map(({ key }) => key);
}

/** Entries keep their order as they are spread over twice the buckets. */
function doubled<Key>(buckets: Buckets<Key>): Buckets<Key> {
  return distributed(buckets.flat(), buckets.length * 2);
}

function distributed<Key>(entries: readonly Entry<Key>[], size: number): Buckets<Key> {
  const buckets: Buckets<Key> = Array.from({ length: size }, () => []);
  for (const entry of entries) put(buckets, entry);
  return buckets;
}

function put<Key>(buckets: Buckets<Key>, entry: Entry<Key>): readonly Entry<Key>[] {
  const bucket = buckets[entry.spread & (buckets.length - 1)] ?? [];
  bucket.push(entry);
  return bucket;
}
