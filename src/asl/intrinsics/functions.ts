// The 18 intrinsic functions by name: how many arguments each takes and what it makes of them. AWS looks at the arguments
// when a state runs, their number included.
import { hashHex, isHashAlgorithm, stepsToHash } from "../hash.ts";
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
  toDouble,
} from "../json.ts";
import { jsonText, payForJson, payForMembers } from "../json-work.ts";
import { javaText } from "../jsonpath/java-text.ts";
import { utf8Length } from "../payload.ts";
import { seededUuid } from "../random.ts";
import type { Work } from "../work.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { formatTemplate, splitTemplate } from "./format.ts";
import { IntrinsicProblem } from "./problem.ts";
import { stringToJson } from "./string-to-json.ts";

export type CallContext = {
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly work: Work;
};

export type IntrinsicFunction = {
  readonly name: string;
  /** Fewest and most. */
  readonly argumentCount: readonly [number, number];
  /** Where AWS has more to say of a wrong number of arguments than that they are invalid. */
  readonly tooManyArguments?: string;
  /** @throws IntrinsicProblem @throws WorkExceeded */
  readonly evaluate: (values: readonly Json[], context: CallContext) => Json;
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
  { name: "States.ArrayUnique", argumentCount: [1, 1], evaluate: arrayUnique },
  {
    name: "States.Base64Encode",
    argumentCount: [1, 1],
    evaluate: (values, { work }) => encodeBase64(bounded(textAt(values, 0), work)),
  },
  {
    name: "States.Base64Decode",
    argumentCount: [1, 1],
    evaluate: (values, { work }) => decodeBase64(bounded(textAt(values, 0), work)),
  },
  { name: "States.Format", argumentCount: [1, any], evaluate: format },
  { name: "States.Hash", argumentCount: [2, 2], evaluate: hash },
  { name: "States.JsonMerge", argumentCount: [3, 3], evaluate: jsonMerge },
  {
    name: "States.JsonToString",
    argumentCount: [1, 1],
    tooManyArguments: "only a single argument is allowed.",
    evaluate: jsonToString,
  },
  { name: "States.MathAdd", argumentCount: [2, 2], evaluate: mathAdd },
  { name: "States.MathRandom", argumentCount: [2, 3], evaluate: mathRandom },
  { name: "States.StringSplit", argumentCount: [2, 2], evaluate: stringSplit },
  {
    name: "States.StringToJson",
    argumentCount: [1, 1],
    evaluate: (values, { work }) => stringToJson(textAt(values, 0), work),
  },
  // Recorded: whatever it is given, it does not look at it.
  { name: "States.UUID", argumentCount: [0, any], evaluate: uuid },
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

/** Measured, of encoding and decoding. */
const stepsPerCodedCharacter = 4;

function bounded(text: string, work: Work): string {
  if (text.length > maxTextLength) throw new IntrinsicProblem();
  work.pay(20 + stepsPerCodedCharacter * text.length);
  return text;
}

function numberAt(values: readonly Json[], position: number): number | ExactNumber {
  const value = valueAt(values, position);
  if (!isJsonNumber(value)) throw new IntrinsicProblem();
  return value;
}

/** The double of a number. */
function doubleAt(values: readonly Json[], position: number, work: Work): number {
  return toDouble(paidNumber(numberAt(values, position), work));
}

function paidNumber(number: number | ExactNumber, work: Work): number | ExactNumber {
  if (typeof number !== "number") work.pay(5 + number.text.length);
  return number;
}

/** A number without its fraction; never a negative zero. */
function integerAt(values: readonly Json[], position: number, work: Work): number {
  const integer = Math.trunc(doubleAt(values, position, work)) + 0;
  if (!Number.isSafeInteger(integer)) throw new IntrinsicProblem();
  return integer;
}

function arrayPartition(values: readonly Json[], { work }: CallContext): Json {
  const [items, size] = [arrayAt(values, 0), integerAt(values, 1, work)];
  if (size < 1) throw new IntrinsicProblem();
  work.pay((items.length >> 3) + 8 * Math.ceil(items.length / size));
  const chunks: JsonArray[] = [];
  for (let i = 0; i < items.length; i += size) chunks.push(items.slice(i, i + size));
  return chunks;
}

/** By their texts: `17` is found where `"17"` is, and an object only where its members come in the same order. */
function arrayContains(values: readonly Json[], { work }: CallContext): Json {
  const text = javaText(valueAt(values, 1), work);
  return arrayAt(values, 0).some((item) => javaText(item, work) === text);
}

function arrayUnique(values: readonly Json[], { work }: CallContext): Json {
  const items = arrayAt(values, 0);
  if (!payForJson(items, work, timesWalkedForHash)) throw new IntrinsicProblem();
  return inHashSetOrder(items, work);
}

/** Measured: an identity and a hash code are made of each value. */
const timesWalkedForHash = 6;

function arrayRange(values: readonly Json[], { work }: CallContext): Json {
  const [start, end, step] = [integerAt(values, 0, work), integerAt(values, 1, work), integerAt(values, 2, work)];
  if (step === 0) throw new IntrinsicProblem();
  const length = Math.max(0, Math.floor((end - start) / step) + 1);
  if (length > maxRangeItems) throw new IntrinsicProblem();
  work.pay(2 * length);
  return Array.from({ length }, (_, i) => start + i * step);
}

/** An empty array has a null at every place. */
function arrayGetItem(values: readonly Json[], { work }: CallContext): Json {
  const [items, index] = [arrayAt(values, 0), integerAt(values, 1, work)];
  if (items.length === 0) return null;
  const item = items[index];
  if (item === undefined) throw new IntrinsicProblem();
  return item;
}

/** A template written as a literal was split when the call was compiled and does not come this way. */
function format(values: readonly Json[], { work }: CallContext): Json {
  const template = textAt(values, 0);
  work.pay(3 * template.length + values.length);
  return formatTemplate(splitTemplate(template), values.slice(1), work);
}

/** A string counts itself, any other value its JSON text. */
function hash(values: readonly Json[], { work }: CallContext): Json {
  const [data, algorithm] = [valueAt(values, 0), textAt(values, 1)];
  if (!isHashAlgorithm(algorithm)) throw new IntrinsicProblem();
  const text = bounded(typeof data === "string" ? data : jsonTextOf(data, work), work);
  work.pay(stepsToHash(algorithm, utf8Length(text)));
  return hashHex(algorithm, text);
}

function jsonToString(values: readonly Json[], { work }: CallContext): Json {
  return jsonTextOf(valueAt(values, 0), work);
}

function jsonTextOf(value: Json, work: Work): string {
  const text = jsonText(value, work);
  if (text === undefined) throw new IntrinsicProblem();
  return text;
}

/** Measured. */
const [uuidSteps, randomSteps, seededSteps] = [100, 10, 150];

function uuid(_values: readonly Json[], { random, work }: CallContext): Json {
  work.pay(uuidSteps);
  return seededUuid(random);
}

/** AWS merges shallowly, and refuses only to be asked for more. */
function jsonMerge(values: readonly Json[], { work }: CallContext): Json {
  const [left, right] = [objectAt(values, 0), objectAt(values, 1)];
  if (valueAt(values, 2) === true) throw new IntrinsicProblem();
  payForMembers(left, work);
  payForMembers(right, work);
  return { ...left, ...right };
}

/** Rounds half up, toward positive infinity, as Java's `Math.round` does; operands and sum are integers of 32 bits. */
function mathAdd(values: readonly Json[], { work }: CallContext): Json {
  const operands = [doubleAt(values, 0, work), doubleAt(values, 1, work)].map(Math.round);
  const sum = operands.reduce((left, right) => left + right, 0);
  if ([...operands, sum].some((integer) => integer < -maxInteger - 1 || integer > maxInteger)) {
    throw new IntrinsicProblem();
  }
  return sum + 0;
}

function mathRandom(values: readonly Json[], { random, work }: CallContext): Json {
  const [start, end] = [integerAt(values, 0, work), integerAt(values, 1, work)];
  const bound = end - start;
  if (bound < 1 || bound > maxInteger) throw new IntrinsicProblem();
  work.pay(values.length < 3 ? randomSteps : seededSteps);
  if (values.length < 3) return start + Math.floor(random() * bound);
  return start + javaRandom(javaLong(paidNumber(numberAt(values, 2), work))).nextInt(bound);
}

/** Each character of the second argument is a delimiter; empty parts are dropped. */
function stringSplit(values: readonly Json[], { work }: CallContext): Json {
  const [text, delimiters] = [textAt(values, 0), textAt(values, 1)];
  work.pay(stepsPerSplitCharacter * (text.length + delimiters.length));
  const units = new Set(Array.from({ length: delimiters.length }, (_, i) => delimiters.charCodeAt(i)));
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && !units.has(text.charCodeAt(i))) continue;
    if (i > start) parts.push(text.slice(start, i));
    start = i + 1;
  }
  return parts;
}

/** Measured, of a text in which every second character is a delimiter. */
const stepsPerSplitCharacter = 2;
