// The limits of Jackson, the parser whose words AWS shows, as its StreamReadConstraints have them by default: a text that passes
// one is refused as text that is no JSON. They hold for what comes from outside; what is stored already is read as it is.
import { maxJsonDepth, nestsDeeperThan } from "./json.ts";

/** Most digits of a number: those of its fraction and its exponent count too. */
export const maxNumberLength = 1_000;

/** Jackson's sentence about the limit that a JSON text passes; `undefined` where it passes none. */
export function jsonLimitProblem(text: string): string | undefined {
  // Jackson reads no further than one level too deep.
  if (nestsDeeperThan(text, maxJsonDepth)) return tooDeep(maxJsonDepth + 1, maxJsonDepth);
  const length = longNumberIn(text);
  return length === undefined ? undefined : tooLong(length, maxNumberLength);
}

export function tooDeep(depth: number, allowed: number): string {
  return `Document nesting depth (${depth}) exceeds the maximum allowed (${allowed}, from \`StreamReadConstraints.getMaxNestingDepth()\`)`;
}

export function tooLong(length: number, allowed: number): string {
  return `Number value length (${length}) exceeds the maximum allowed (${allowed}, from \`StreamReadConstraints.getMaxNumberLength()\`)`;
}

const quote = 0x22;
const backslash = 0x5c;

/** The digits of the first number in a JSON text that has more than a number may have. */
export function longNumberIn(text: string): number | undefined {
  if (!mayHoldLongNumber(text)) return undefined;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === quote) {
      for (i++; i < text.length && text.charCodeAt(i) !== quote; i++) if (text.charCodeAt(i) === backslash) i++;
    } else if (isOfNumber(unit)) {
      let digits = 0;
      for (; i < text.length && isOfNumber(text.charCodeAt(i)); i++) if (isDigit(text.charCodeAt(i))) digits += 1;
      if (digits > maxNumberLength) return digits;
      i -= 1;
    }
  }
  return undefined;
}

/** Whether so many characters of numbers stand in a row, in a string or not: most texts are passed over in large steps. */
function mayHoldLongNumber(text: string): boolean {
  for (let at = maxNumberLength; at < text.length; at += maxNumberLength + 1) {
    let [start, end] = [at, at];
    while (start >= 0 && isOfNumber(text.charCodeAt(start))) start -= 1;
    while (end < text.length && isOfNumber(text.charCodeAt(end))) end += 1;
    if (end - start - 1 > maxNumberLength) return true;
  }
  return false;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** Digits, `+`, `-`, `.`, `E` and `e`. */
function isOfNumber(unit: number): boolean {
  return isDigit(unit) || unit === 0x2b || unit === 0x2d || unit === 0x2e || unit === 0x45 || unit === 0x65;
}
