// JSONata: this evaluator beside the `jsonata` package, on the expressions state machines are full of. The ratio is what
// counts; both run in this process, one after the other.
import jsonata from "jsonata";
import { pathToFileURL } from "node:url";
import { compileJsonata, evaluateJsonata } from "../src/asl/jsonata/jsonata.ts";
import type { Json } from "../src/asl/json.ts";

type Subject = {
  readonly name: string;
  readonly text: string;
  readonly input: Json;
  readonly bindings: { readonly [name: string]: Json };
};

const items = Array.from({ length: 10 }, (_, i) => ({ name: `item ${i}`, price: i * 1.5 }));
const states = { input: { a: { b: 42 }, first: "Ada", last: "Lovelace" } };

const subjects: readonly Subject[] = [
  { name: "path", text: "$states.input.a.b", input: {}, bindings: { states } },
  { name: "sum", text: "{ 'x': $sum(items.price) }", input: { items }, bindings: {} },
  {
    name: "concatenation",
    text: "'Hello ' & $states.input.first & ' ' & $states.input.last",
    input: {},
    bindings: { states },
  },
  { name: "filter", text: "items[price > 5].name", input: { items }, bindings: {} },
  { name: "map", text: "$map(items, function($i) { $i.price * 2 })", input: { items }, bindings: {} },
];

const context = { nowMs: 0, seed: "bench" };
const targetRatio = 15;

export async function runJsonataBench(): Promise<void> {
  console.log("expression                              ours          package       ratio");
  for (const subject of subjects) {
    const ours = timeOurs(subject);
    const theirs = await timePackage(subject);
    const ratio = theirs / ours;
    const row = [subject.name.padEnd(36), formatted(ours), formatted(theirs), `${ratio.toFixed(1)}x`];
    console.log(row.join("  ") + (ratio < targetRatio ? `  below ${targetRatio}x` : ""));
  }
}

function formatted(nanoseconds: number): string {
  return `${nanoseconds.toFixed(0).padStart(7)} ns/op`;
}

/** Nanoseconds an evaluation takes, the best of five rounds. */
function timeOurs({ text, input, bindings }: Subject): number {
  const compiled = compileJsonata(text);
  if ("problem" in compiled) throw new Error(compiled.problem.message);
  const variables = new Map(Object.entries(bindings));
  const count = 200_000;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i++) evaluateJsonata(compiled.program, input, variables, context);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / count);
  }
  return best;
}

async function timePackage({ text, input, bindings }: Subject): Promise<number> {
  const program = jsonata(text);
  const count = 10_000;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i++) await program.evaluate(input, bindings);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / count);
  }
  return best;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await runJsonataBench();
