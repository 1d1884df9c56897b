// A search in what is ordered by its position in the journal.

/** How many come before a position; they are in the order of their positions. */
export function countBefore(ordered: readonly { readonly position: number }[], position: number): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle]?.position ?? Infinity) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
