// `$formatNumber`: XPath's decimal pictures (XPath and XQuery Functions and Operators 3.1, §4.7), as JSONata has them.
import { fail } from "../failures.ts";
import { rounded } from "./rounding.ts";
import { memberOf, type ValueObject, type Run } from "../values.ts";

/** The characters a picture is made of; any may be replaced. */
type Symbols = {
  readonly decimal: string;
  readonly grouping: string;
  readonly exponent: string;
  readonly minus: string;
  readonly percent: string;
  readonly perMille: string;
  readonly zero: string;
  readonly digit: string;
  readonly separator: string;
  /** The ten digits, `zero` first. */
  readonly family: readonly string[];
};

type Parts = {
  readonly picture: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly active: string;
  readonly mantissa: string;
  readonly exponent: string | undefined;
  readonly integer: string;
  readonly fraction: string;
};

/** A picture, analysed (§4.7.4). */
type Format = {
  readonly picture: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly integerGroups: readonly number[];
  readonly regularGroup: number;
  readonly fractionGroups: readonly number[];
  readonly minInteger: number;
  readonly scaling: number;
  readonly minFraction: number;
  readonly maxFraction: number;
  readonly minExponent: number;
};

export type NumberFormat = { readonly picture: string; readonly options: ValueObject };

/** Measured. */
const [stepsPerFormat, stepsPerCharacter] = [250, 40];

export function formatNumber(number: number, { picture, options }: NumberFormat, run: Run): string {
  run.pay(stepsPerFormat + stepsPerCharacter * picture.length);
  const symbols = symbolsOf(options);
  const pictures = picture.split(symbols.separator);
  if (pictures.length > 2) fail("D3080");
  const parts = pictures.map((one) => partsOf(one, symbols));
  for (const one of parts) validate(one, symbols);
  const [positive, negative] = parts.map((one) => analysed(one, symbols, run));
  if (positive === undefined) return "";
  if (number >= 0) return formatted(number, positive, symbols, run);
  return formatted(number, negative ?? { ...positive, prefix: symbols.minus + positive.prefix }, symbols, run);
}

function symbolsOf(options: ValueObject): Symbols {
  const named = (name: string, usual: string): string => {
    const value = memberOf(options, name);
    return typeof value === "string" ? value : usual;
  };
  const zero = named("zero-digit", "0");
  return {
    decimal: named("decimal-separator", "."),
    grouping: named("grouping-separator", ","),
    exponent: named("exponent-separator", "e"),
    minus: named("minus-sign", "-"),
    percent: named("percent", "%"),
    perMille: named("per-mille", "\u2030"),
    zero,
    digit: named("digit", "#"),
    separator: named("pattern-separator", ";"),
    family: Array.from({ length: 10 }, (_, i) => String.fromCharCode(zero.charCodeAt(0) + i)),
  };
}

function isActive(char: string, { family, decimal, exponent, grouping, digit, separator }: Symbols): boolean {
  return family.includes(char) || [decimal, exponent, grouping, digit, separator].includes(char);
}

function partsOf(picture: string, symbols: Symbols): Parts {
  const characters = picture.split("");
  const isBound = (char: string): boolean => isActive(char, symbols) && char !== symbols.exponent;
  const first = characters.findIndex(isBound);
  const last = characters.findLastIndex(isBound);
  const prefix = first === -1 ? "" : picture.slice(0, first);
  const suffix = last === -1 ? "" : picture.slice(last + 1);
  const active = picture.slice(prefix.length, picture.length - suffix.length);
  const exponentAt = picture.indexOf(symbols.exponent, prefix.length);
  const hasExponent = exponentAt !== -1 && exponentAt <= picture.length - suffix.length;
  // The package counts this position from the start of the picture, not of the active part.
  const mantissa = hasExponent ? active.slice(0, exponentAt) : active;
  const decimalAt = mantissa.indexOf(symbols.decimal);
  return {
    picture,
    prefix,
    suffix,
    active,
    mantissa,
    exponent: hasExponent ? active.slice(exponentAt + 1) : undefined,
    integer: decimalAt === -1 ? mantissa : mantissa.slice(0, decimalAt),
    fraction: decimalAt === -1 ? suffix : mantissa.slice(decimalAt + 1),
  };
}

/** §4.7.3; of several faults the last in this order is reported. */
function validate(parts: Parts, symbols: Symbols): void {
  const { picture, integer, fraction, mantissa, active, exponent } = parts;
  const { decimal, grouping, percent, perMille, digit, family } = symbols;
  const isDigit = (char: string): boolean => family.includes(char);
  const isRepeated = (symbol: string): boolean => picture.indexOf(symbol) !== picture.lastIndexOf(symbol);
  const decimalAt = picture.indexOf(decimal);
  const isScaled = picture.includes(percent) || picture.includes(perMille);
  const optionalAt = integer.indexOf(digit);
  const lastOptionalAt = fraction.lastIndexOf(digit);
  const besideDecimal = [picture.charAt(decimalAt - 1), picture.charAt(decimalAt + 1)];
  const faults: readonly (readonly [string, boolean])[] = [
    ["D3081", isRepeated(decimal)],
    ["D3082", isRepeated(percent)],
    ["D3083", isRepeated(perMille)],
    ["D3084", picture.includes(percent) && picture.includes(perMille)],
    ["D3085", ![...mantissa].some((char) => isDigit(char) || char === digit)],
    ["D3086", active.split("").some((char) => !isActive(char, symbols))],
    ["D3087", decimalAt !== -1 && besideDecimal.includes(grouping)],
    ["D3088", decimalAt === -1 && integer.endsWith(grouping) && integer !== ""],
    ["D3089", picture.includes(grouping + grouping)],
    ["D3090", optionalAt !== -1 && integer.slice(0, optionalAt).split("").some(isDigit)],
    ["D3091", lastOptionalAt !== -1 && fraction.slice(lastOptionalAt).split("").some(isDigit)],
    ["D3092", exponent !== undefined && exponent !== "" && isScaled],
    ["D3093", exponent !== undefined && (exponent === "" || !exponent.split("").every(isDigit))],
  ];
  const fault = faults.findLast(([, isPresent]) => isPresent);
  if (fault !== undefined) fail(fault[0]);
}

function analysed(parts: Parts, symbols: Symbols, run: Run): Format {
  const { grouping, digit, family } = symbols;
  const countOf = (text: string, optional: string): number =>
    text.split("").filter((char) => family.includes(char) || char === optional).length;
  const groupsOf = (part: string, side: "left" | "right"): readonly number[] => {
    const positions: number[] = [];
    for (let at = part.indexOf(grouping); at !== -1; at = parts.integer.indexOf(grouping, at + 1)) {
      run.pay(stepsPerCharacter * part.length);
      positions.push(countOf(side === "left" ? part.slice(0, at) : part.slice(at), digit));
    }
    return positions;
  };
  const integerGroups = groupsOf(parts.integer, "right");
  const scaling = countOf(parts.integer, "");
  let minInteger = scaling;
  let minFraction = countOf(parts.fraction, "");
  let maxFraction = countOf(parts.fraction, digit);
  const hasExponent = parts.exponent !== undefined;
  if (minInteger === 0 && maxFraction === 0) {
    if (hasExponent) [minFraction, maxFraction] = [1, 1];
    else minInteger = 1;
  }
  if (hasExponent && minInteger === 0 && parts.integer.includes(digit)) minInteger = 1;
  if (minInteger === 0 && minFraction === 0) minFraction = 1;
  return {
    picture: parts.picture,
    prefix: parts.prefix,
    suffix: parts.suffix,
    integerGroups,
    regularGroup: regularInterval(integerGroups),
    fractionGroups: groupsOf(parts.fraction, "left"),
    minInteger,
    scaling,
    minFraction,
    maxFraction,
    minExponent: countOf(parts.exponent ?? "", ""),
  };
}

/** The interval of positions that are all multiples of it, without a gap; 0 when there is none. */
export function regularInterval(positions: readonly number[]): number {
  if (positions.length === 0) return 0;
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  const interval = positions.reduce(divisor);
  const places = new Set(positions);
  return positions.every((_, i) => places.has((i + 1) * interval)) ? interval : 0;
}

/** §4.7.5, whose numbered rules these are. */
function formatted(number: number, format: Format, symbols: Symbols, run: Run): string {
  const { decimal, grouping, zero } = symbols;
  run.payString((format.minInteger + format.minFraction + format.minExponent) * zero.length);
  const scaled =
    number * (format.picture.includes(symbols.percent) ? 100 : format.picture.includes(symbols.perMille) ? 1000 : 1);
  const [mantissa, exponent] = withExponent(scaled, format);
  let text = digitsOf(rounded(mantissa, format.maxFraction), format.maxFraction, symbols);
  text = text.includes(".") ? text.replace(".", decimal) : text + decimal;
  text = trimmed(text, zero);
  const point = text.indexOf(decimal);
  text = zero.repeat(Math.max(0, format.minInteger - point)) + text;
  text += zero.repeat(Math.max(0, format.minFraction - (text.length - text.indexOf(decimal) - 1)));
  text = grouped(text, format, symbols, run);
  const decimalAt = text.indexOf(decimal);
  for (const group of format.fractionGroups) {
    run.pay(8);
    run.payString(text.length);
    const at = group + decimalAt + 1;
    text = text.slice(0, at) + grouping + text.slice(at);
  }
  const hasNoFraction = !format.picture.includes(decimal) || text.indexOf(decimal) === text.length - 1;
  if (hasNoFraction) text = text.slice(0, -1);
  if (exponent !== undefined) {
    const digits = digitsOf(exponent, 0, symbols);
    const sign = exponent < 0 ? symbols.minus : "";
    text += symbols.exponent + sign + zero.repeat(Math.max(0, format.minExponent - digits.length)) + digits;
  }
  return format.prefix + text + format.suffix;
}

function withExponent(number: number, { minExponent, scaling }: Format): readonly [number, number | undefined] {
  if (minExponent === 0) return [number, undefined];
  let mantissa = number;
  let exponent = 0;
  if (mantissa === 0 || !Number.isFinite(mantissa)) return [mantissa, 0];
  for (; Math.abs(mantissa) < 10 ** (scaling - 1); exponent--) mantissa *= 10;
  for (; Math.abs(mantissa) > 10 ** scaling; exponent++) mantissa /= 10;
  return [mantissa, exponent];
}

function digitsOf(number: number, places: number, { zero, family }: Symbols): string {
  const text = Math.abs(number).toFixed(Math.min(100, places));
  return zero === "0" ? text : text.replace(/\d/g, (digit) => family[Number(digit)] ?? digit);
}

function trimmed(text: string, zero: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text.charAt(start) === zero) start += 1;
  while (end > start && text.charAt(end - 1) === zero) end -= 1;
  return text.slice(start, end);
}

function grouped(text: string, { regularGroup, integerGroups }: Format, symbols: Symbols, run: Run): string {
  const separator = symbols.grouping;
  const point = text.indexOf(symbols.decimal);
  const inserted = (into: string, at: number): string => {
    run.pay(8);
    run.payString(into.length);
    return into.slice(0, at) + separator + into.slice(at);
  };
  let result = text;
  if (regularGroup === 0) {
    integerGroups.forEach((position, i) => (result = inserted(result, point + i * separator.length - position)));
    return result;
  }
  for (let at = point - regularGroup; at > 0; at -= regularGroup) result = inserted(result, at);
  return result;
}
