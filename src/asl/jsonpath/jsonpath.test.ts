import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isJsonObject, type Json, parseJson, stringifyJson } from "../json.ts";
import { WorkExceeded } from "../work.ts";
import { compileJsonPath, compileReferencePath, type JsonPath, type PathScope } from "./jsonpath.ts";

function pathOf(text: string): JsonPath {
  const compiled = compileJsonPath(text);
  if ("problem" in compiled) assert.fail(`${text}: ${compiled.problem}`);
  return compiled.path;
}

function scopeOf(input: Json): PathScope {
  return { input, context: () => context, variables: new Map(Object.entries(variables)) };
}

function readOf(text: string, input: Json): string {
  const result = pathOf(text).read(scopeOf(input));
  return result.found ? stringifyJson(result.value) : result.message;
}

const context = { Execution: { Name: "e", Input: { x: 1 } }, Map: { Item: { Index: 2 } } };
const variables: { readonly [name: string]: Json } = {
  answer: 42,
  order: { lines: [{ sku: "a" }, { sku: "b" }], best: "a" },
  größe: 7,
};

const input = parseJson(`{
  "a": {"b": [{"c": 1}, {"c": 2, "d": "x"}]},
  "items": [3, 1, 2],
  "words": ["p", "q"],
  "text": "some",
  "zero": 0.0,
  "nothing": null,
  "empty": [],
  "grid": [[1, 2], [3]],
  "with-dash": 1,
  "with space": 2,
  "a.b": 3,
  "it's": 4,
  "Test\\\\\\"\\"Name\\"": 5,
  "tests": [{"lang": "fr", "n": 1, "tags": ["t", "u"]}, {"lang": "de", "n": 2, "tags": []}, {"n": "2"}]
}`);

const reads: readonly (readonly [string, string])[] = [
  ["$.a.b[0].c ", "1"],
  ["$['a']['b'][1]['d']", '"x"'],
  ["$.a.b[ 0 ].c", "1"],
  ["$.a.b[(@.length-1)].c", "2"],
  ["$.a.b[(@.size() - 2)].c", "1"],
  ["$.a.b.[0,1].c", "[1,2]"],
  ["$.zero", "0.0"],
  ["$.nothing", "null"],
  ["$.with-dash", "1"],
  ["$['with space']", "2"],
  ["$['a.b']", "3"],
  [String.raw`$['Test\""Name"']`, "5"],
  ["$.a['b','none']", '{"b":[{"c":1},{"c":2,"d":"x"}]}'],
  ["$.a.b[*].c", "[1,2]"],
  ["$.a.b.*.c", "[1,2]"],
  ["$.a.b[*].d", '["x"]'],
  ["$.items[1:]", "[1,2]"],
  ["$.items[:1]", "[3]"],
  ["$.items[-2:]", "[1,2]"],
  ["$.items[:-1]", "[3,1]"],
  ["$.items[0:2]", "[3,1]"],
  ["$.items[0:3:2]", "[3,1,2]"],
  ["$.items[1:-1]", "[]"],
  ["$.items[5:9]", "[]"],
  ["$.items[0,2]", "[3,2]"],
  ["$.grid[*][0]", "[1,3]"],
  ["$.grid[*][*]", "[1,2,3]"],
  ["$..c", "[1,2]"],
  ["$...c", "[1,2]"],
  ["$.a..c", "[1,2]"],
  ["$.grid..[0]", "[[1,2],1,3]"],
  // In an array, the segment after `..` is left out where others follow it.
  ["$.a.b..[5].c", "[1,2]"],
  ["$.a..*", '[[{"c":1},{"c":2,"d":"x"}],{"c":1},{"c":2,"d":"x"},1,2,"x"]'],
  ["$.a.b[*]$.c", "[1,2]"],
  ["$.items[?(@ > 1)]", "[3,2]"],
  ["$.[?(@.text)]", `[${stringifyJson(input)}]`],
  ["$.text[*]", "[]"],
  // A member that is missing high above what is indefinite is no error.
  ["$.missing[*]", "[]"],
  ["$.missing.inner[1:5]", "[]"],
  ["$.missing[1:].itemValue", "[]"],
  ["$.none[?(@.x == 1)]", "[]"],
  ["$..none", "[]"],
  ["$$.Execution.Name", '"e"'],
  ["$$.Execution.Input", '{"x":1}'],
  ["$$['Map'].Item.Index", "2"],
  ["$answer", "42"],
  ["$order.lines[0].sku", '"a"'],
  ["$order.lines[*].sku", '["a","b"]'],
  ["$order.lines[?(@.sku == $.best)].sku", '["a"]'],
  ["$größe", "7"],
];

for (const [text, expected] of reads) {
  test(`${text} reads ${expected.slice(0, 60)}`, () => {
    assert.equal(readOf(text, input), expected);
  });
}

const filters: readonly (readonly [string, string])[] = [
  ["@.lang", "1,2"],
  ["!@.lang", "2"],
  ["@.lang == 'fr'", "1"],
  ["@.lang==fr", "1"],
  ["@.lang == null", ""],
  ["@.lang != 'fr'", "2"],
  ["@.n == 2", "2,2"],
  ["@.n == 2.0", "2"],
  ["@.n == '2'", "2,2"],
  ["@.n != 1", "2,2"],
  ["@.n > 1", "2,2"],
  ["@.n >= 1 && @.n<2", "1"],
  ["@.n < 1 || @.lang == 'de'", "2"],
  ["@.n == 1 || @.lang == 'de' && @.n == 9", "1"],
  ["@.n == 9 && @.lang == 'de' || @.n == 1", "1"],
  // Parentheses group nothing.
  ["(@.n == 1 || @.lang == 'de') && @.n == 9", "1"],
  ["@.lang < 'e'", "2"],
  ["@.n == $.items[2]", "2"],
  // Only the right side is read as what it is compared with.
  ["2 == @.n", "2"],
  ["'fr' == @.lang", "1"],
  ['@.lang == "fr"', ""],
  ["@.lang =~ /F./i", "1"],
  ["@.lang =~ /f/", ""],
  ["@.lang =~ /(a|b|f.*)/", "1"],
  ["@.n =~ /2/", "2,2"],
  ["@.tags[0] == 't'", "1"],
  ["@['lang'] == 'fr'", "1"],
  ["@.tags == @.tags", "1,2"],
  ["@.tags == $.tests", ""],
  ["@.tags =~ /.t, u./", "1"],
];

for (const [filter, expected] of filters) {
  test(`the filter ${filter} selects ${expected === "" ? "nothing" : expected}`, () => {
    const result = pathOf(`$.tests[?(${filter})].n`).read(scopeOf(input));
    assert.equal(result.found && (result.value as readonly Json[]).join(","), expected);
  });
}

const failures: readonly (readonly [string, string])[] = [
  ["$.x", "No results for path: $['x']"],
  ["$.no.such", "Missing property in path $['no']"],
  ["$.a.no.such", "Missing property in path $['a']['no']"],
  ["$.a.*.c", "Property ['c'] not found in path $['a']['b']"],
  ["$.a.b[0:2].d", "No results for path: $['a']['b'][0]['d']"],
  ["$.items[3]", "Index out of bounds when evaluating path $['items'][3]"],
  ["$.items[-1]", "Index out of bounds when evaluating path $['items'][-1]"],
  ["$.items[-3:-1]", "Index out of bounds when evaluating path $['items'][-3]"],
  ["$.items[0,7]", "Index out of bounds when evaluating path $['items'][7]"],
  ["$.items[3].x", "Index out of bounds when evaluating path $['items'][3]"],
  ["$..[0]", "Index out of bounds when evaluating path $['empty'][0]"],
  ["$.items.length()", "Property ['length()'] not found in path $['items']"],
  ["$.a.sum(", "No results for path: $['a']['sum(']"],
  ["$['it\\'s']", "No results for path: $['it\\']"],
  ["$.text.b", "Property ['b'] not found in path $['text']"],
  ["$.a[0]", "Filter: [0] can only be applied to arrays. Current context is: {b=[{c=1}, {c=2, d=x}]}"],
  ["$.text[0:1].x", "Filter: [0:1]['x'] can only be applied to arrays. Current context is: some"],
  ["$.text[?(@.x)]", "Filter: [?] can not be applied to primitives. Current context is: some"],
  ["$.items[?(@[0] == 1)]", "Filter: [0] can only be applied to arrays. Current context is: 3"],
  [
    "$.items[?(@ == x)]",
    'Character x is neither a decimal digit number, decimal point, nor "e" notation exponential mark.',
  ],
  ["$['a','grid'][0]", "Multi properties can only be used as path leafs: $['a', 'grid']"],
  ["$.nothing[0]", "The path $['nothing'] is null"],
  ["$$.Task.Token", "Missing property in path $['Task']"],
  ["$unknown", "No results for path: $['unknown']"],
  ["$unknown.x", "Missing property in path $['unknown']"],
  ["$answer.x.y", "Property ['x'] not found in path $['answer']"],
];

for (const [text, message] of failures) {
  test(`${text} names nothing: ${message.slice(0, 60)}`, () => {
    assert.equal(readOf(text, input), message);
  });
}

const reasons: readonly (readonly [string, string])[] = [
  ["$.x", "absent"],
  ["$.nothing[0]", "absent"],
  ["$.items[3]", "past end"],
  ["$.items[3].x", "past end"],
  ["$.empty[-1]", "past end"],
  ["$.text[0]", "inapplicable"],
  ["$['a','grid'].b", "inapplicable"],
];

for (const [text, reason] of reasons) {
  test(`what ${text} names is ${reason}`, () => {
    const result = pathOf(text).read(scopeOf(input));
    assert.equal(!result.found && result.reason, reason);
  });
}

const refused: readonly (readonly [string, string])[] = [
  ["", "A path must begin with '$'"],
  ["a.b", "A path must begin with '$'"],
  [" $.a", "A path must begin with '$'"],
  ["@.a", "A path must begin with '$'"],
  ["$.", "String index out of range: 2"],
  ["$..", "A path can not end with a scan."],
  ["$.a.", "String index out of range: 4"],
  ["$.a b", "Space not allowed in path"],
  ["$a$b", "Invalid path $a$b"],
  ["$$$", "Invalid path $$"],
  ["$[", "Could not analyze path component: ["],
  ["$[a]", "Could not analyze path component: [a]"],
  ["$['a'", "String index out of range: 4"],
  ["$[1", "String index out of range: 2"],
  ["$[:]", 'For input string: ""'],
  ["$[99999999999]", 'For input string: "99999999999"'],
  ["$[(@.count-1)]", "Invalid function: @.count. Supported functions are: [(@.length - n)] and [(@.size() - n)]"],
  ["$[?()]", "String index out of range: 0"],
  ["$[?@.a]", "Filter must start with '[?(' and end with ')]'. @.a"],
  ["$[?(@.a]", "String index out of range: 7"],
  ["$[?(@.a = 1)]", "Space not allowed in path"],
  ["$[?(@.a in ['x'])]", "Space not allowed in path"],
  ["$[?(@.a =~ /[/)]", "Filter brackets are not balanced"],
  ["$[?(1)]", "CriteriaType  can not be parsed"],
  ["$[?(@.a && )]", "java.util.EmptyStackException"],
  ["$[?(&& @.a)]", "java.util.EmptyStackException"],
  ["$[?(|| @.a)]", "Invalid operators || @.a"],
  ["$[?(@.a == !@.b)]", "Invalid negation! Can only be used for existence check e.g [?(!@.foo)]"],
  ["$[?(@.a[*] == 1)]", "the predicate path: @.a[*] is not definite"],
  ["$[?(@.a == ')]", "String index out of range: 13"],
  ["$[?(@.a == /)]", "begin 1, end 0, length 1"],
  ["$[?(@.a == $other)]", "Invalid path $other"],
  [String.raw`$[?(@.a =~ /(a)\1/)]`, String.raw`Not a regular expression that can be matched in linear time: (a)\1`],
  ["$[?(@.a =~ /a++/)]", "Not a regular expression that can be matched in linear time: a++"],
  ["$[?(@.a =~ /(?=x)/)]", "Not a regular expression that can be matched in linear time: (?=x)"],
  [`$${"[?(@".repeat(60)}.a${")]".repeat(60)}`, "The path nests more than 50 filters"],
];

for (const [text, problem] of refused) {
  test(`${JSON.stringify(text.slice(0, 40))} is no path: ${problem}`, () => {
    const compiled = compileJsonPath(text);
    assert.ok("problem" in compiled && compiled.problem.endsWith(problem), JSON.stringify(compiled));
  });
}

function facts(text: string): string {
  const { root, variable, isDefinite, isReference } = pathOf(text);
  return [root, variable ?? "-", isDefinite, isReference].join(" ");
}

test("a path knows its root, its variable, and whether it names one node", () => {
  assert.equal(facts("$.a[0]"), "input - true true");
  assert.equal(facts("$$.State"), "context - true true");
  assert.equal(facts("$v.a[*]"), "variable v false false");
  assert.equal(facts("$.a.length()"), "input - true true");
  assert.equal(facts("$.a[(@.length-1)]"), "input - true false");
  assert.equal(facts("$['a','b']"), "input - true false");
  assert.equal(facts("$.a[0,1]"), "input - false false");
  assert.equal(facts("$..a"), "input - false false");
});

test("a path never reads what an object inherits", () => {
  for (const name of ["constructor", "__proto__", "toString", "length"]) {
    assert.equal(readOf(`$.${name}`, {}), `No results for path: $['${name}']`);
    assert.equal(readOf(`$..${name}`, { a: [] }), "[]");
  }
  assert.equal(readOf("$['__proto__']", parseJson('{"__proto__":1}')), "1");
});

test("items that a wildcard passes over do not add to the depth", () => {
  const items = Array.from({ length: 2_000 }, () => ({ x: { a: {} } }));
  assert.equal(readOf("$[*]..a.b", [...items, { a: { b: 1 } }]), "[1]");
});

test("hostile data ends a scan with a message, not with the process", () => {
  const deep = Array.from({ length: 100_000 }).reduce<Json>((inner) => [inner], 1);
  assert.match(readOf("$..a", deep), /more than 1000 levels/);
  assert.match(readOf("$[?(@ =~ /a/)]", [deep]), /^\[\]$/);
  assert.match(readOf("$.a[0]", { a: { deep } }), /^Filter: \[0\] can only be applied to arrays/);
  assert.match(readOf(`$${"[?(@.a)]".repeat(5_000)}`, { a: 1 }), /more than 1000 levels/);
  const nested = Array.from({ length: 300 }).reduce<Json>((inner) => [inner], 1);
  assert.throws(() => readOf("$..*..*..*", nested), WorkExceeded);
  const list = { text: "x".repeat(100_000), list: Array.from({ length: 30_000 }, (_, i) => i) };
  assert.throws(() => readOf("$.list[?($.text =~ /y/)]", list), WorkExceeded);
});

const keys = fc.oneof(
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]*$/),
  fc.constantFrom("__proto__", "length", "a b", "ü"),
);

/** A value with the keys and indices that lead to something inside it. */
const places = fc.jsonValue().chain((value) =>
  fc.array(fc.nat(), { maxLength: 6 }).map((choices) => {
    let node = value as Json;
    const steps: (string | number)[] = [];
    for (const choice of choices) {
      if (typeof node !== "object" || node === null) break;
      const names = Object.keys(node).filter((name) => !/['"\\]/.test(name));
      const name = names[choice % names.length];
      if (name === undefined) break;
      steps.push(Array.isArray(node) ? Number(name) : name);
      node = (node as { readonly [name: string]: Json })[name] as Json;
    }
    return { value: value as Json, steps, node };
  }),
);

function pathText(steps: readonly (string | number)[]): string {
  return `$${steps.map((step) => (typeof step === "number" ? `[${step}]` : `['${step}']`)).join("")}`;
}

test("a path made of keys and indices reads what following them reads", () => {
  fc.assert(
    fc.property(places, ({ value, steps, node }) => {
      assert.equal(readOf(pathText(steps), value), stringifyJson(node));
    }),
  );
});

test("what is written at a reference path is read there, and nothing else changes", () => {
  fc.assert(
    fc.property(fc.array(keys, { maxLength: 4 }), fc.jsonValue(), (steps, value) => {
      const compiled = compileReferencePath(pathText(steps));
      assert.ok("path" in compiled);
      const before = { kept: { as: "it is" } };
      const written = compiled.path.write(before, value as Json);
      assert.ok("value" in written);
      assert.deepEqual(compiled.path.read(written.value), { found: true, value });
      if (steps.length === 0 || steps[0] === "kept") return;
      assert.ok(isJsonObject(written.value) && written.value["kept"] === before.kept);
      assert.deepEqual(before, { kept: { as: "it is" } });
    }),
  );
});

const writes: readonly (readonly [string, Json, string])[] = [
  ["$", { a: 1 }, "9"],
  ["$.a", {}, '{"a":9}'],
  ["$.a", { a: 1, b: 2 }, '{"a":9,"b":2}'],
  ["$.a.b.c", { z: 0 }, '{"z":0,"a":{"b":{"c":9}}}'],
  ["$['x y']", {}, '{"x y":9}'],
  ["$.a[1].b", { a: [0, { b: 1 }] }, '{"a":[0,{"b":9}]}'],
  ["$.a[-1]", { a: [0, 1] }, 'Unable to apply step "-1" to input {"a":[0,1]}'],
  ["$.a[2]", { a: [0, 1] }, 'Unable to apply step "2" to input {"a":[0,1]}'],
  ["$.a", "foo", 'Unable to apply ReferencePath $.a to input "foo"'],
  ["$.a.b", { a: 1 }, 'Unable to apply step "b" to input {"a":1}'],
  ["$.a", [1], 'Unable to apply step "a" to input [1]'],
  ["$.a", null, "Unable to apply ReferencePath $.a to input null"],
];

for (const [text, into, expected] of writes) {
  test(`writing at ${text} into ${stringifyJson(into)} gives ${expected}`, () => {
    const compiled = compileReferencePath(text);
    assert.ok("path" in compiled);
    const written = compiled.path.write(into, 9);
    assert.equal("value" in written ? stringifyJson(written.value) : written.problem, expected);
  });
}

for (const text of [
  "$$.a",
  "$var",
  "$.a[*]",
  "$.a[0:1]",
  "$..a",
  "$.a[?(@.b)]",
  "$.a['b','c']",
  "$.a[(@.length-1)]",
  "a",
]) {
  test(`${text} is no reference path for results`, () => {
    assert.ok("problem" in compileReferencePath(text));
  });
}

const pieces = fc.constantFrom(
  ..."$ @ . .. [ ] ( ) ? * : , ' \" \\ / == =~ && || ! in a 0 -1 length() [?(@.a)] ['a'] { } null é \u0000".split(" "),
);

function compileAndRead(text: string): void {
  const compiled = compileJsonPath(text);
  if ("path" in compiled) compiled.path.read(scopeOf(input));
  compileReferencePath(text);
}

test("no text makes the compiler throw or run long", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => compileAndRead(`$${text}`)));
  fc.assert(
    fc.property(fc.array(pieces), (parts) => compileAndRead(`$${parts.join("")}`)),
    { numRuns: 2_000 },
  );
  for (const part of ["[", "(", "[?(", "..", "['a']", "!", "[?(@", "[?(@.a=~/(a*)*", "[[1,", "'"]) {
    compileAndRead(`$${part.repeat(20_000)}`);
    compileAndRead(`$[?(${part.repeat(20_000)}`);
  }
});
