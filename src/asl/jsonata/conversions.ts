// JSONata's casts and copies: to text (`$string`, `&`) and to truth (`$boolean`, conditions, filters).
import { ExactNumber } from "../json.ts";
import { fail } from "./failures.ts";
import { longOf } from "./numbers/aws-number.ts";
import { hasMark, Mark } from "./sequences.ts";
import {
  doubleOf,
  isArray,
  isFunction,
  isRecord,
  memberOf,
  type MutableRecord,
  setMember,
  type Value,
  type Run,
} from "./values.ts";

/**
 * The number a value is, `undefined` for no number.
 * @throws JsonataFailure D1001 for an infinite one
 */
export function numericOf(value: Value): number | undefined {
  const number = doubleOf(value);
  if (number === undefined || Number.isNaN(number)) return undefined;
  if (!Number.isFinite(number)) fail("D1001", { value: number });
  return number;
}

export function isTrue(value: Value, run: Run): boolean {
  switch (typeof value) {
    case "boolean":
      return value;
    case "undefined":
      return false;
    case "string":
      return value.length > 0;
    case "number":
      return isTrueNumber(value);
    default:
  }
  if (value === null || isFunction(value)) return false;
  if (isArray(value)) {
    // As the package does it: an infinite number behind a true member is still an error.
    let isAnyTrue = false;
    run.pay(value.length);
    for (let i = 0; i < value.length; i++) if (isTrue(value[i], run)) isAnyTrue = true;
    return isAnyTrue;
  }
  return isRecord(value) ? Object.keys(value).length > 0 : isTrueNumber(doubleOf(value) ?? 0);
}

function isTrueNumber(number: number): boolean {
  return (numericOf(number) ?? 0) !== 0;
}

/** A value as `$string` writes it. */
export function textOf(value: Value, run: Run, indent = ""): string {
  if (typeof value === "string") return value;
  if (isFunction(value)) return "";
  if (typeof value === "number" && !Number.isFinite(value)) return fail("D3001", { value });
  if (typeof value === "number" || value instanceof ExactNumber) return numberText(value);
  const text = jsonText(hasMark(value, Mark.outerWrapper) && isArray(value) ? value[0] : value, run, indent, "\n");
  run.payString(text.length);
  return text;
}

/** Doubles are written with 15 digits, so that 0.1 + 0.2 reads 0.3; integers in full, exactly as far as a long goes. */
function numberText(number: number | ExactNumber): string {
  if (typeof number === "number") return String(roundedTo15(number));
  return longOf(number.text)?.text ?? numberText(number.value);
}

function roundedTo15(number: number): number {
  return Number.isInteger(number) ? number : Number(number.toPrecision(15));
}

function jsonText(value: Value, run: Run, indent: string, newline: string): string {
  run.pay(1);
  if (typeof value === "string") {
    run.payString(value.length);
    return JSON.stringify(value);
  }
  if (typeof value === "number") return Number.isNaN(value) ? "null" : numberText(numericOf(value) ?? value);
  if (value instanceof ExactNumber) return numberText(value);
  if (value === null || value === undefined) return "null";
  if (typeof value === "boolean") return String(value);
  if (isFunction(value)) return '""';
  const inner = newline + indent;
  const parts: string[] = [];
  if (isArray(value)) {
    for (const item of value) parts.push(jsonText(item, run, indent, inner));
    return enclosed(parts, { open: "[", close: "]", indent, newline, inner });
  }
  if (isRecord(value)) {
    const colon = indent === "" ? ":" : ": ";
    for (const name of Object.keys(value)) {
      const member = memberOf(value, name);
      if (member !== undefined) parts.push(JSON.stringify(name) + colon + jsonText(member, run, indent, inner));
    }
  }
  return enclosed(parts, { open: "{", close: "}", indent, newline, inner });
}

type Layout = {
  readonly open: string;
  readonly close: string;
  readonly indent: string;
  readonly newline: string;
  readonly inner: string;
};

function enclosed(parts: readonly string[], { open, close, indent, newline, inner }: Layout): string {
  if (indent === "" || parts.length === 0) return open + parts.join(",") + close;
  return open + inner + parts.join(`,${inner}`) + newline + close;
}

/** A deep copy as JSON text would carry it: functions become empty strings, doubles have 15 digits; exact numbers stay. */
export function copyOf(value: Value, run: Run, copies: Set<Value>): Value {
  run.pay(1);
  if (value instanceof ExactNumber) return value;
  if (typeof value === "number") return Number.isNaN(value) ? null : roundedTo15(numericOf(value) ?? value);
  if (isFunction(value)) return "";
  if (isArray(value)) {
    const items = Array.from(value, (item) => (item === undefined ? null : copyOf(item, run, copies)));
    copies.add(items);
    return items;
  }
  if (!isRecord(value)) return value;
  const record: MutableRecord = {};
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (member !== undefined) setMember(record, name, copyOf(member, run, copies));
  }
  copies.add(record);
  return record;
}
