// The 18 intrinsic functions by name: how many arguments each takes and what it makes of them. AWS looks at the arguments
// when a state runs, their number included.
import { hashHex, isHashAlgorithm } from "../hash.ts";
import { inHashSetOrder } from "../java/hash-order.ts";
import { javaLong, javaRandom } from "../java/random.ts";
import {
  type ExactNumber,
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type Json,
  type JsonArray,
  type JsonObject,
  stringifyJson,
  toDouble,
} from "../json.ts";
import { javaText } from "../jsonpath/java-text.ts";
import { seededUuid } from "../random.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { formatTemplate, splitTemplate } from "./format.ts";
import { IntrinsicProblem } from "./problem.ts";
import { stringToJson } from "./string-to-json.ts";

export type IntrinsicFunction = {
  readonly name: string;
  /** Fewest and most. */
  readonly argumentCount: readonly [number, number];
  /** Where AWS has more to say of a wrong number of arguments than that they are invalid. */
  readonly tooManyArguments?: string;
  /** @throws IntrinsicProblem */
  readonly evaluate: (values: readonly Json[], random: () => number) => Json;
};

/** The length of strings that are encoded, decoded and hashed. */
const maxTextLength = 10_000;
const maxRangeItems = 1_000;
const maxInteger = 2 ** 31 - 1;
const any = Number.POSITIVE_INFINITY;

const definitions: readonly IntrinsicFunction[] = [
  { name: "States.Array", argumentCount: [0, any], evaluate: (values) => values },
  { name: "States.ArrayPartition", argumentCount: [2, 2], evaluate: arrayPartition },
  { name: "States.ArrayContains", argumentCount: [2, 2], evaluate: arrayContains },
  { name: "States.ArrayRange", argumentCount: [3, 3], evaluate: arrayRange },
  { name: "States.ArrayGetItem", argumentCount: [2, 2], evaluate: arrayGetItem },
  { name: "States.ArrayLength", argumentCount: [1, 1], evaluate: (values) => arrayAt(values, 0).length },
  { name: "States.ArrayUnique", argumentCount: [1, 1], evaluate: (values) => inHashSetOrder(arrayAt(values, 0)) },
  {
    name: "States.Base64Encode",
    argumentCount: [1, 1],
    evaluate: (values) => encodeBase64(bounded(textAt(values, 0))),
  },
  {
    name: "States.Base64Decode",
    argumentCount: [1, 1],
    evaluate: (values) => decodeBase64(bounded(textAt(values, 0))),
  },
  { name: "States.Format", argumentCount: [1, any], evaluate: format },
  { name: "States.Hash", argumentCount: [2, 2], evaluate: hash },
  { name: "States.JsonMerge", argumentCount: [3, 3], evaluate: jsonMerge },
  {
    name: "States.JsonToString",
    argumentCount: [1, 1],
    tooManyArguments: "only a single argument is allowed.",
    evaluate: (values) => stringifyJson(valueAt(values, 0)),
  },
  { name: "States.MathAdd", argumentCount: [2, 2], evaluate: mathAdd },
  { name: "States.MathRandom", argumentCount: [2, 3], evaluate: mathRandom },
  { name: "States.StringSplit", argumentCount: [2, 2], evaluate: stringSplit },
  { name: "States.StringToJson", argumentCount: [1, 1], evaluate: (values) => stringToJson(textAt(values, 0)) },
  // Recorded: whatever it is given, it does not look at it.
  { name: "States.UUID", argumentCount: [0, any], evaluate: (_values, random) => seededUuid(random) },
];

export const intrinsicFunctions: ReadonlyMap<string, IntrinsicFunction> = new Map(
  definitions.map((definition) => [definition.name, definition]),
);

/** @throws IntrinsicProblem for a number of arguments that the function does not take. */
export function checkArgumentCount({ name, argumentCount, tooManyArguments }: IntrinsicFunction, count: number): void {
  const [least, most] = argumentCount;
  if (count > most && tooManyArguments !== undefined) {
    throw new IntrinsicProblem(`Invalid arguments in ${name}: ${tooManyArguments}`);
  }
  if (count < least || count > most) throw new IntrinsicProblem();
}

function valueAt(values: readonly Json[], position: number): Json {
  return values[position] ?? null;
}

function arrayAt(values: readonly Json[], position: number): JsonArray {
  const value = valueAt(values, position);
  if (!isJsonArray(value)) throw new IntrinsicProblem();
  return value;
}

function objectAt(values: readonly Json[], position: number): JsonObject {
  const value = valueAt(values, position);
  if (!isJsonObject(value)) throw new IntrinsicProblem();
  return value;
}

function textAt(values: readonly Json[], position: number): string {
  const value = valueAt(values, position);
  if (typeof value !== "string") throw new IntrinsicProblem();
  return value;
}

function bounded(text: string): string {
  if (text.length > maxTextLength) throw new IntrinsicProblem();
  return text;
}

function numberAt(values: readonly Json[], position: number): number | ExactNumber {
  const value = valueAt(values, position);
  if (!isJsonNumber(value)) throw new IntrinsicProblem();
  return value;
}

/** A number without its fraction; never a negative zero. */
function integerAt(values: readonly Json[], position: number): number {
  const integer = Math.trunc(toDouble(numberAt(values, position))) + 0;
  if (!Number.isSafeInteger(integer)) throw new IntrinsicProblem();
  return integer;
}

function arrayPartition(values: readonly Json[]): Json {
  const [items, size] = [arrayAt(values, 0), integerAt(values, 1)];
  if (size < 1) throw new IntrinsicProblem();
  const chunks: JsonArray[] = [];
  for (let i = 0; i < items.length; i += size) chunks.push(items.slice(i, i + size));
  return chunks;
}

/** By their texts: `17` is found where `"17"` is, and an object only where its members come in the same order. */
function arrayContains(values: readonly Json[]): Json {
  const text = javaText(valueAt(values, 1));
  return arrayAt(values, 0).some((item) => javaText(item) === text);
}

function arrayRange(values: readonly Json[]): Json {
  const [start, end, step] = [integerAt(values, 0), integerAt(values, 1), integerAt(values, 2)];
  if (step === 0) throw new IntrinsicProblem();
  const length = Math.max(0, Math.floor((end - start) / step) + 1);
  if (length > maxRangeItems) throw new IntrinsicProblem();
  return Array.from({ length }, (_, i) => start + i * step);
}

/** An empty array has a null at every place. */
function arrayGetItem(values: readonly Json[]): Json {
  const [items, index] = [arrayAt(values, 0), integerAt(values, 1)];
  if (items.length === 0) return null;
  const item = items[index];
  if (item === undefined) throw new IntrinsicProblem();
  return item;
}

/** A template written as a literal was split when the call was compiled and does not come this way. */
function format(values: readonly Json[]): Json {
  return formatTemplate(splitTemplate(textAt(values, 0)), values.slice(1));
}

/** A string counts itself, any other value its JSON text. */
function hash(values: readonly Json[]): Json {
  const [data, algorithm] = [valueAt(values, 0), textAt(values, 1)];
  if (!isHashAlgorithm(algorithm)) throw new IntrinsicProblem();
  return hashHex(algorithm, bounded(typeof data === "string" ? data : stringifyJson(data)));
}

/** AWS merges shallowly, and refuses only to be asked for more. */
function jsonMerge(values: readonly Json[]): Json {
  const [left, right] = [objectAt(values, 0), objectAt(values, 1)];
  if (valueAt(values, 2) === true) throw new IntrinsicProblem();
  return { ...left, ...right };
}

/** Rounds half up, toward positive infinity, as Java's `Math.round` does; operands and sum are integers of 32 bits. */
function mathAdd(values: readonly Json[]): Json {
  const operands = [numberAt(values, 0), numberAt(values, 1)].map((operand) => Math.round(toDouble(operand)));
  const sum = operands.reduce((left, right) => left + right, 0);
  if ([...operands, sum].some((integer) => integer < -maxInteger - 1 || integer > maxInteger)) {
    throw new IntrinsicProblem();
  }
  return sum + 0;
}

function mathRandom(values: readonly Json[], random: () => number): Json {
  const [start, end] = [integerAt(values, 0), integerAt(values, 1)];
  const bound = end - start;
  if (bound < 1 || bound > maxInteger) throw new IntrinsicProblem();
  if (values.length < 3) return start + Math.floor(random() * bound);
  return start + javaRandom(javaLong(numberAt(values, 2))).nextInt(bound);
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
