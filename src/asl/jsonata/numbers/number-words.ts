// Integers as English words, Roman numerals and letters, both ways: the presentations of `$formatInteger`, `$parseInteger`
// and the date pictures.

const few = (
  "Zero One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen Sixteen Seventeen " +
  "Eighteen Nineteen"
).split(" ");
const ordinals = (
  "Zeroth First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth Eleventh Twelfth Thirteenth Fourteenth " +
  "Fifteenth Sixteenth Seventeenth Eighteenth Nineteenth"
).split(" ");
const decades = "Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety Hundred".split(" ");
const magnitudes = "Thousand Million Billion Trillion".split(" ");

type Wording = { readonly isFurther: boolean; readonly isOrdinal: boolean };

export function wordsOf(number: number, isOrdinal: boolean): string {
  return worded(number, { isFurther: false, isOrdinal });
}

function worded(number: number, { isFurther, isOrdinal }: Wording): string {
  if (number <= 19) return (isFurther ? " and " : "") + String((isOrdinal ? ordinals : few)[number]);
  if (number < 100) {
    const words = (isFurther ? " and " : "") + String(decades[Math.floor(number / 10) - 2]);
    const rest = number % 10;
    if (rest > 0) return `${words}-${worded(rest, { isFurther: false, isOrdinal })}`;
    return isOrdinal ? `${words.slice(0, -1)}ieth` : words;
  }
  const separator = isFurther ? ", " : "";
  // Beyond trillions, trillions are counted.
  const power = number < 1000 ? 0 : Math.min(Math.floor(Math.log10(number) / 3), magnitudes.length);
  const unit = number < 1000 ? 100 : 10 ** (power * 3);
  const count = Math.floor(number / unit);
  const words = `${separator}${worded(count, { isFurther: false, isOrdinal: false })} ${number < 1000 ? "Hundred" : String(magnitudes[power - 1])}`;
  const rest = number - count * unit;
  if (rest > 0) return words + worded(rest, { isFurther: true, isOrdinal });
  return isOrdinal ? `${words}th` : words;
}

/** The worth of each word, in lower case. */
export const wordValues: ReadonlyMap<string, number> = new Map([
  ...few.map((word, i): [string, number] => [word.toLowerCase(), i]),
  ...ordinals.map((word, i): [string, number] => [word.toLowerCase(), i]),
  ...decades.flatMap((word, i): [string, number][] => {
    const lower = word.toLowerCase();
    return [
      [lower, (i + 2) * 10],
      [`${lower.slice(0, -1)}ieth`, (i + 2) * 10],
    ];
  }),
  ["hundredth", 100],
  ...magnitudes.flatMap((word, i): [string, number][] => {
    const lower = word.toLowerCase();
    return [
      [lower, 10 ** ((i + 1) * 3)],
      [`${lower}th`, 10 ** ((i + 1) * 3)],
    ];
  }),
]);

export function numberOfWords(text: string): number {
  const segments = [0];
  for (const part of text.split(/,\s|\sand\s|[\s\\-]/)) {
    const value = wordValues.get(part) ?? Number.NaN;
    const top = segments.pop() ?? 0;
    if (!(value < 100)) segments.push(top * value);
    else if (top >= 1000) segments.push(top, value);
    else segments.push(top + value);
  }
  return segments.reduce((total, segment) => total + segment, 0);
}

const romanNumerals: readonly (readonly [number, string])[] = [
  [900, "cm"],
  [500, "d"],
  [400, "cd"],
  [100, "c"],
  [90, "xc"],
  [50, "l"],
  [40, "xl"],
  [10, "x"],
  [9, "ix"],
  [5, "v"],
  [4, "iv"],
  [1, "i"],
];

export function romanOf(number: number): string {
  let rest = number % 1_000;
  let roman = "m".repeat(Math.floor(number / 1_000));
  for (const [value, numeral] of romanNumerals) {
    for (; rest >= value; rest -= value) roman += numeral;
  }
  return roman;
}

const romanValues: ReadonlyMap<string, number> = new Map([
  ["M", 1000],
  ["D", 500],
  ["C", 100],
  ["L", 50],
  ["X", 10],
  ["V", 5],
  ["I", 1],
]);

/** @param roman in upper case */
export function numberOfRoman(roman: string): number {
  let total = 0;
  let highest = 1;
  for (let i = roman.length - 1; i >= 0; i--) {
    const value = romanValues.get(roman.charAt(i)) ?? Number.NaN;
    if (value < highest) {
      total -= value;
    } else {
      highest = value;
      total += value;
    }
  }
  return total;
}

/** 1 is `a`, 26 `z`, 27 `aa`. */
export function lettersOf(number: number, first: "a" | "A"): string {
  let letters = "";
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(((rest - 1) % 26) + first.charCodeAt(0)) + letters;
  }
  return letters;
}

export function numberOfLetters(letters: string, first: "a" | "A"): number {
  let number = 0;
  for (let i = 0; i < letters.length; i++) {
    number += (letters.charCodeAt(letters.length - i - 1) - first.charCodeAt(0) + 1) * 26 ** i;
  }
  return number;
}
