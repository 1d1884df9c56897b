// Where a text stands in another, in time that grows with the two lengths and not with their product: what the machine
// has for it goes back over the text where the one looked for is long and repeats itself.

/** Up to this length the machine's own search remembers all that it has compared. */
const longestForMachine = 250;

/** A text to look for, `indexOf` of it. */
export type TextSearch = {
  readonly length: number;
  /** Whether it takes about ten nanoseconds a character, and no more than four. */
  readonly isSlow: boolean;
  /** @returns -1 where it does not stand at or behind a place */
  indexIn(text: string, from: number): number;
};

export function searchFor(sought: string): TextSearch {
  const { length } = sought;
  if (length <= longestForMachine)
    return { length, isSlow: false, indexIn: (text, from) => text.indexOf(sought, from) };
  let borders: Int32Array | undefined;
  return { length, isSlow: true, indexIn: (text, from) => find(text, from, sought, (borders ??= bordersOf(sought))) };
}

/** The algorithm of Knuth, Morris and Pratt. */
function find(text: string, from: number, sought: string, borders: Int32Array): number {
  let matched = 0;
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    while (matched > 0 && sought.charCodeAt(matched) !== unit) matched = borders[matched - 1] ?? 0;
    if (sought.charCodeAt(matched) === unit) matched++;
    if (matched === sought.length) return at + 1 - matched;
  }
  return -1;
}

/** For each beginning of a text, the length of the longest shorter beginning that it ends with. */
function bordersOf(sought: string): Int32Array {
  const borders = new Int32Array(sought.length);
  let matched = 0;
  for (let at = 1; at < sought.length; at++) {
    const unit = sought.charCodeAt(at);
    while (matched > 0 && sought.charCodeAt(matched) !== unit) matched = borders[matched - 1] ?? 0;
    if (sought.charCodeAt(matched) === unit) matched++;
    borders[at] = matched;
  }
  return borders;
}
