// The parts of JSONPath states, each at work on something large: the rows by which it is measured that all of them pay what
// they cost.
import { type ChoiceRule, compileChoiceRule } from "../asl/choice/choice-rule.ts";
import { comparisonOperators } from "../asl/choice/comparison-operator.ts";
import { compileIntrinsic } from "../asl/intrinsics/intrinsics.ts";
import { type Json, type JsonObject, parseJson } from "../asl/json.ts";
import { compileJsonPath, compileReferencePath, type JsonPath, type PathScope } from "../asl/jsonpath/jsonpath.ts";
import { compileTemplate } from "../asl/template.ts";
import { unlimitedWork, type Work } from "../asl/work.ts";
import type { WorkRow } from "./work-sweep.ts";

const [context, variables] = [(): Json => null, new Map<string, Json>()];

function scopeOf(input: Json, work: Work): PathScope {
  return { input, context, variables, work };
}

function list<T>(length: number, item: (i: number) => T): readonly T[] {
  return Array.from({ length }, (_, i) => item(i));
}

const numbers = list(2_000, (i) => i);
const fractions = parseJson(`[${list(2_000, (i) => `${i}.0`).join(",")}]`);
const words = list(2_000, (i) => `word ${i}`);
const objects = list(1_000, (i): Json => ({ id: i, name: `name ${i}`, tags: ["a", "b"], deep: { flag: true } }));
const wide = Object.fromEntries(list(5_000, (i) => [`member${i}`, i]));
const text = "some words of a text, ".repeat(2_000);
const accented = "é".repeat(20_000);
const collisions = list(256, (i) => list(8, (bit) => ((i >> bit) & 1 ? "Aa" : "BB")).join(""));

/** From before such numbers were refused. */
const longNumber = parseJson("9".repeat(250_000));
const longNumbers = list(20, () => parseJson("9".repeat(250_000)));

/** Values nested in one another. */
function nested(levels: number): Json {
  let value: Json = 1;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

const pathReadings: readonly (readonly [path: string, input: Json])[] = [
  ["$.a.b.c", { a: { b: { c: 1 } } }],
  [`$${".a".repeat(900)}`, list(900, () => 0).reduce<Json>((inner) => ({ a: inner }), 1)],
  ["$.missing.b", objects],
  ["$[7]", numbers],
  ["$[*]$.id", objects],
  ["$[?]", numbers],
  ["$[*]", numbers],
  ["$.*", wide],
  ["$[*].id", objects],
  ["$[*].none.deeper", objects],
  ["$[*]['id','name']", objects],
  ["$[*].tags[-1:]", objects],
  [`$[${list(1_000, (i) => i).join(",")}]`, numbers],
  ["$[0:1000]", numbers],
  ["$[(@.length-1)]", numbers],
  ["$..*", objects],
  ["$..id", objects],
  ["$..['id','name']", objects],
  ["$..[0]", objects],
  ["$..a", nested(900)],
  ["$..member1", wide],
  ["$..[?(@.id > 5)]", objects],
  ["$[?(@.id)]", objects],
  ["$[?(!@.none)]", objects],
  ["$[?(@.id == 7)]", objects],
  ["$[?(@.id != 1.0)]", objects],
  ["$[?(@.name == 'name 7')]", objects],
  ["$[?(@.name < 'name 7')]", objects],
  ["$[?(@.id <= 7)]", objects],
  ["$[?(@.id >= '7.50')]", objects],
  ["$[?(@.id > @.none)]", objects],
  ["$[?(@ > 0.5)]", fractions],
  ["$[?(@ > '0.5')]", parseJson(`[1${"0".repeat(20_000)}1]`)],
  ["$[?(@ == 5)]", longNumbers],
  ["$[?(@ == $[0])]", longNumbers],
  ["$[?(@ =~ /5/)]", longNumbers],
  ["$[?(@.name =~ /.*7/)]", objects],
  ["$[?(@.name =~ /NAME [0-9]+/i)]", objects],
  ["$[?(@.tags =~ /.*b.*/)]", objects],
  ["$[?(@.id == 1 && @.name == 'x' || @.id == 2)]", objects],
  [`$[?(${list(500, (i) => `@.id == ${i}`).join(" || ")})]`, objects.slice(0, 20)],
  ["$.list[?(@ == $.text)]", { list: list(100, (i) => `${text}${i}`), text: `${text}x` }],
  ["$.list[?($.text =~ /(a|b)*a(a|b){100}/)]", { list: [1], text: "ab".repeat(1_000) }],
  ["$[?(@ =~ /.*(\\p{L}+ )*\\p{L}{50}/)]", [text.slice(0, 5_000)]],
];

/** A call that makes the most of one function, with the input that its paths read. */
const intrinsicCalls: readonly (readonly [call: string, input: Json])[] = [
  [`States.Array(${list(500, () => "$").join(",")})`, text],
  ["States.ArrayPartition($, 1)", numbers],
  ["States.ArrayPartition($, 1000)", numbers],
  ["States.ArrayContains($, 'none')", words],
  ["States.ArrayContains($, 'none')", objects],
  ["States.ArrayContains($, 'none')", fractions],
  ["States.ArrayContains($, $[0])", longNumbers],
  ["States.ArrayRange(1, 1000, 1)", null],
  ["States.ArrayGetItem($, 7)", numbers],
  ["States.ArrayLength($)", numbers],
  ["States.ArrayUnique($)", numbers],
  ["States.ArrayUnique($)", fractions],
  ["States.ArrayUnique($)", words],
  ["States.ArrayUnique($)", objects],
  ["States.ArrayUnique($)", collisions],
  ["States.ArrayUnique($)", list(200, () => text)],
  ["States.ArrayUnique($)", parseJson(`[${"1".repeat(50_000)}]`)],
  ["States.ArrayUnique($)", longNumbers],
  ["States.ArrayUnique($)", [nested(900)]],
  ["States.Base64Encode($)", text.slice(0, 10_000)],
  ["States.Base64Encode($)", accented.slice(0, 10_000)],
  ["States.Base64Decode($)", "QUFB".repeat(2_500)],
  ["States.Format('{} {}', $[0], $)", words],
  ["States.Format('{}', $)", objects],
  ["States.Format('{}', $)", fractions],
  ["States.Format('{}', $)", text],
  ["States.Format('{}', $)", nested(900)],
  ["States.Format($)", text],
  [`States.Format('${"{}".repeat(500)}', ${list(500, () => "$").join(",")})`, 1],
  ["States.Hash($, 'MD5')", text.slice(0, 10_000)],
  ["States.Hash($, 'SHA-1')", text.slice(0, 10_000)],
  ["States.Hash($, 'SHA-256')", text.slice(0, 10_000)],
  ["States.Hash($, 'SHA-384')", text.slice(0, 10_000)],
  ["States.Hash($, 'SHA-512')", text.slice(0, 10_000)],
  ["States.Hash($, 'SHA-256')", accented.slice(0, 10_000)],
  ["States.Hash($, 'MD5')", numbers],
  ["States.Hash('a', 'SHA-512')", null],
  ["States.JsonMerge($, $, false)", wide],
  ["States.JsonMerge($, $, false)", { a: 1, b: 2 }],
  ["States.JsonToString($)", objects],
  ["States.JsonToString($)", fractions],
  ["States.JsonToString($)", wide],
  ["States.JsonToString($)", text],
  ["States.JsonToString($)", accented],
  ["States.JsonToString($)", '"'.repeat(20_000)],
  ["States.JsonToString($)", nested(900)],
  ["States.MathAdd(1, 2)", null],
  ["States.MathAdd($, 2)", parseJson(`0.${"1".repeat(50_000)}`)],
  ["States.MathRandom(1, 1000)", null],
  ["States.MathRandom(1, 1000, 7)", null],
  ["States.MathRandom(1, 1000, $)", longNumber],
  ["States.StringSplit($, ',')", text],
  ["States.StringSplit($, ' ')", "a ".repeat(20_000)],
  [`States.StringSplit($, '${list(200, (i) => String.fromCharCode(0x4e00 + i)).join("")}')`, text],
  ["States.StringToJson($)", JSON.stringify(objects)],
  ["States.StringToJson($)", JSON.stringify(numbers)],
  ["States.StringToJson($)", `[${list(2_000, (i) => `${i}.0`).join(",")}]`],
  ["States.StringToJson($)", JSON.stringify(wide)],
  ["States.StringToJson($)", JSON.stringify(text)],
  ["States.StringToJson($)", `[${"1e".repeat(1_000)}`],
  ["States.UUID()", null],
  ["States.Array($.none)", { objects }],
  ["States.ArrayLength(States.Array(States.ArrayRange(1,9,1), States.MathAdd(1,$)))", 3],
];

type Operand = readonly [operand: Json, value: Json];

const longest = "b".repeat(50_000);
const timestamp = "2024-01-01T00:00:00.123Z";
/** An operand of an operator, and a value that makes it look at all of it. */
const operandsByFamily: readonly (readonly [prefix: string, operands: readonly Operand[]])[] = [
  [
    "StringMatches",
    [
      ["*a*b*", text],
      ["*".repeat(5_000), "x"],
      [`*${"a".repeat(500)}b${"a".repeat(500)}*`, "a".repeat(50_000)],
      [`${longest}*`, longest],
    ],
  ],
  [
    "String",
    [
      ["a", "b"],
      [`${longest}a`, `${longest}b`],
    ],
  ],
  [
    "Numeric",
    [
      [1, 2],
      [1, parseJson(`1.${"0".repeat(20_000)}`)],
    ],
  ],
  ["Boolean", [[true, false]]],
  ["Timestamp", [[timestamp, timestamp]]],
  ["IsTimestamp", [[true, timestamp]]],
  ["Is", [[true, 1]]],
];

function choiceRows(): readonly WorkRow[] {
  return [...comparisonOperators.keys()].flatMap((operator) => {
    const operands = operandsByFamily.find(([prefix]) => operator.startsWith(prefix))?.[1];
    if (operands === undefined) throw new Error(`No operands are known for ${operator}`);
    return operands.flatMap(([operand, value], i): readonly WorkRow[] => {
      const rules = list(operands.length > 1 && i > 0 ? 5 : 300, () => ({ Variable: "$.v", [operator]: operand }));
      const paths = rules.map(() => ({ Variable: "$.v", [`${operator}Path`]: "$.o" }));
      const hasPath = comparisonOperators.get(operator)?.hasPathForm === true;
      return [
        ...ruleRows(`${operator} ${i}`, rules, { v: value }),
        ...(hasPath ? ruleRows(`${operator}Path ${i}`, paths, { v: value, o: operand }) : []),
      ];
    });
  });
}

/** Operands that only a path gives. */
const operandsOfPaths: readonly (readonly [name: string, rule: JsonObject, input: Json])[] = [
  [
    "a text for a number",
    { Variable: "$.v", NumericEqualsPath: "$.o" },
    { v: 1, o: `${"1".repeat(20_000)}x${" ".repeat(1_000)}` },
  ],
];

/** Rules joined so that each of them is looked at. */
function ruleRows(name: string, rules: readonly JsonObject[], input: Json): readonly WorkRow[] {
  const [first = {}] = rules;
  const outcome = compiledRule(first).evaluate(scopeOf(input, unlimitedWork()));
  const rule: JsonObject = outcome.ok && outcome.matched ? { Not: { And: rules } } : { Not: { Or: rules } };
  const compiled = compiledRule(rule);
  return [
    { name: `rule: ${name}`, run: (work) => void compiled.evaluate(scopeOf(input, work)) },
    { name: `compile rule: ${name}`, run: (work) => void compileChoiceRule(rule, location, work) },
  ];
}

const location = "/States/S/Choices[0]";

function compiledRule(rule: JsonObject): ChoiceRule {
  const compiled = compileChoiceRule(rule, location);
  if ("problems" in compiled) throw new Error(JSON.stringify(compiled.problems[0]));
  return compiled.rule;
}

const templates: readonly (readonly [name: string, template: Json, input: Json])[] = [
  ["one member", { "a.$": "$" }, 1],
  ["many members", Object.fromEntries(list(500, (i) => [`a${i}.$`, "$"])), text],
  ["many members passed on", { ...Object.fromEntries(list(500, (i) => [`a${i}`, i])), "b.$": "$" }, text],
  ["many items passed on", { a: [...numbers, { "b.$": "$" }] }, 1],
  ["objects", list(200, () => ({ "a.$": "$.x", b: { c: [1, 2, { "d.$": "$.x" }] } })), { x: 1 }],
  ["calls", Object.fromEntries(list(100, (i) => [`a${i}.$`, "States.MathAdd($.x, 1)"])), { x: 1 }],
];

const references: readonly (readonly [path: string, input: Json])[] = [
  ["$.a", { a: 1, b: 2 }],
  ["$.member7", wide],
  ["$.none", wide],
  ["$[7]", numbers],
  [`$${".a".repeat(5_000)}`, {}],
  [`$${"[0].a".repeat(400)}`, list(400, () => 0).reduce<Json>((inner) => [{ a: inner }], 1)],
  ["$.a.b", { a: 1, text }],
];

const expressions: readonly (readonly [name: string, path: string])[] = [
  ["names", `$${".name".repeat(500)}`],
  ["short names", `$${".a".repeat(2_000)}`],
  ["bracketed names", `$${"['a']".repeat(1_000)}`],
  ["indices", `$[${list(2_000, (i) => i).join(",")}]`],
  ["criteria", `$[?(${list(300, (i) => `@.id == ${i}`).join(" || ")})]`],
  ["one name", "$.a"],
  ["a name of many letters", `$.${"a".repeat(50_000)}`],
  ["regular expression", "$[?(@ =~ /.*@example/)]"],
  ["characters", `$[?(@ =~ /${"ab".repeat(5_000)}/)]`],
  ["letters", "$[?(@ =~ /(\\p{L}{1000})/)]"],
  ["many letters", `$[?(@ =~ /${"\\p{L}".repeat(500)}/)]`],
  ["classes", `$[?(@ =~ /${"[a-c0-9_]".repeat(500)}/)]`],
  ["a large class", `$[?(@ =~ /[^${list(2_000, (i) => String.fromCharCode(0x4000 + 2 * i)).join("")}]/)]`],
  ["classes of Unicode", `$[?(@ =~ /(\\p{Lu}\\p{N}\\p{Greek}){50}/i)]`],
  ["alternatives", `$[?(@ =~ /^(${list(1_000, (i) => `w${i}`).join("|")})$/)]`],
  ["optional characters", `$[?(@ =~ /${"a?".repeat(2_000)}/)]`],
  ["groups", `$[?(@ =~ /${"(a*)".repeat(2_000)}/)]`],
  ["repetitions", "$[?(@ =~ /((((a{2}){5}){5}){5}){4}/)]"],
];

/** The paths and calls that are read, for a look at what is missing among them. */
export const readPaths: readonly string[] = pathReadings.map(([path]) => path);
export const evaluatedCalls: readonly string[] = intrinsicCalls.map(([call]) => call);

export function jsonPathWork(): readonly WorkRow[] {
  return [
    ...pathReadings.map(([path, input]): WorkRow => {
      const compiled = compiledPath(path);
      return { name: `read ${shown(path)}`, run: (work) => void compiled.read(scopeOf(input, work)) };
    }),
    ...intrinsicCalls.flatMap(([call, input], i): readonly WorkRow[] => {
      const compiled = compileIntrinsic(call);
      if ("problem" in compiled) throw new Error(`${call}: ${compiled.problem}`);
      const random = (): number => 0.5;
      return [
        {
          name: `call ${i} ${shown(call)}`,
          run: (work) => void compiled.intrinsic.evaluate(scopeOf(input, work), random),
        },
        { name: `compile ${i} ${shown(call)}`, run: (work) => void compileIntrinsic(call, work) },
      ];
    }),
    ...choiceRows(),
    ...operandsOfPaths.flatMap(([name, rule, input]) => ruleRows(name, [rule], input)),
    ...misfits.map(misfitRow),
    ...templates.flatMap(([name, template, input]): readonly WorkRow[] => {
      const compiled = compileTemplate(template, "/States/S/Parameters");
      if ("problems" in compiled) throw new Error(`${name}: ${JSON.stringify(compiled.problems[0])}`);
      return [
        { name: `template: ${name}`, run: (work) => void compiled.template.evaluate(scopeOf(input, work), () => 0.5) },
        {
          name: `compile template: ${name}`,
          run: (work) => void compileTemplate(template, "/States/S/Parameters", work),
        },
      ];
    }),
    ...references.map(([path, input]): WorkRow => {
      const compiled = compileReferencePath(path);
      if ("problem" in compiled) throw new Error(`${path}: ${compiled.problem}`);
      return { name: `write ${shown(path)}`, run: (work) => void compiled.path.write(input, 1, work) };
    }),
    ...expressions.map(([name, path]): WorkRow => ({
      name: `compile path: ${name}`,
      run: (work) => void compileJsonPath(path, work),
    })),
  ];
}

/** Paths that do not fit, whose messages show what they met. */
const misfits: readonly (readonly [path: string, input: Json])[] = [
  ["$.list[0]", { list: { objects } }],
  ["$.text.a[0]", { text }],
  ["$[*][0]", objects],
];

function misfitRow([path, input]: readonly [string, Json]): WorkRow {
  const { read, conflict } = compiledPath(path);
  return {
    name: `message ${path}`,
    run: (work) => {
      const result = read(scopeOf(input, work));
      if (result.found || result.message === "") throw new Error(`${path} is found`);
      conflict?.(input, work);
    },
  };
}

function compiledPath(path: string): JsonPath {
  const compiled = compileJsonPath(path);
  if ("problem" in compiled) throw new Error(`${path}: ${compiled.problem}`);
  return compiled.path;
}

function shown(source: string): string {
  return source.length <= 60 ? source : `${source.slice(0, 50)} … ${source.length}`;
}
