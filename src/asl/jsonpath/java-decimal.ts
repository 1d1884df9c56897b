// Numbers as `java.math.BigDecimal` reads and compares them: exactly, whatever their size, with its complaints.

type Decimal = {
  readonly sign: -1 | 0 | 1;
  /** Without zeros at either end: `0.digits` times ten to the power of `exponent`. */
  readonly digits: string;
  readonly exponent: number;
};

/** Texts up to here are read one character at a time, and complained about in other words. */
const shortDigits = 18;

export function parseDecimal(text: string): Decimal | { readonly problem: string } {
  const [, sign = "", whole = "", point = "", fraction = "", rest = ""] =
    /^([+-]?)(\d*)(\.?)(\d*)([^]*)$/.exec(text) ?? [];
  const isExponent = /^[eE]/.test(rest);
  if (text === "") return { problem: missingExponent };
  if (rest !== "" && !isExponent) return { problem: notANumber(rest, text.length - sign.length, point !== "") };
  const scale = isExponent ? parseExponent(rest.slice(1)) : 0;
  if (typeof scale === "string") return { problem: scale };
  if (whole === "" && fraction === "") return { problem: "No digits found." };
  const significant = `${whole}${fraction}`.replace(/^0+/, "");
  const digits = withoutFinalZeros(significant);
  if (digits === "") return { sign: 0, digits, exponent: 0 };
  return { sign: sign === "-" ? -1 : 1, digits, exponent: significant.length - fraction.length + scale };
}

/** A regular expression would start anew at every zero within. */
function withoutFinalZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  return digits.slice(0, end);
}

/** Java runs over the end of the text here, and has no message of its own. */
const missingExponent = "null";

function notANumber(rest: string, length: number, hasPoint: boolean): string {
  const character = rest.charAt(0);
  if (character === "." && hasPoint) return "Character array contains more than one decimal point.";
  if (length > shortDigits) return 'Character array is missing "e" notation exponential mark.';
  return `Character ${character} is neither a decimal digit number, decimal point, nor "e" notation exponential mark.`;
}

/** The exponent, or what is wrong with it. */
function parseExponent(text: string): number | string {
  const [, sign = "", digits = ""] = /^([+-]?)0*([^]*)$/.exec(text) ?? [];
  if (text === sign) return missingExponent;
  if (digits.length > 10) return "Too many nonzero exponent digits.";
  if (!/^\d*$/.test(digits)) return "Not a digit.";
  const value = Number(`${sign}${digits === "" ? "0" : digits}`);
  return Math.abs(value + 0.5) < 2 ** 31 ? value : "Exponent overflow.";
}

export function compareDecimals(left: Decimal, right: Decimal): number {
  if (left.sign !== right.sign) return left.sign - right.sign;
  if (left.exponent !== right.exponent) return left.exponent < right.exponent ? -left.sign : left.sign;
  if (left.digits === right.digits) return 0;
  return left.digits < right.digits ? -left.sign : left.sign;
}

/** The nearest double of a text that is a plain number; `undefined` for one that must be looked at closely. */
export function doubleOf(text: string): number | undefined {
  return text.length < 40 && /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}
