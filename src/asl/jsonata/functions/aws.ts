// What AWS adds to JSONata: `$partition`, `$range`, `$hash`, `$random`, `$uuid`, `$parse`.
import { hashHex, isHashAlgorithm } from "../../hash.ts";
import { javaLong, javaRandom } from "../../java/random.ts";
import { type Json, parseJson } from "../../json.ts";
import { seededUuid } from "../../random.ts";
import { arrayAt, type Builtin, numberAt, stringAt } from "./builtin.ts";
import { fail } from "../failures.ts";
import type { Run } from "../run.ts";
import { newSequence } from "../sequences.ts";
import type { Value } from "../values.ts";

const maxRangeItems = 1000;

function partition(args: readonly Value[], run: Run): Value {
  const items = arrayAt(args, 0);
  const size = numberAt(args, 1);
  if (items === undefined || size === undefined) return undefined;
  if (!(size >= 1)) fail("D3150");
  run.paySequence(items.length);
  const parts: Value[] = [];
  for (let i = 0; i < items.length; i += size) parts.push(items.slice(i, i + size));
  return parts;
}

/** Its only member stands for it, as recorded: `$range(1,9,9)` is 1. */
function range(args: readonly Value[], run: Run): Value {
  const [start, end, step] = [numberAt(args, 0), numberAt(args, 1), numberAt(args, 2)];
  if (start === undefined || end === undefined || step === undefined) return undefined;
  if (step === 0) fail("D3151");
  const count = Math.max(0, Math.floor((end - start) / step) + 1);
  if (count > maxRangeItems) fail("D3152", { value: maxRangeItems });
  const items = newSequence(run);
  for (let i = 0; i < count; i++) items.push(start + i * step);
  return items;
}

function hash(args: readonly Value[], run: Run): Value {
  const text = stringAt(args, 0);
  const algorithm = stringAt(args, 1);
  if (text === undefined || algorithm === undefined) return undefined;
  // A digest costs about a step for each character.
  run.payString(text.length);
  run.pay(text.length);
  return isHashAlgorithm(algorithm) ? hashHex(algorithm, text) : fail("D3153", { value: algorithm });
}

/** A seed is Java's, without its fraction. */
function random(args: readonly Value[], run: Run): number {
  const seed = numberAt(args, 0);
  return seed === undefined ? run.random() : javaRandom(javaLong(seed)).nextDouble();
}

function parse(args: readonly Value[], run: Run): Value {
  const text = stringAt(args, 0);
  if (text === undefined) return undefined;
  run.payString(text.length);
  run.pay(text.length >> 2);
  try {
    return withoutNegativeZero(parseJson(text));
  } catch (error) {
    if (error instanceof SyntaxError) return fail("D3154", { value: text });
    throw error;
  }
}

/** AWS reads `-0` as 0. */
function withoutNegativeZero(value: Json): Json {
  const isNegativeZero = value !== null && typeof value === "object" && "text" in value && value.text === "-0";
  return isNegativeZero || value === 0 ? 0 : value;
}

export const awsFunctions: readonly Builtin[] = [
  { name: "partition", signature: "<an:a>", arity: 2, integers: [1], perform: partition },
  { name: "range", signature: "<nnn:a<n>>", arity: 3, integers: [0, 1, 2], perform: range },
  { name: "hash", signature: "<s-s:s>", arity: 2, perform: hash },
  { name: "random", signature: "<n?:n>", arity: 0, perform: random },
  { name: "uuid", signature: "<:s>", arity: 0, perform: (_args, run) => seededUuid(() => run.random()) },
  { name: "parse", signature: "<s-:x>", arity: 1, perform: parse },
];

/** JSONata's own `$random` takes no seed. */
export const plainRandom: Builtin = {
  name: "random",
  signature: "<:n>",
  arity: 0,
  perform: (_args, run) => run.random(),
};
