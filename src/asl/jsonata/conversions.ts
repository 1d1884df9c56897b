// JSONata's casts and copies: to text (`$string`, `&`) and to truth (`$boolean`, conditions, filters).
import { ExactNumber } from "../json.ts";
import { fail } from "./failures.ts";
import { longOf } from "./numbers/aws-number.ts";
import { hasMark, Mark } from "./sequences.ts";
import {
  checkDepth,
  doubleOf,
  isArray,
  isFunction,
  isRecord,
  memberOf,
  type MutableRecord,
  namesOf,
  setMember,
  stepsPerMember,
  type Value,
  type ValueArray,
  type ValueObject,
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

export function isTrue(value: Value, run: Run, depth = 0): boolean {
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
    checkDepth(depth);
    run.pay(value.length);
    for (let i = 0; i < value.length; i++) if (isTrue(value[i], run, depth + 1)) isAnyTrue = true;
    return isAnyTrue;
  }
  return isRecord(value) ? namesOf(value, run).length > 0 : isTrueNumber(doubleOf(value) ?? 0);
}

function isTrueNumber(number: number): boolean {
  return (numericOf(number) ?? 0) !== 0;
}

/** A value as `$string` writes it. */
export function textOf(value: Value, run: Run, indent = ""): string {
  if (typeof value === "string") return value;
  if (isFunction(value)) return "";
  if (typeof value === "number" && !Number.isFinite(value)) return fail("D3001", { value });
  if (typeof value === "number" || value instanceof ExactNumber) return numberText(value, run);
  const writing = { run, indent, text: "" };
  writeJson(writing, hasMark(value, Mark.outerWrapper) && isArray(value) ? value[0] : value, "\n", 0);
  run.payString(writing.text.length);
  return writing.text;
}

/** Doubles are written with 15 digits, so that 0.1 + 0.2 reads 0.3; integers in full, exactly as far as a long goes. */
function numberText(number: number | ExactNumber, run: Run): string {
  if (typeof number === "number") return String(roundedTo15(number, run));
  return longOf(number.text)?.text ?? numberText(number.value, run);
}

/** Measured, of a number that has digits behind its point. */
const stepsPerFraction = 8;

function roundedTo15(number: number, run: Run): number {
  if (Number.isInteger(number)) return number;
  run.pay(stepsPerFraction);
  return Number(number.toPrecision(15));
}

type Writing = { readonly run: Run; readonly indent: string; text: string };

function writeJson(writing: Writing, value: Value, newline: string, depth: number): void {
  const { run } = writing;
  run.pay(4);
  run.checkString(writing.text.length);
  if (typeof value === "object" && value !== null && !isFunction(value) && !(value instanceof ExactNumber)) {
    checkDepth(depth);
    const inner = newline + writing.indent;
    if (isArray(value)) writeItems(writing, value, inner, depth);
    else writeMembers(writing, value, inner, depth);
  } else {
    writing.text += scalarText(value, run);
  }
}

function scalarText(value: Exclude<Value, ValueArray | ValueObject>, run: Run): string {
  if (typeof value === "string") return quoted(value, run);
  if (typeof value === "number") return Number.isNaN(value) ? "null" : numberText(numericOf(value) ?? value, run);
  if (value instanceof ExactNumber) return numberText(value, run);
  if (value === null || value === undefined) return "null";
  return typeof value === "boolean" ? String(value) : '""';
}

function quoted(text: string, run: Run): string {
  run.payString(text.length);
  run.pay(1 + (text.length >> 3));
  return JSON.stringify(text);
}

function writeItems(writing: Writing, items: ValueArray, newline: string, depth: number): void {
  writing.text += "[";
  for (let i = 0; i < items.length; i++) {
    separate(writing, i, newline);
    writeJson(writing, items[i], newline, depth + 1);
  }
  close(writing, { isEmpty: items.length === 0, bracket: "]", newline });
}

function writeMembers(writing: Writing, record: ValueObject, newline: string, depth: number): void {
  writing.text += "{";
  let count = 0;
  for (const name of namesOf(record, writing.run)) {
    const member = memberOf(record, name);
    if (member === undefined) continue;
    separate(writing, count++, newline);
    writing.text += quoted(name, writing.run) + (writing.indent === "" ? ":" : ": ");
    writeJson(writing, member, newline, depth + 1);
  }
  close(writing, { isEmpty: count === 0, bracket: "}", newline });
}

function separate(writing: Writing, count: number, newline: string): void {
  if (count > 0) writing.text += ",";
  if (writing.indent !== "") writing.text += newline;
}

type Closing = { readonly isEmpty: boolean; readonly bracket: string; readonly newline: string };

/** The bracket stands where its opening did. */
function close(writing: Writing, { isEmpty, bracket, newline }: Closing): void {
  const isIndented = writing.indent !== "" && !isEmpty;
  writing.text += (isIndented ? newline.slice(0, -writing.indent.length) : "") + bracket;
}

/** A deep copy as JSON text would carry it: functions become empty strings, doubles have 15 digits; exact numbers stay. */
export function copyOf(value: Value, run: Run, copies: Set<Value>, depth = 0): Value {
  run.pay(2);
  if (value instanceof ExactNumber) return value;
  if (typeof value === "number") return Number.isNaN(value) ? null : roundedTo15(numericOf(value) ?? value, run);
  if (isFunction(value)) return "";
  if (isArray(value)) {
    checkDepth(depth);
    run.pay(stepsPerCopy);
    const items = Array.from(value, (item) => (item === undefined ? null : copyOf(item, run, copies, depth + 1)));
    copies.add(items);
    return items;
  }
  if (!isRecord(value)) return value;
  checkDepth(depth);
  run.pay(stepsPerCopy);
  const record: MutableRecord = {};
  for (const name of namesOf(value, run)) {
    const member = value[name];
    run.pay(stepsPerMember);
    if (member !== undefined) setMember(record, name, copyOf(member, run, copies, depth + 1));
  }
  copies.add(record);
  return record;
}

/** Steps to keep in mind that an array or object is a copy. */
const stepsPerCopy = 20;
