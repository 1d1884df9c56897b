// JSONata, each part of it at work on something large: the rows by which it is measured that all of it pays what it costs.
import type { Builtin } from "../asl/jsonata/functions/builtin.ts";
import { awsBuiltins } from "../asl/jsonata/functions/builtins.ts";
import { compileJsonata, evaluateJsonata } from "../asl/jsonata/jsonata.ts";
import { type Json, type JsonObject, parseJson } from "../asl/json.ts";
import type { Work } from "../asl/work.ts";
import { compiledTexts, compositions, operations } from "./jsonata-expressions.ts";
import type { WorkRow } from "./work-sweep.ts";

function list<T>(length: number, item: (i: number) => T): readonly T[] {
  return Array.from({ length }, (_, i) => item(i));
}

/** Values nested in one another. */
function nested(levels: number): Json {
  let value: Json = 1;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

const words = "some words of a text, ";
const texts: JsonObject = {
  none: "",
  short: "Hello, World",
  line: words.repeat(4),
  long: words.repeat(1_000),
  spaces: " ".repeat(20_000),
  digits: "1234567890".repeat(2_000),
  letters: "a".repeat(20_000),
  accented: "é".repeat(20_000),
  pairs: "\u{1f600}".repeat(10_000),
  quotes: '"\\'.repeat(10_000),
  base64: "QUFB".repeat(5_000),
  percents: "%41".repeat(7_000),
  json: JSON.stringify(list(300, (i) => ({ id: i, name: `name ${i}`, tags: ["a", "b"], deep: { flag: true } }))),
  exactJson: `[${list(2_000, (i) => `${i}.0`).join(",")}]`,
};

const numbers: JsonObject = {
  zero: 0,
  seven: 7,
  minus: -3,
  fraction: 1234.5678,
  billion: 1e9,
  huge: 1e300,
  tiny: 1e-300,
  exact: parseJson("12345678901234567890"),
};

const arrays: JsonObject = {
  empty: [],
  pair: [2, 1],
  numbers: list(2_000, (i) => (i * 7919) % 2_000),
  fractions: list(500, (i) => i / 7),
  exacts: parseJson(`[${list(500, (i) => `${i}.0`).join(",")}]`),
  strings: list(1_000, (i) => `word ${(i * 7919) % 1_000}`),
  similar: list(20, (i) => `${words.repeat(100)}${i}`),
  objects: list(300, (i): Json => ({ id: i, name: `name ${i}`, tags: ["a", "b"], deep: { flag: true } })),
  alike: list(300, () => ({ id: 1, name: "name" })),
  arrays: list(300, (i) => [i, [i]]),
  deep: [nested(900)],
};

const objects: JsonObject = {
  nothing: {},
  small: { a: 1, b: "text" },
  wide: Object.fromEntries(list(2_000, (i) => [`member${i}`, i])),
  indexed: Object.fromEntries(list(2_000, (i) => [String((i * 7919) % 2_000), i])),
  tall: nested(900),
  described: Object.fromEntries(list(20, (i) => [`${words.repeat(100)}${i}`, words.repeat(100)])),
};

const twin = (value: Json): Json => ({ a: value, b: parseJson(JSON.stringify(value)) });
const values: JsonObject = {
  ...texts,
  ...numbers,
  ...arrays,
  ...objects,
  no: false,
  twin: twin(list(300, (i) => ({ id: i, name: `name ${i}` }))),
  wideTwin: twin(objects["wide"] ?? null),
};
const bindings: ReadonlyMap<string, Json> = new Map(Object.entries(values));

/** An argument of each kind that a signature can ask for. */
const argumentsByKind: { readonly [kind: string]: readonly string[] } = {
  s: Object.keys(texts).map((name) => `$${name}`),
  n: Object.keys(numbers).map((name) => `$${name}`),
  a: Object.keys(arrays).map((name) => `$${name}`),
  o: Object.keys(objects).map((name) => `$${name}`),
  b: ["true"],
  f: ["function($x){$x}", "function($x, $y){$x}", "/[aeiou]+ ?/"],
};

const anything = ["$none", "$long", "$quotes", "$seven", "$exact", "$no"].concat(
  ["a", "o"].flatMap((kind) => argumentsByKind[kind] ?? []),
);

/** The arguments that each parameter may have: its kinds are letters, and `x` and `j` stand for all. */
function choicesOf(signature: string): readonly (readonly string[])[] {
  const kinds = signature
    .slice(1, -1)
    .replace(/:.*$/, "")
    .replace(/<[^>]*>/g, "");
  return [...kinds.matchAll(/\((\w+)\)|([a-z])/g)].map(([, choice, only]) =>
    [...(choice ?? only ?? "")].flatMap((kind) => argumentsByKind[kind] ?? anything),
  );
}

/** Every choice for the first parameter, with those for the others in turn, and one call without the last. */
function callsOf({ name, signature }: Builtin): readonly string[] {
  const [first = [], ...others] = choicesOf(signature);
  const calls = first.map((argument, i) => {
    const given = others.map((choices, at) => choices[(i * (at + 2)) % choices.length] ?? "1");
    return [argument, ...given];
  });
  const shorter = (calls[0] ?? []).slice(0, -1);
  return [...calls, shorter].map((given) => `$${name}(${given.join(", ")})`);
}

function evaluation(text: string): WorkRow["run"] {
  const compiled = compileJsonata(text);
  if ("problem" in compiled) throw new Error(`${text}: ${compiled.problem.message}`);
  const budget = { steps: Infinity, sequenceLength: 1e7 };
  return (work: Work) => {
    const outcome = evaluateJsonata(compiled.program, undefined, bindings, { nowMs: 0, seed: "", budget, work });
    if (outcome.kind === "exceeded" && outcome.limit === "time") throw new Error(`${text}: ${outcome.message}`);
  };
}

function compilations(): readonly WorkRow[] {
  return compiledTexts.map(([name, text]): WorkRow => ({
    name: `prepare ${name}`,
    run: (work) => void compileJsonata(text, { work }),
  }));
}

/** Rows that are measured together. */
export interface WorkGroup {
  readonly name: string;
  readonly rows: readonly WorkRow[];
}

export function jsonataWork(): readonly WorkGroup[] {
  const evaluations = (verb: string, expressions: readonly string[]): readonly WorkRow[] =>
    expressions.map((text) => ({ name: `${verb} ${text}`, run: evaluation(text) }));
  return [
    ...awsBuiltins.map((builtin): WorkGroup => {
      const rows = callsOf(builtin).map((text): WorkRow => ({ name: `$ ${text}`, run: evaluation(text) }));
      return { name: `$${builtin.name}`, rows };
    }),
    { name: "operators", rows: evaluations("operate", operations) },
    {
      name: "steps, filters, groups, orders, lambdas, transforms and patterns",
      rows: evaluations("evaluate", compositions),
    },
    { name: "compilations", rows: compilations() },
  ];
}
