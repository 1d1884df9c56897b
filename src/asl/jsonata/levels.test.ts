// Nodes within nodes, which AWS bounds: every expression needs as many levels as the `jsonata` package goes deep in it.
// Arrays and groupings of several parts are not here: the package evaluates their parts at once and counts them together.
import assert from "node:assert/strict";
import { test } from "node:test";
import jsonata from "jsonata";
import type { Json } from "../json.ts";
import { compileJsonata, evaluateJsonata } from "./jsonata.ts";

const input: Json = {
  a: 1,
  b: { c: [1, 2, 3] },
  items: [
    { n: 1, p: [{ q: 1 }, { q: 2 }] },
    { n: 2, p: [{ q: 3 }] },
  ],
  s: "abc",
};

const expressions: readonly string[] = [
  // Values and operators
  "'x'",
  "1 + 1",
  "-a",
  "((1))",
  "((a; b))",
  "[[1]]",
  "[1..3]",
  "{'a': {'b': 1}}",
  "s and (a or b)",
  "a in [1]",
  "$string(a) & 'x'",
  "s ? (1 + 1) : 2",
  "a ?: 1",
  "missing ?? (1 + 2)",
  "($x := a; $x + 1)",
  // Paths
  "a",
  "a[0]",
  "b.c[$ > 1 + 1].$string()",
  "items.(n + 1)",
  "items.{'k': n}",
  "items^(n + 1 * 2).n",
  "items[0].p^(>q)[0]",
  "items@$i.{'x': $i.n}",
  "items#$j.($j + 1)",
  "items.p.%.n",
  "(items.p)[0].q",
  "(items)[0]{$string(n): p}",
  "items.p.q[]",
  "**.q",
  "$$.a",
  "{'x': b.c[0]}.x",
  // Functions
  "$sum(items.(n * $sum(p.q)))",
  "function($x){$x}(1)",
  "(function($x){function($y){$x + $y}})(1)(2)",
  "($f := function(){ $g() }; $g := function(){ 1 + 2 }; $f())",
  "$map(b.c, function($x){ $x + 1 * 2 })",
  "$map(b.c, function($x){ $string($x) })",
  "$filter(b.c, function($x){ $x > 1 })",
  "$reduce(b.c, function($x, $y){$x + $y})",
  "$sort(b.c, function($l, $r){$l > $r})",
  "$each(b, function($v, $k){$k & 'x'})",
  "$replace(s, /b/, function($m){ $m.match & '-' })",
  "$match(s, /b/).match",
  "b.c ~> $sum",
  "b.c ~> $map(function($x){$x * 2}) ~> $sum",
  "($g := $sum ~> $string ~> $length; $g(b.c))",
  "($g := function($x){$x + 1} ~> function($x){$x * (2 + 3 * 4)}; $g(1))",
  "($g := $map(?, function($x){$x + 1}); $g(b.c))",
  "($h := function($x, $y){$x + $y * 2}; $k := $h(?, 3); $k(1))",
  "$ ~> |items|{'n': n + 1 * 2}|",
  "($t := |items[n = 1]|{'n': (n + (1 * 2))}, 'p'|; $t($))",
  // Recursion
  "($f := function($x){ $x <= 0 ? 0 : 1 + $f($x - 1) }; $f(5))",
  "($f := function($x){ $x <= 0 ? 0 : $f($x - 1) }; $f(50))",
  "($f := function($x){ $x <= 0 ? 0 : $f($x - (1 + (0 * (2 - 1)))) }; $f(50))",
  "($f := function($x){ $x > 3 ? $x : ($y := $x + 1; $f($y)) }; $f(0))",
];

for (const text of expressions) {
  test(`${text} needs the package's levels`, async () => {
    const levels = await levelsOfPackage(text);
    assert.deepEqual([kindOf(text, levels), kindOf(text, levels - 1)], ["value", "exceeded"], `${levels} levels`);
  });
}

async function levelsOfPackage(text: string): Promise<number> {
  const program = jsonata(text);
  let depth = 0;
  let deepest = 0;
  const assign = (event: "entry" | "exit", callback: () => void): void => {
    // The package names its callbacks by symbols, which its types do not know.
    Reflect.apply(program.assign, program, [Symbol.for(`jsonata.__evaluate_${event}`), callback]);
  };
  assign("entry", () => {
    depth += 1;
    deepest = Math.max(deepest, depth);
  });
  assign("exit", () => {
    depth -= 1;
  });
  await program.evaluate(structuredClone(input));
  return deepest;
}

function kindOf(text: string, depth: number): string {
  const compiled = compileJsonata(text, { dialect: "jsonata" });
  assert.ok("program" in compiled);
  return evaluateJsonata(compiled.program, input, new Map(), { nowMs: 0, seed: "", budget: { depth } }).kind;
}
