// The stable sort of `$sort` and the order-by step. Which pairs are compared, and in which order, is JSONata's: a comparison
// may be the user's function, and may fail.
import type { Run } from "./values.ts";

/** Whether a text belongs behind another. */
export function isTextAfter(left: string, right: string, run: Run): boolean {
  run.payString(Math.min(left.length, right.length));
  return left > right;
}

/** @param isAfter whether the first of two belongs behind the second */
export function mergeSorted<T>(items: readonly T[], isAfter: (left: T, right: T) => boolean, run: Run): T[] {
  if (items.length <= 1) return [...items];
  const middle = Math.floor(items.length / 2);
  const left = mergeSorted(items.slice(0, middle), isAfter, run);
  const right = mergeSorted(items.slice(middle), isAfter, run);
  run.pay(items.length);
  const merged: T[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    const takesRight = isAfter(left[i] as T, right[j] as T);
    merged.push((takesRight ? right[j++] : left[i++]) as T);
  }
  while (i < left.length) merged.push(left[i++] as T);
  while (j < right.length) merged.push(right[j++] as T);
  return merged;
}
