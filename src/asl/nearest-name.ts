// The known name that a mistyped one most likely meant.

/** As many comparisons of characters as a person does not wait for; the names beyond are not looked at. */
const mostComparisons = 500_000;
/** Names longer than any of ours are far from all. */
const longestName = 64;

/** `undefined` when none is near enough to be meant. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const wanted = given.toLowerCase();
  let [nearest, least] = [undefined as string | undefined, Math.max(1, Math.floor(given.length / 3)) + 1];
  let left = mostComparisons;
  for (const name of wanted.length > longestName ? [] : known) {
    // That many characters have to be put in or left out.
    if (Math.abs(name.length - wanted.length) >= least) continue;
    left -= wanted.length * name.length;
    if (left < 0) break;
    const distance = editDistance(wanted, name.toLowerCase());
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest ?? onlyLonger(wanted, known);
}

/** Shorter beginnings may be those of anything. */
const leastBeginning = 4;

/** The only name that begins with the given one. */
function onlyLonger(wanted: string, known: readonly string[]): string | undefined {
  if (wanted.length < leastBeginning) return undefined;
  const longer = known.filter((name) => name.slice(0, wanted.length).toLowerCase() === wanted);
  return longer.length === 1 ? longer[0] : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours. */
function editDistance(left: string, right: string): number {
  const rows = [Array.from({ length: right.length + 1 }, (_, index) => index)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= right.length; j++) {
      const replaced = at(i - 1, j - 1) + (left[i - 1] === right[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const swapped = isSwapped ? at(i - 2, j - 2) + 1 : Infinity;
      row.push(Math.min(replaced, swapped, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(left.length, right.length);
}
