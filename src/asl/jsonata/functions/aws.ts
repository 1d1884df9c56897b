// Functions that AWS adds to JSONata: `$partition`, `$range`, `$hash`, `$random`, `$uuid`, `$parse`; and its own
// `$base64decode`.
import { hashHex, isHashAlgorithm, stepsToHash } from "../../hash.ts";
import { javaLong, javaRandom } from "../../java/random.ts";
import { ExactNumber } from "../../json.ts";
import { utf8Length } from "../../payload.ts";
import { seededUuid } from "../../random.ts";
import { type Builtin, numberAt, stringAt } from "./builtin.ts";
import { decodeBase64, isStrictBase64 } from "./base64.ts";
import { strictJson } from "./strict-json.ts";
import { exceed, fail, InternalFailure } from "../failures.ts";
import { longOf } from "../numbers/aws-number.ts";
import { newSequence } from "../sequences.ts";
import { doubleOf, isArray, type Value, type Run } from "../values.ts";

/** A size of 0 and an empty array give nothing; without a size, the array is one part. Sizes lose their fraction. */
function partition([items, given]: readonly Value[], run: Run): Value {
  if (items === undefined) return undefined;
  if (!isArray(items)) return fail("T0412", { index: 1 });
  const size = Math.trunc(doubleOf(given) ?? items.length);
  if (size < 0) fail("D3137", { message: "Second argument must be zero or greater" });
  if (!(size > 0)) return undefined;
  run.paySequence(items.length);
  const parts: Value[] = [];
  for (let i = 0; i < items.length; i += size) parts.push(items.slice(i, i + size));
  return parts.length === 0 ? undefined : parts;
}

/** Arguments lose their fraction; a step of 0 or away from the end gives nothing. Its only member stands for a range. */
function range(args: readonly Value[], run: Run): Value {
  run.pay(stepsPerLong);
  const [start, end, step] = args.map((arg) =>
    typeof arg === "number" || arg instanceof ExactNumber ? javaLong(arg) : undefined,
  );
  if (start === undefined || end === undefined || step === undefined || step === 0n) return undefined;
  if (end < start !== step < 0n && end !== start) return undefined;
  const count = Number((end - start) / step) + 1;
  if (count > run.budget.rangeLength) exceed("memory");
  run.paySequence(count);
  const [first, by] = [Number(start), Number(step)];
  const isSafe = Number.isSafeInteger(first) && Number.isSafeInteger(Number(end));
  if (!isSafe) run.pay(stepsPerLong * count);
  const items = newSequence();
  for (let i = 0; i < count; i++) {
    items.push(isSafe ? first + i * by : wholeNumber(start + BigInt(i) * step));
  }
  return items;
}

function wholeNumber(whole: bigint): Value {
  return longOf(String(whole)) ?? Number(whole);
}

function hash(args: readonly Value[], run: Run): Value {
  const text = stringAt(args, 0);
  const algorithm = stringAt(args, 1);
  if (text === undefined || algorithm === undefined) return undefined;
  if (isHashAlgorithm(algorithm)) {
    run.payString(text.length);
    run.pay(stepsToHash(algorithm, utf8Length(text)));
    return hashHex(algorithm, text);
  }
  const message = `Hash algorithm '${algorithm}' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5`;
  return fail("D3137", { message });
}

/** A seed is Java's, without its fraction. */
function random(args: readonly Value[], run: Run): number {
  const seed = numberAt(args, 0);
  run.pay(stepsPerLong);
  return seed === undefined ? run.random() : javaRandom(javaLong(seed)).nextDouble();
}

/** Measured. */
const [stepsPerUuid, stepsPerLong] = [100, 30];

function uuid(_args: readonly Value[], run: Run): string {
  run.pay(stepsPerUuid);
  return seededUuid(() => run.random());
}

function parse(args: readonly Value[], run: Run): Value {
  const text = stringAt(args, 0);
  if (text === undefined) return undefined;
  const value = strictJson(text, run);
  return value === undefined ? fail("D3137", { message: "Invalid JSON" }) : value;
}

function base64Decode(args: readonly Value[], run: Run): Value {
  const text = stringAt(args, 0);
  if (text === undefined) return undefined;
  run.payString(text.length);
  run.pay(5 + (text.length >> 1));
  if (!isStrictBase64(text)) throw new InternalFailure();
  return decodeBase64(text);
}

export const awsFunctions: readonly Builtin[] = [
  { name: "partition", signature: "<xn?:a>", arity: 2, perform: partition },
  { name: "range", signature: "<nnn?:a<n>>", arity: 3, perform: range },
  { name: "hash", signature: "<ss?:s>", arity: 2, perform: hash },
  { name: "random", signature: "<n?:n>", arity: 0, perform: random },
  { name: "uuid", signature: "<:s>", arity: 0, perform: uuid },
  { name: "parse", signature: "<s-:x>", arity: 1, perform: parse },
  { name: "base64decode", signature: "<s-:s>", arity: 1, perform: base64Decode },
];

/** JSONata's own `$random` takes no seed. */
export const plainRandom: Builtin = {
  name: "random",
  signature: "<:n>",
  arity: 0,
  perform: (_args, run) => run.random(),
};
