// The rules of JSONata and of AWS's dialect, in tables.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Json, parseJson, stringifyJson } from "../json.ts";
import { compileJsonata, evaluateJsonata, jsonataReferences, type JsonataOutcome } from "./jsonata.ts";

const context = { nowMs: Date.UTC(2026, 0, 15, 10, 20, 30, 45), seed: "seed" };

function outcomeOf(text: string, input?: Json, bindings: { readonly [name: string]: Json } = {}): JsonataOutcome {
  const compiled = compileJsonata(text);
  if ("problem" in compiled) return { kind: "error", ...compiled.problem };
  return evaluateJsonata(compiled.program, input, new Map(Object.entries(bindings)), context);
}

const order: Json = {
  id: "o-1",
  items: [
    { name: "hat", price: 12.5, quantity: 2, tags: ["wool", "warm"] },
    { name: "coat", price: 99, quantity: 1, tags: ["warm"] },
    { name: "scarf", price: 8, quantity: 3, tags: [] },
  ],
  single: [{ a: 1 }],
  nothing: [],
  nested: [[1, 2], [3]],
};

/** Expression over the order, and its value as JSON; no value means nothing. */
const rules: readonly (readonly [text: string, json?: string])[] = [
  // Paths and sequences
  ["items.name", '["hat","coat","scarf"]'],
  ["items[1].name", '"coat"'],
  ["items[-1].name", '"scarf"'],
  ["items[price > 10].name", '["hat","coat"]'],
  ["items[price > 50].name", '"coat"'],
  ["items[price > 50].name[]", '["coat"]'],
  ["items[price > 500].name"],
  ["items.tags", '["wool","warm","warm"]'],
  ["single", '[{"a":1}]'],
  ["single.a", "1"],
  ["nothing", "[]"],
  ["nothing.a"],
  ["nested[0]", "[1,2]"],
  ["nested.$", "[1,2,3]"],
  ["items[[0, 2]].name", '["hat","scarf"]'],
  ["(items.name)[0]", '"hat"'],
  ["items.tags[0]", '["wool","warm"]'],
  ["*.name", '["hat","coat","scarf"]'],
  ["**.price", "[12.5,99,8]"],
  ["items^(price).name", '["scarf","hat","coat"]'],
  ["items^(>quantity, name).name", '["scarf","hat","coat"]'],
  ["items{name: price}", '{"hat":12.5,"coat":99,"scarf":8}'],
  ["items{tags[0] ? 'tagged' : 'plain': $sum(price)}", '{"tagged":111.5,"plain":8}'],
  [
    "items.tags.{'tag': $, 'of': %.name}",
    '[{"tag":"wool","of":"hat"},{"tag":"warm","of":"hat"},{"tag":"warm","of":"coat"}]',
  ],
  ["items@$i.{'tag': $i.tags[0], 'of': $i.name}[0]", '{"tag":"wool","of":"hat"}'],
  ["items#$at.{'at': $at}", '[{"at":0},{"at":1},{"at":2}]'],
  ["([1, 2][0]).$string()", '"1"'],
  ["[1, 2][0].$string()"],
  ["['ab'][0].$uppercase()", '["A","B"]'],
  ["($map('-', $keys)) + 1"],
  ["true ? $map('-', $keys) : 1"],
  // Operators
  ["1 + 2 * 3 - 4 / 8 % 3", "6.5"],
  ["'a' & 1 & true & null & missing", '"a1truenull"'],
  ["missing + 1"],
  ["missing = 1", "false"],
  ["[1..3]", "[1,2,3]"],
  ["[3..1]", "[]"],
  ["'hat' in items.name", "true"],
  ["[1, [2, 3], missing]", "[1,2,3]".replace("2,3", "[2,3]")],
  ["{'a': missing, 'b': null}", '{"b":null}'],
  ["id ? 'yes' : 'no'", '"yes"'],
  ["missing ?: 'default'", '"default"'],
  ["missing ?? 'default'", '"default"'],
  ["{'a': 1} = {'a': 1}", "true"],
  // Functions and closures
  ["($add := function($a) { function($b) { $a + $b } }; $add(1)(2))", "3"],
  ["items.price ~> $sum", "119.5"],
  ["($twice := function($x){$x * 2} ~> function($x){$x + 1}; $twice(5))", "11"],
  ["($take := $substring(?, 0, 2); $take('Hello'))", '"He"'],
  ["($fact := function($n, $acc){ $n = 0 ? $acc : $fact($n - 1, $acc * $n) }; $fact(10, 1))", "3628800"],
  ["($count := function($n){ $n = 0 ? 'done' : $count($n - 1) }; $count(20000))", '"done"'],
  ["(($x := 1; $x := 2; $x))", "2"],
  ["($x := 1; ($x := 2); $x)", "1"],
  ["($x := 1; $f := function(){ $x }; $x := 2; $f())", "2"],
  [
    "$ ~> |items[0]|{'price': 1}, ['tags', 'quantity']| ~> $lookup('items') ~> $filter(function($i){$i.price = 1})",
    '{"name":"hat","price":1}',
  ],
  ["$map([1, 2], function($v, $i, $a){$v * $i + $count($a)})", "[2,4]"],
  ["$reduce([1..5], function($a, $b){$a * $b})", "120"],
  ["$sort(items, function($l, $r){$l.price > $r.price}).name", '["scarf","hat","coat"]'],
  ["$match('ab12', /([a-z]+)(\\d+)/).groups", '["ab","12"]'],
  ["$replace('2026-01-15', /(\\d+)-(\\d+)-(\\d+)/, '$3.$2.$1')", '"15.01.2026"'],
  ["$split('a, b;c', /[,;]\\s*/)", '["a","b","c"]'],
  ["$string({'a': [1, 0.1 + 0.2, null]})", '"{\\"a\\":[1,0.3,null]}"'],
  ["$formatNumber(1234.5, '#,##0.00')", '"1,234.50"'],
  ["$formatInteger(1984, 'w')", '"one thousand, nine hundred and eighty-four"'],
  ["$fromMillis(0, '[FNn] [D1o] [MNn] [Y]')", '"Thursday 1st January 1970"'],
  ["$toMillis('2026-01-15T00:00:00Z')", "1768435200000"],
  ["$distinct([1, 1, '1', {'a': 1}, {'a': 1}])", '[1,"1",{"a":1}]'],
  // AWS's functions
  ["$random(42)", "0.7275636800328681"],
  ["$random(42.9)", "0.7275636800328681"],
  ["$random(-0.9)", "0.730967787376657"],
  ["$type($uuid())", '"string"'],
  ["$now()", '"2026-01-15T10:20:30.045Z"'],
  ["$millis()", String(context.nowMs)],
  ["$substring('Hello', 1.9, 2.9)", '"el"'],
];

for (const [text, json] of rules) {
  test(`${text} is ${json ?? "nothing"}`, () => {
    const outcome = outcomeOf(text, order);
    assert.deepEqual(outcome, json === undefined ? { kind: "nothing" } : { kind: "value", value: parseJson(json) });
  });
}

const errors: readonly (readonly [text: string, code: string, message: string, position?: number])[] = [
  ["$undefined()", "T1006", "Attempted to invoke a non-function", 11],
  ["$eval('1')", "T1006", "Attempted to invoke a non-function"],
  ["sum(1)", "T1005", "Attempted to invoke a non-function. Did you mean $sum?"],
  ["1 + 'a'", "T2002", "The right side of the + operator must evaluate to a number".replace("+", '"+"'), 3],
  ["'a' < 1", "T2009", 'The values "a" and 1 either side of operator "<" must be of the same data type'],
  ["$uppercase(1)", "T0410", 'Argument 1 of function "uppercase" does not match function signature', 11],
  ["$sum(['a'])", "T0412", 'Argument 1 of function "sum" must be an array of "numbers"'],
  ["{1: 2}", "T1003", "Key in object structure must evaluate to a string; got: 1"],
  ["$error('no stock')", "D3137", "no stock"],
  ["$assert(false, 'wrong')", "D3141", "wrong"],
  ["$number('x')", "D3030", 'Unable to cast value to a number: "x"'],
  ["1 / 0 + 1", "D1001", "Number out of range: null"],
  ["(1", "S0203", 'Expected ")" before end of expression', 2],
  ["1 +", "S0207", "Unexpected end of expression", 3],
  ["a.1", "S0213", "The literal value 1 cannot be used as a step within a path expression"],
];

for (const [text, code, message, position] of errors) {
  test(`${text} fails with ${code}`, () => {
    const outcome = outcomeOf(text, order);
    assert.ok(outcome.kind === "error", JSON.stringify(outcome));
    assert.deepEqual({ code: outcome.code, message: outcome.message }, { code, message });
    if (position !== undefined) assert.equal(outcome.position, position);
  });
}

test("functions and regular expressions are not JSON, wherever they are", () => {
  for (const text of ["$sum", "function($x){$x}", "/a/", "[$sum]", "{'f': $uppercase}"]) {
    assert.deepEqual(outcomeOf(text), { kind: "unsupported" }, text);
  }
});

test("exact numbers count as the doubles and longs that they are", () => {
  const input = parseJson('{"big": 12345678901234567890, "zero": 0.0, "list": [1.0, 2]}');
  const table: readonly (readonly [string, string])[] = [
    ["$x", '{"big":1.2345678901234567E19,"zero":0,"list":[1,2]}'],
    ["$x.big", "1.2345678901234567E19"],
    ["{'b': $x.big}", '{"b":1.2345678901234567E19}'],
    ["$x.list", "[1,2]"],
    ["$x.list[0]", "1"],
    ["$x ~> |$|{'new': 1}|", '{"big":1.2345678901234567E19,"zero":0,"list":[1,2],"new":1}'],
    ["$x.big + 1", "1.2345678901234567E19"],
    ["$x.zero = 0", "true"],
    ["$x.zero ? 'true' : 'false'", '"false"'],
    ["$type($x.big)", '"number"'],
    ["$string($x.zero)", '"0"'],
    ["$sum($x.list)", "3"],
    ["$x.list[$x.zero]", "1"],
    ["1 in $x.list", "true"],
    ["$sort($x.list, function($l, $r){$l < $r})", "[2,1]"],
    ["$distinct([1, $x.list])", "[1,2]"],
    ["[$x.zero..2]", "[0,1,2]"],
  ];
  for (const [text, json] of table) {
    const outcome = outcomeOf(text, undefined, { x: input });
    assert.equal(outcome.kind === "value" ? stringifyJson(outcome.value) : JSON.stringify(outcome), json, text);
  }
});

test("the same seed gives the same random values, another seed others", () => {
  const compiled = compileJsonata("[$random(), $uuid(), $random()]");
  assert.ok("program" in compiled);
  const draw = (seed: string): JsonataOutcome =>
    evaluateJsonata(compiled.program, undefined, new Map(), { nowMs: 0, seed });
  assert.deepEqual(draw("a"), draw("a"));
  assert.notDeepEqual(draw("a"), draw("b"));
});

test("what passes through is the same value, not a copy", () => {
  const states = { input: { deep: [{ a: 1 }] } };
  const outcome = outcomeOf("$states.input.deep", undefined, { states });
  assert.ok(outcome.kind === "value" && outcome.value === states.input.deep);
});

const references: readonly (readonly [text: string, variables: string, members: string, usesTopLevelInput: boolean])[] =
  [
    ["$states.input.a & $x", "states x", "input", false],
    ["$states.context.Execution.Id", "states", "context", false],
    ["($y := $x; $y + $z)", "x z", "", false],
    ["$map($list, function($v, $i){$v + $i + $k})", "k list", "", false],
    ["$sum($states.result.items[price > $least].price)", "least states", "result", false],
    ["a.b", "", "", true],
    ["$", "", "", true],
    ["$$.a", "", "", true],
    ["*", "", "", true],
    ["$x[$ > 1]", "x", "", false],
    ["$x.($ & a)", "x", "", false],
    ["$filter($x, function($v){$v = $})", "x", "", false],
    ["{'k': a}", "", "", true],
    ["[$states.errorOutput.Cause]", "states", "errorOutput", false],
    ["($f := function($n){$n = 0 ? 1 : $f($n - 1)}; $f($x))", "x", "", false],
  ];

for (const [text, variables, members, usesTopLevelInput] of references) {
  test(`the references of ${text} are known`, () => {
    const compiled = compileJsonata(text);
    assert.ok("program" in compiled);
    const found = jsonataReferences(compiled.program);
    assert.deepEqual(
      [
        [...found.variables].toSorted().join(" "),
        [...found.statesMembers].toSorted().join(" "),
        found.usesTopLevelInput,
      ],
      [variables, members, usesTopLevelInput],
    );
  });
}
