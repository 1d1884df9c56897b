// Integer pictures (XPath and XQuery Functions and Operators 3.1, §4.6): `$formatInteger`, `$parseInteger`, and the integer
// parts of date pictures.
import { fail } from "../failures.ts";
import type { Payer, Run } from "../values.ts";
import { regularInterval } from "./number-format.ts";
import {
  lettersOf,
  numberOfLetters,
  numberOfRoman,
  numberOfWords,
  romanOf,
  wordsOf,
  wordValues,
} from "./number-words.ts";

type LetterCase = "upper" | "lower" | "title";
type Separator = { readonly position: number; readonly character: string };

export type IntegerFormat =
  | { readonly kind: "letters" | "roman"; readonly letterCase: LetterCase }
  | { readonly kind: "words"; readonly letterCase: LetterCase; readonly isOrdinal: boolean }
  | { readonly kind: "sequence"; readonly token: string }
  | DecimalFormat;

export type DecimalFormat = {
  readonly kind: "decimal";
  readonly isOrdinal: boolean;
  readonly zeroCode: number;
  readonly mandatoryDigits: number;
  readonly optionalDigits: number;
  /** One separator at equal intervals, or each at its place from the right. */
  readonly regular: Separator | undefined;
  readonly separators: readonly Separator[];
};

export function formatInteger(number: number, picture: string, run: Run): string {
  return formattedInteger(Math.floor(number), integerFormatOf(picture, run), run);
}

/** Measured: words are looked up, and separators taken out one after the other. */
const stepsPerCharacter = 4;

export function parseInteger(text: string, picture: string, run: Run): number {
  const format = integerFormatOf(picture, run);
  run.pay(20 + stepsPerCharacter * text.length);
  if (format.kind === "decimal" && format.regular === undefined)
    run.pay((10 + (text.length >> 2)) * format.separators.length);
  return integerParserOf(format).parse(text);
}

const namedFormats: ReadonlyMap<
  string,
  { readonly kind: "letters" | "roman" | "words"; readonly letterCase: LetterCase }
> = new Map([
  ["A", { kind: "letters", letterCase: "upper" }],
  ["a", { kind: "letters", letterCase: "lower" }],
  ["I", { kind: "roman", letterCase: "upper" }],
  ["i", { kind: "roman", letterCase: "lower" }],
  ["W", { kind: "words", letterCase: "upper" }],
  ["Ww", { kind: "words", letterCase: "title" }],
  ["w", { kind: "words", letterCase: "lower" }],
]);

/** The zeros of Unicode's decimal digit families in the basic plane. */
const zeroCodes = [
  0x30, 0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6, 0x0e50,
  0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
  0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
];

/** Measured: each character of a picture is looked for among the digits of all families. */
const stepsPerPictureCharacter = 10;

export function integerFormatOf(picture: string, payer: Payer): IntegerFormat {
  payer.pay(20 + stepsPerPictureCharacter * picture.length);
  const semicolon = picture.lastIndexOf(";");
  const primary = semicolon === -1 ? picture : picture.slice(0, semicolon);
  const isOrdinal = semicolon !== -1 && picture.charAt(semicolon + 1) === "o";
  const named = namedFormats.get(primary);
  if (named === undefined) return decimalFormatOf(primary, isOrdinal);
  return named.kind === "words"
    ? { kind: "words", letterCase: named.letterCase, isOrdinal }
    : { kind: named.kind, letterCase: named.letterCase };
}

function decimalFormatOf(picture: string, isOrdinal: boolean): IntegerFormat {
  let zeroCode: number | undefined;
  let [mandatoryDigits, optionalDigits] = [0, 0];
  const separators: Separator[] = [];
  for (const character of [...picture].reverse()) {
    const code = character.codePointAt(0) ?? 0;
    const family = zeroCodes.find((zero) => code >= zero && code <= zero + 9);
    if (family !== undefined) {
      if (zeroCode !== undefined && zeroCode !== family) fail("D3131");
      zeroCode = family;
      mandatoryDigits += 1;
    } else if (character === "#") {
      optionalDigits += 1;
    } else {
      separators.push({ position: mandatoryDigits + optionalDigits, character });
    }
  }
  if (zeroCode === undefined) return { kind: "sequence", token: picture };
  const first = separators[0];
  const isUniform = separators.every(({ character }) => character === first?.character);
  const interval = isUniform ? regularInterval(separators.map(({ position }) => position)) : 0;
  const regular = first !== undefined && interval > 0 ? { position: interval, character: first.character } : undefined;
  return { kind: "decimal", isOrdinal, zeroCode, mandatoryDigits, optionalDigits, regular, separators };
}

export function formattedInteger(number: number, format: IntegerFormat, run: Run): string {
  const sign = number < 0 ? "-" : "";
  return sign + formattedMagnitude(Math.abs(number), format, run);
}

/** Measured, of the longest that numbers up to trillions have; beyond, trillions are counted in words of their own. */
const [stepsPerWords, stepsPerLetters] = [200, 2_000];

function formattedMagnitude(number: number, format: IntegerFormat, run: Run): string {
  switch (format.kind) {
    case "letters":
      run.pay(Number.isFinite(number) && number < 1e15 ? 50 : stepsPerLetters);
      return lettersOf(number, format.letterCase === "upper" ? "A" : "a");
    case "roman":
      // Numerals repeat, one for each thousand: a bound keeps the text in proportion.
      if (number > 1e9) fail("D1001", { value: number });
      run.pay(30);
      run.payString(number / 1_000);
      return inCase(romanOf(number), format.letterCase);
    case "words":
      run.pay(stepsPerWords * Math.max(1, Math.log10(number) / 12));
      return inCase(wordsOf(number, format.isOrdinal), format.letterCase);
    case "decimal":
      return formattedDecimal(number, format, run);
    case "sequence":
      return fail("D3130", { value: format.token });
  }
}

function inCase(text: string, letterCase: LetterCase): string {
  if (letterCase === "title") return text;
  return letterCase === "upper" ? text.toUpperCase() : text.toLowerCase();
}

function formattedDecimal(number: number, format: DecimalFormat, run: Run): string {
  const { zeroCode, regular, separators } = format;
  run.pay(10 + format.mandatoryDigits);
  let text = String(number).padStart(format.mandatoryDigits, "0");
  if (zeroCode !== 0x30) {
    run.pay(4 * text.length);
    text = [...text].map((digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + zeroCode - 0x30)).join("");
  }
  const places =
    regular === undefined
      ? [...separators].reverse()
      : Array.from({ length: Math.floor((text.length - 1) / regular.position) }, (_, i) => ({
          position: (i + 1) * regular.position,
          character: regular.character,
        })).reverse();
  // From the left, so that places counted from the right stay where they are.
  for (const { position, character } of places) {
    run.pay(8);
    run.payString(text.length);
    text = withInserted(text, text.length - position, character);
  }
  return format.isOrdinal ? text + ordinalSuffix(text) : text;
}

/** A place before the start counts from the end, as the package's `substr` has it. */
function withInserted(text: string, at: number, character: string): string {
  return text.slice(0, Math.max(0, at)) + character + text.slice(at);
}

function ordinalSuffix(digits: string): string {
  if (digits.length > 1 && digits.at(-2) === "1") return "th";
  return { "1": "st", "2": "nd", "3": "rd" }[digits.at(-1) ?? ""] ?? "th";
}

/** How a format reads: the pattern of its text and the number of it. */
export type IntegerParser = { readonly pattern: string; readonly parse: (text: string) => number };

/** @param width exact number of digits, where the next part follows without a separator */
export function integerParserOf(format: IntegerFormat, width?: number): IntegerParser {
  switch (format.kind) {
    case "letters": {
      const first = format.letterCase === "upper" ? "A" : "a";
      return { pattern: first === "A" ? "[A-Z]+" : "[a-z]+", parse: (text) => numberOfLetters(text, first) };
    }
    case "roman":
      return {
        pattern: format.letterCase === "upper" ? "[MDCLXVI]+" : "[mdclxvi]+",
        parse: (text) => numberOfRoman(format.letterCase === "upper" ? text : text.toUpperCase()),
      };
    case "words":
      return {
        pattern: `(?:${[...wordValues.keys(), "and", "[\\-, ]"].join("|")})+`,
        parse: (text) => numberOfWords(text.toLowerCase()),
      };
    case "decimal":
      return {
        pattern: `[0-9]${width === undefined ? "+" : `{${width}}`}${format.isOrdinal ? "(?:th|st|nd|rd)" : ""}`,
        parse: (text) => parsedDecimal(text, format),
      };
    case "sequence":
      return fail("D3130", { value: format.token });
  }
}

function parsedDecimal(text: string, { isOrdinal, regular, separators, zeroCode }: DecimalFormat): number {
  let digits = isOrdinal ? text.slice(0, -2) : text;
  const characters = regular === undefined ? separators.map(({ character }) => character) : [","];
  for (const character of characters) digits = digits.replaceAll(character, "");
  if (zeroCode !== 0x30) {
    digits = digits.replace(/[^]/g, (digit) =>
      String.fromCodePoint(Math.max(0, digit.charCodeAt(0) - zeroCode + 0x30)),
    );
  }
  return Number.parseInt(digits, 10);
}
