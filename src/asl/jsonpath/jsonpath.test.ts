import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isJsonObject, type Json, parseJson, stringifyJson } from "../json.ts";
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
const variables: { readonly [name: string]: Json } = { answer: 42, order: { lines: [{ sku: "a" }] }, größe: 7 };

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
  ["$.a.b[0].c", "1"],
  ["$['a']['b'][1]['d']", '"x"'],
  ['$["a"].b[-1].c', "2"],
  ["$.a.b[ 0 ].c", "1"],
  ["$.zero", "0.0"],
  ["$.nothing", "null"],
  ["$.with-dash", "1"],
  ["$['with space']", "2"],
  ["$['a.b']", "3"],
  [String.raw`$['it\'s']`, "4"],
  [String.raw`$['Test\""Name"']`, "5"],
  ["$.a['b','none']", '{"b":[{"c":1},{"c":2,"d":"x"}]}'],
  ["$['a','grid'][0]", "[[1,2]]"],
  ["$.a.b[*].c", "[1,2]"],
  ["$.a.b.*.c", "[1,2]"],
  ["$.a.b[*].d", '["x"]'],
  ["$.items[1:]", "[1,2]"],
  ["$.items[:1]", "[3]"],
  ["$.items[-2:]", "[1,2]"],
  ["$.items[:-1]", "[3,1]"],
  ["$.items[0:2]", "[3,1]"],
  ["$.items[-3:-1]", "[3,1]"],
  ["$.items[1:-1]", "[]"],
  ["$.items[5:9]", "[]"],
  ["$.items[-9999999999:9999999999]", "[3,1,2,3,1,2]"],
  ["$.items[0,2,7]", "[3,2]"],
  ["$.grid[*][0]", "[1,3]"],
  ["$.grid[*][*]", "[1,2,3]"],
  ["$..c", "[1,2]"],
  ["$.a..c", "[1,2]"],
  ["$..[0].c", "[1]"],
  ["$.grid..[0]", "[[1,2],1,3]"],
  ["$.a..*", '[[{"c":1},{"c":2,"d":"x"}],{"c":1},{"c":2,"d":"x"},1,2,"x"]'],
  ["$.items[?(@ > 1)]", "[3,2]"],
  ["$.[?(@.text)]", `[${stringifyJson(input)}]`],
  ["$.text[*]", "[]"],
  ["$.missing[*]", "[]"],
  ["$.missing.inner[1:5]", "[]"],
  ["$.missing[1:].itemValue", "[]"],
  ["$.text[0:1]", "[]"],
  ["$.none[?(@.x == 1)]", "[]"],
  ["$..none", "[]"],
  ["$.items.length()", "3"],
  ["$.a.length()", "1"],
  ["$.text.length()", "4"],
  ["$.nothing.length()", "null"],
  ["$.items.min()", "1.0"],
  ["$.items.max()", "3.0"],
  ["$.items.sum()", "6.0"],
  ["$.items.avg()", "2.0"],
  ["$.items.stddev()", "0.8164965809277263"],
  ["$.items.first()", "3"],
  ["$.items.last()", "2"],
  ["$.items.index(1)", "1"],
  ["$.items.index(-1)", "2"],
  ["$.words.concat()", '"pq"'],
  ["$.words.concat('r')", '"pqr"'],
  ["$.words.append($.text)", '["p","q","some"]'],
  ["$.a.keys()", '["b"]'],
  ["$.a.b[1].keys()", '["c","d"]'],
  ["$..c.sum()", "3.0"],
  ["$.grid[*].length()", "[2,1]"],
  ["$$.Execution.Name", '"e"'],
  ["$$.Execution.Input", '{"x":1}'],
  ["$$['Map'].Item.Index", "2"],
  ["$answer", "42"],
  ["$order.lines[0].sku", '"a"'],
  ["$order.lines[*].sku", '["a"]'],
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
  ['@.lang == "fr"', "1"],
  ["'fr' == @.lang", "1"],
  ["@.lang==fr", "1"],
  ["@.lang != 'fr'", "2,2"],
  ["@.lang == null", ""],
  ["@.lang != null", "1,2,2"],
  ["@.n == 2", "2,2"],
  ["@.n === 2", "2"],
  ["@.n !== 2", "1,2"],
  ["@.n == '2'", "2,2"],
  ["@.n > 1", "2"],
  ["@.n >= 1 && @.n<2", "1"],
  ["@.n < 1 || @.lang == 'de'", "2"],
  ["!(@.n == 1 || @.lang == 'de')", "2"],
  ["@.n == 1 || @.lang == 'de' && @.n == 9", "1"],
  ["(@.n == 1 || @.lang == 'de') && @.n == 2", "2"],
  ["@.lang < 'e'", "2"],
  ["@.n == $.items[2]", "2,2"],
  ["@.lang =~ /F./i", "1"],
  ["@.lang =~ /f/", ""],
  ["@.lang =~ /^(a|b|f.*)$/", "1"],
  ["@.lang in ['fr', \"it\"]", "1"],
  ["@.n in [1, 2.0]", "1,2,2"],
  ["@.n IN $.items", "1,2,2"],
  ["@.lang nin ['fr']", "2,2"],
  ["@.tags contains 't'", "1"],
  ["@.lang contains 'r'", "1"],
  ["@.tags all ['u','t']", "1"],
  ["@.tags size 2", "1"],
  ["@.tags empty true", "2"],
  ["@.tags empty false", "1"],
  ["@.tags subsetof ['t','u','v']", "1,2"],
  ["@.tags anyof ['u']", "1"],
  ["@.tags noneof ['u']", "2"],
  ["@.tags == ['t', 'u']", "1"],
  ["@ == {'lang':'de','n':2,'tags':[]}", "2"],
  ["@.tags[0] == 't'", "1"],
  ["@['lang'] == 'fr'", "1"],
  ["@.tags.length() > 1", "1"],
  // Jayway: an indefinite path exists even where it selects nothing, unless what is above it is missing.
  ["@.tags[*].none", "1,2"],
  ["@.tags[*].none empty true", "1,2"],
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
  ["$.items[3]", "No results for path: $['items'][3]"],
  ["$.items[-4]", "No results for path: $['items'][-4]"],
  ["$.items[3].x", "No results for path: $['items'][3]['x']"],
  [
    "$.text.b",
    "Expected to find an object with property ['b'] in path $['text'] but found 'java.lang.String'. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.",
  ],
  ["$.a[0]", "Filter: [0] can only be applied to arrays. Current context is: {b=[{c=1}, {c=2, d=x}]}"],
  ["$.nothing[0]", "The path $['nothing'] is null"],
  ["$.empty.sum()", "Aggregation function attempted to calculate value using empty array"],
  ["$.none.sum()", "Missing property in path $['none']"],
  ["$$.Task.Token", "Missing property in path $['Task']"],
  ["$unknown", "No results for path: $['unknown']"],
  ["$answer.x.y", "Expected to find an object with property ['x'] in path $['answer'] but found 'java.lang.Integer'"],
];

for (const [text, message] of failures) {
  test(`${text} names nothing: ${message.slice(0, 60)}`, () => {
    assert.ok(readOf(text, input).startsWith(message), readOf(text, input));
  });
}

const refused: readonly string[] = [
  "",
  "a",
  "a.b",
  "@.a",
  "$.",
  "$..",
  "$...a",
  "$.a.",
  "$.a b",
  "$a$b",
  "$$$",
  "$[",
  "$[]",
  "$[a]",
  "$['a]",
  "$['a'",
  "$['a',]",
  "$[1",
  "$[:]",
  "$[99999999999]",
  "$[?]",
  "$[?()]",
  "$[?(@.a]",
  "$[?(@.a ==)]",
  "$[?(@.a = 1)]",
  "$[?(1)]",
  "$[?(@.a =~ 'x')]",
  "$[?(@.a =~ /(?=x)/)]",
  "$[?(@.a =~ /[/)]",
  "$[?(@.a =~ /a/q)]",
  "$[?(@.a == $other)]",
  "$[?(@.a == 01)]",
  "$.a.unknown()",
  "$.a.sum(",
  `$[?(${"(".repeat(60)}@.a${")".repeat(60)})]`,
];

for (const text of refused) {
  test(`${JSON.stringify(text.slice(0, 40))} is no path`, () => {
    assert.ok("problem" in compileJsonPath(text));
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
  assert.equal(facts("$.a.length()"), "input - true false");
  assert.equal(facts("$..a"), "input - false false");
});

test("a path never reads what an object inherits", () => {
  for (const name of ["constructor", "__proto__", "toString", "length"]) {
    assert.equal(readOf(`$.${name}`, {}), `No results for path: $['${name}']`);
    assert.equal(readOf(`$..${name}`, { a: [] }), "[]");
  }
  assert.equal(readOf("$['__proto__']", parseJson('{"__proto__":1}')), "1");
});

test("hostile data ends a scan with a message, not with the process", () => {
  const deep = Array.from({ length: 100_000 }).reduce<Json>((inner) => [inner], 1);
  assert.match(readOf("$..a", deep), /more than 1000 levels/);
  const wide = Array.from({ length: 2_000 }, (_, i) => ({ i, list: [i] }));
  assert.match(readOf("$..[?(@..i)]..[?(@..i)]..[?($..i)]", wide), /more than 1000000 steps/);
  const list = Array.from({ length: 30_000 }, (_, i) => i);
  assert.match(readOf("$[?(@ nin $)]", list), /more than 1000000 steps/);
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
  ["$.a[-1]", { a: [0, 1] }, '{"a":[0,9]}'],
  ["$.a[2]", { a: [0, 1] }, 'Unable to apply step "2" to input {"a":[0,1]}'],
  ["$.a", "foo", 'Unable to apply step "a" to input "foo"'],
  ["$.a.b", { a: 1 }, 'Unable to apply step "b" to input {"a":1}'],
  ["$.a", [1], 'Unable to apply step "a" to input [1]'],
  ["$.a", null, 'Unable to apply step "a" to input null'],
];

for (const [text, into, expected] of writes) {
  test(`writing at ${text} into ${stringifyJson(into)} gives ${expected}`, () => {
    const compiled = compileReferencePath(text);
    assert.ok("path" in compiled);
    const written = compiled.path.write(into, 9);
    assert.equal("value" in written ? stringifyJson(written.value) : written.problem, expected);
  });
}

for (const text of ["$$.a", "$var", "$.a[*]", "$.a[0:1]", "$..a", "$.a[?(@.b)]", "$.a['b','c']", "$.a.length()", "a"]) {
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
