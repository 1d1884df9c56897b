// The 18 intrinsic functions by name: how many arguments each takes and what it makes of them.
import { hashAlgorithms, hashHex, isHashAlgorithm } from "../hash.ts";
import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type Json,
  type JsonArray,
  type JsonObject,
  jsonEquals,
  parseJson,
  stringifyJson,
  toDouble,
} from "../json.ts";
import { seededRandom, seededUuid } from "../random.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { formatTemplate, splitTemplate } from "./format.ts";
import { IntrinsicProblem } from "./problem.ts";

export type IntrinsicFunction = {
  readonly name: string;
  /** Fewest and most. */
  readonly argumentCount: readonly [number, number];
  readonly evaluate: (values: readonly Json[], random: () => number) => Json;
};

/** Of the strings that are encoded, decoded and hashed. */
const maxTextLength = 10_000;
const maxRangeItems = 1_000;
const any = Number.POSITIVE_INFINITY;
/** What Java's JSON parser nests before it gives up, and a safe depth for everything that walks a value. */
const maxJsonDepth = 1_000;

const definitions: readonly IntrinsicFunction[] = [
  { name: "States.Array", argumentCount: [0, any], evaluate: (values) => values },
  { name: "States.ArrayPartition", argumentCount: [2, 2], evaluate: arrayPartition },
  { name: "States.ArrayContains", argumentCount: [2, 2], evaluate: arrayContains },
  { name: "States.ArrayRange", argumentCount: [3, 3], evaluate: arrayRange },
  { name: "States.ArrayGetItem", argumentCount: [2, 2], evaluate: arrayGetItem },
  { name: "States.ArrayLength", argumentCount: [1, 1], evaluate: (values) => arrayAt(values, 0).length },
  { name: "States.ArrayUnique", argumentCount: [1, 1], evaluate: arrayUnique },
  { name: "States.Base64Encode", argumentCount: [1, 1], evaluate: (values) => encodeBase64(boundedTextAt(values, 0)) },
  { name: "States.Base64Decode", argumentCount: [1, 1], evaluate: (values) => decodeBase64(boundedTextAt(values, 0)) },
  { name: "States.Format", argumentCount: [1, any], evaluate: format },
  { name: "States.Hash", argumentCount: [2, 2], evaluate: hash },
  { name: "States.JsonMerge", argumentCount: [3, 3], evaluate: jsonMerge },
  { name: "States.JsonToString", argumentCount: [1, 1], evaluate: (values) => stringifyJson(valueAt(values, 0)) },
  { name: "States.MathAdd", argumentCount: [2, 2], evaluate: mathAdd },
  { name: "States.MathRandom", argumentCount: [2, 3], evaluate: mathRandom },
  { name: "States.StringSplit", argumentCount: [2, 2], evaluate: stringSplit },
  { name: "States.StringToJson", argumentCount: [1, 1], evaluate: stringToJson },
  { name: "States.UUID", argumentCount: [0, 0], evaluate: (_values, random) => seededUuid(random) },
];

export const intrinsicFunctions: ReadonlyMap<string, IntrinsicFunction> = new Map(
  definitions.map((definition) => [definition.name, definition]),
);

function valueAt(values: readonly Json[], position: number): Json {
  return values[position] ?? null;
}

function wrongType(position: number, expected: string): IntrinsicProblem {
  return new IntrinsicProblem(`Argument ${position + 1} must be ${expected}`);
}

function arrayAt(values: readonly Json[], position: number): JsonArray {
  const value = valueAt(values, position);
  if (!isJsonArray(value)) throw wrongType(position, "an array");
  return value;
}

function objectAt(values: readonly Json[], position: number): JsonObject {
  const value = valueAt(values, position);
  if (!isJsonObject(value)) throw wrongType(position, "a JSON object");
  return value;
}

function textAt(values: readonly Json[], position: number): string {
  const value = valueAt(values, position);
  if (typeof value !== "string") throw wrongType(position, "a string");
  return value;
}

function boundedTextAt(values: readonly Json[], position: number): string {
  const text = textAt(values, position);
  if (text.length > maxTextLength) throw wrongType(position, `at most ${maxTextLength} characters long`);
  return text;
}

/** Rounded half up, toward positive infinity, as Java's `Math.round` does; never a negative zero. */
function integerAt(values: readonly Json[], position: number): number {
  const value = valueAt(values, position);
  if (!isJsonNumber(value)) throw wrongType(position, "a number");
  const integer = Math.round(toDouble(value)) + 0;
  if (!Number.isSafeInteger(integer)) throw wrongType(position, "an integer within range");
  return integer;
}

function arrayPartition(values: readonly Json[]): Json {
  const [items, size] = [arrayAt(values, 0), integerAt(values, 1)];
  if (size < 1) throw wrongType(1, "a positive integer");
  const chunks: JsonArray[] = [];
  for (let i = 0; i < items.length; i += size) chunks.push(items.slice(i, i + size));
  return chunks;
}

function arrayContains(values: readonly Json[]): Json {
  return arrayAt(values, 0).some((item) => jsonEquals(item, valueAt(values, 1)));
}

function arrayRange(values: readonly Json[]): Json {
  const [start, end, step] = [integerAt(values, 0), integerAt(values, 1), integerAt(values, 2)];
  if (step === 0) throw wrongType(2, "a number other than 0");
  const length = Math.max(0, Math.floor((end - start) / step) + 1);
  if (length > maxRangeItems) throw new IntrinsicProblem(`The range has more than ${maxRangeItems} items`);
  return Array.from({ length }, (_, i) => start + i * step);
}

function arrayGetItem(values: readonly Json[]): Json {
  const [items, index] = [arrayAt(values, 0), integerAt(values, 1)];
  const item = items[index];
  if (item === undefined)
    throw new IntrinsicProblem(`The index ${index} is out of bounds for an array of length ${items.length}`);
  return item;
}

/** Keeps the first of equal items; equality is deep, and by a canonical text so that long arrays stay cheap. */
function arrayUnique(values: readonly Json[]): Json {
  const seen = new Set<string>();
  return arrayAt(values, 0).filter((item) => {
    const text = canonicalText(item);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** One text for all values that are deeply equal: numbers by their double, members in the order of their names. */
function canonicalText(value: Json): string {
  if (isJsonNumber(value)) return String(toDouble(value) + 0);
  if (isJsonArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (!isJsonObject(value)) return stringifyJson(value);
  const members = Object.keys(value).toSorted();
  return `{${members.map((name) => `${stringifyJson(name)}:${canonicalText(value[name] ?? null)}`).join(",")}}`;
}

/** A template written as a literal was split when the call was compiled and does not come this way. */
function format(values: readonly Json[]): Json {
  return formatTemplate(splitTemplate(textAt(values, 0)), values.slice(1));
}

function hash(values: readonly Json[]): Json {
  const [data, algorithm] = [boundedTextAt(values, 0), textAt(values, 1)];
  if (!isHashAlgorithm(algorithm)) throw wrongType(1, `one of ${hashAlgorithms.join(", ")}`);
  return hashHex(algorithm, data);
}

/** AWS merges shallowly only and insists on being told so. */
function jsonMerge(values: readonly Json[]): Json {
  const [left, right] = [objectAt(values, 0), objectAt(values, 1)];
  if (valueAt(values, 2) !== false) throw wrongType(2, "false: only shallow merging is supported");
  return { ...left, ...right };
}

function mathAdd(values: readonly Json[]): Json {
  const [left, right] = [integerAt(values, 0), integerAt(values, 1)];
  [left, right].forEach((operand, position) => {
    if (operand !== (operand | 0)) throw wrongType(position, "between -2147483648 and 2147483647");
  });
  return left + right;
}

function mathRandom(values: readonly Json[], random: () => number): Json {
  const [start, end] = [integerAt(values, 0), integerAt(values, 1)];
  if (start >= end) throw new IntrinsicProblem("The start of the range must be less than its end");
  const next = values.length === 3 ? seededRandom(String(integerAt(values, 2))) : random;
  return start + Math.floor(next() * (end - start));
}

/** Each character of the second argument is a delimiter; empty parts are dropped. */
function stringSplit(values: readonly Json[]): Json {
  const [text, delimiters] = [textAt(values, 0), new Set(textAt(values, 1).split(""))];
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && !delimiters.has(text.charAt(i))) continue;
    if (i > start) parts.push(text.slice(start, i));
    start = i + 1;
  }
  return parts;
}

/** Recorded: blank text is `null`, and `-0` is `0`. */
function stringToJson(values: readonly Json[]): Json {
  const text = textAt(values, 0).trim();
  if (text === "") return null;
  if (text === "-0") return 0;
  if (text.length > maxJsonDepth && depthOf(text) > maxJsonDepth) {
    throw new IntrinsicProblem(`The JSON is nested more than ${maxJsonDepth} levels deep`);
  }
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new IntrinsicProblem("The string is not valid JSON", { cause: error });
    throw error;
  }
}

/** How deep the brackets outside of strings go. */
function depthOf(text: string): number {
  let [depth, deepest, isInString] = [0, 0, false];
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === "\\") i++;
    else if (character === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (character === "[" || character === "{") deepest = Math.max(deepest, ++depth);
    else if (character === "]" || character === "}") depth--;
  }
  return deepest;
}
