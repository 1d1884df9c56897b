import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Json, parseJson, stringifyJson } from "../json.ts";
import { seededRandom } from "../random.ts";
import { compileIntrinsic, type Intrinsic, type IntrinsicOutcome } from "./intrinsics.ts";

function intrinsicOf(text: string): Intrinsic {
  const compiled = compileIntrinsic(text);
  if ("problem" in compiled) assert.fail(`${text}: ${compiled.problem}`);
  return compiled.intrinsic;
}

const variables = new Map<string, Json>([["name", "Ada"]]);

function evaluate(text: string, input: Json, seed = "seed"): IntrinsicOutcome {
  const context = { Execution: { Name: "e" }, StateMachine: { Id: "arn:m", Name: "a-b-c" }, List: [0] };
  return intrinsicOf(text).evaluate({ input, context: () => context, variables }, seededRandom(seed));
}

const input = parseJson(`{
  "a": [0, 1, 2, 3],
  "one": 1, "half": 1.5, "big": 12345678901234567890, "zero": 0.0,
  "text": "some text", "nothing": null, "yes": true,
  "object": {"Arg1": 1, "Arg2": []},
  "ordered": {"a": 1, "b": 2}, "disordered": {"b": 3, "a": 1},
  "template": "{} and {}", "broken": "}",
  "people": [{"name": "x, (y)"}, {"name": "z"}],
  "dup": [null, null, true, true, 1, 1, 1.0, 1.1, "a", "a", [], [], [null], {"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 1}],
  "json": "{\\"a\\": [1, 2.50], \\"b\\": \\"c\\"}"
}`);

const results: readonly (readonly [string, string])[] = [
  ["States.Array()", "[]"],
  ["States.Array( )", "[]"],
  ["States.Array(1, -2.5, 'x', null, true, false, $.text, $name)", '[1,-2.5,"x",null,true,false,"some text","Ada"]'],
  ["States.Array($.object,$.zero)", '[{"Arg1":1,"Arg2":[]},0.0]'],
  ["States.ArrayPartition($.a, 3)", "[[0,1,2],[3]]"],
  ["States.ArrayPartition($.a, 4)", "[[0,1,2,3]]"],
  ["States.ArrayPartition($.a, 5)", "[[0,1,2,3]]"],
  ["States.ArrayPartition($.a, 2.6)", "[[0,1],[2,3]]"],
  ["States.ArrayPartition(States.Array(), 1)", "[]"],
  ["States.ArrayContains($.a, 2)", "true"],
  ["States.ArrayContains($.a, 2.0)", "false"],
  ["States.ArrayContains($.a, '2')", "true"],
  ["States.ArrayContains($.dup, 'true')", "true"],
  ["States.ArrayContains($.dup, $.ordered)", "true"],
  ["States.ArrayContains($.dup, $.disordered)", "false"],
  ["States.ArrayContains($.dup, $.object.Arg2)", "true"],
  ["States.ArrayContains(States.Array(), null)", "false"],
  ["States.ArrayRange(0, 9, 3)", "[0,3,6,9]"],
  ["States.ArrayRange(0, 10, 3)", "[0,3,6,9]"],
  ["States.ArrayRange(1, 9, 9)", "[1]"],
  ["States.ArrayRange(5, 1, -2)", "[5,3,1]"],
  ["States.ArrayRange(1, 0, 1)", "[]"],
  ["States.ArrayRange(0.5, 2.4, 1)", "[0,1,2]"],
  ["States.ArrayRange(1.6, 1.4, 1)", "[1]"],
  ["States.ArrayRange(1.4, 5.6, 2.2)", "[1,3,5]"],
  ["States.ArrayGetItem($.a, 2)", "2"],
  ["States.ArrayGetItem($.a, 2.9)", "2"],
  ["States.ArrayGetItem(States.Array(), 7)", "null"],
  ["States.ArrayLength($.a)", "4"],
  ["States.ArrayLength($.dup)", "16"],
  ["States.ArrayUnique($.dup)", '[null,1.0,{"a":1,"b":2},{"a":1},1,"a",[],1.1,true,[null]]'],
  ["States.ArrayUnique(States.Array(true, false))", "[false,true]"],
  ["States.Base64Encode('')", '""'],
  ["States.Base64Encode('Data to encode')", '"RGF0YSB0byBlbmNvZGU="'],
  ["States.Base64Decode('')", '""'],
  ["States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", '"Data to encode"'],
  ["States.Base64Decode(States.Base64Encode('Grüße, 🙂'))", '"Grüße, 🙂"'],
  ["States.Base64Decode('abc')", '"i�"'],
  ["States.Base64Decode('YWJjZA==')", '"abcd"'],
  ["States.Base64Decode('YQ==YWJj')", '"a"'],
  ["States.Base64Decode('Y W-J\nj')", '"abc"'],
  ["States.Format('plain')", '"plain"'],
  ["States.Format('{}', $name)", '"Ada"'],
  ["States.Format('{}/{}{}', 1, 'x', $.text)", '"1/xsome text"'],
  ["States.Format('{}', $.nothing)", '"null"'],
  ["States.Format('{} {} {}', $.yes, $.zero, $.big)", '"true 0.0 12345678901234567890"'],
  ["States.Format('{}', $.object)", '"{Arg1=1, Arg2=[]}"'],
  ["States.Format('snd={}.', $$.StateMachine)", '"snd={Id=arn:m, Name=a-b-c}."'],
  ["States.Format($.template, 1, 2)", '"1 and 2"'],
  [String.raw`States.Format('\{"foo": "{}"\} \'q\' \\ {}', 1, 2)`, String.raw`"{\"foo\": \"1\"} 'q' \\ 2"`],
  [String.raw`States.Format('\{ {} \}', 1)`, '"{ 1 }"'],
  ["States.Format('{}', '{}')", '"{}"'],
  ["States.Hash('input data', 'MD5')", '"812f45842bc6d66ee14572ce20db8e86"'],
  ["States.Hash('input data', 'SHA-1')", '"aaff4a450a104cd177d28d18d74485e8cae074b7"'],
  ["States.Hash(123, 'MD5')", '"202cb962ac59075b964b07152d234b70"'],
  ["States.Hash($.object, 'MD5')", '"d363f405018d47b782e29dc1e6861a5d"'],
  ["States.JsonMerge($.object, $.people[0], 'no')", '{"Arg1":1,"Arg2":[],"name":"x, (y)"}'],
  ["States.JsonMerge($.object, $.people[0], false)", '{"Arg1":1,"Arg2":[],"name":"x, (y)"}'],
  ["States.JsonMerge($.people[0], $.people[1], false)", '{"name":"z"}'],
  ["States.JsonToString($.object)", String.raw`"{\"Arg1\":1,\"Arg2\":[]}"`],
  ["States.JsonToString($.zero)", '"0.0"'],
  ["States.MathAdd(1, 2)", "3"],
  ["States.MathAdd($.one, -1)", "0"],
  ["States.MathAdd(1.49, 1.5)", "3"],
  ["States.MathAdd(-1.5, 0)", "-1"],
  ["States.MathAdd(1.5, 0)", "2"],
  ["States.MathAdd(-1.51, 0)", "-2"],
  ["States.MathAdd(-1.49, -1.5)", "-2"],
  ["States.MathAdd(-0.2, 0)", "0"],
  ["States.MathAdd(2147483646, 1)", "2147483647"],
  ["States.MathAdd(-2147483648, 0.4)", "-2147483648"],
  ["States.MathRandom(7, 8)", "7"],
  ["States.MathRandom(1, 1000, 1)", "106"],
  ["States.MathRandom(1, 1000, 2)", "806"],
  ["States.MathRandom(1, 10, -10)", "1"],
  ["States.MathRandom(1.9, 10.9, 42.9)", "9"],
  ["States.MathRandom(-5, 5, 42)", "-5"],
  ["States.StringSplit('1,2,3', ',')", '["1","2","3"]'],
  ["States.StringSplit('This.is+a,test=string', '.+,=')", '["This","is","a","test","string"]'],
  ["States.StringSplit(', , ,', ',')", '[" "," "]'],
  ["States.StringSplit(',,,,', ',')", "[]"],
  ["States.StringSplit(' ', ',')", '[" "]'],
  ["States.StringSplit('Hello\nWorld', '\n')", '["Hello","World"]'],
  ["States.StringSplit('ab', '')", '["ab"]'],
  ["States.StringToJson('')", "null"],
  ["States.StringToJson(' ')", "null"],
  ["States.StringToJson('null')", "null"],
  ["States.StringToJson('-0')", "0"],
  ["States.StringToJson('1.1')", "1.1"],
  ["States.StringToJson('1 2')", "1"],
  ["States.StringToJson('[1, 2, \"HelloWorld\"]')", '[1,2,"HelloWorld"]'],
  ["States.StringToJson($.json)", '{"a":[1,2.50],"b":"c"}'],
  ["States.ArrayGetItem(States.StringSplit($$.StateMachine.Name, '-'), 0)", '"a"'],
  [
    "States.ArrayGetItem(States.StringSplit($$.StateMachine.Name, '-'), States.MathAdd(States.ArrayLength(States.StringSplit($$.StateMachine.Name, '-')), -1))",
    '"c"',
  ],
  ["States.ArrayLength($.people[?(@.name == 'x, (y)')])", "1"],
  ["States.Array($.a[4], $.people[2].name, $.a[9][0], $$.List[1])", "[null,null,null,null]"],
  ["States.Array($.a[(@.length - 1)] , $.people[*].name)", '[3,["x, (y)","z"]]'],
  ["States.Array($['text'],$.a[0]) ", '["some text",0]'],
];

for (const [text, expected] of results) {
  test(`${text.trim()} gives ${expected}`, () => {
    const outcome = evaluate(text, input);
    assert.equal(outcome.ok ? stringifyJson(outcome.value) : outcome.message, expected);
  });
}

/** Calls whose function says no more than that its arguments are invalid; the function is that of the innermost call. */
const invalid: readonly (readonly [text: string, name: string])[] = [
  ["States.ArrayPartition($.a, 0)", "ArrayPartition"],
  ["States.ArrayPartition($.a, 0.6)", "ArrayPartition"],
  ["States.ArrayPartition($.text, 1)", "ArrayPartition"],
  ["States.ArrayContains($.a)", "ArrayContains"],
  ["States.ArrayContains('x', 'x')", "ArrayContains"],
  ["States.ArrayRange(0, 1000, 1)", "ArrayRange"],
  ["States.ArrayRange(0, 1e15, 1)", "ArrayRange"],
  ["States.ArrayRange(0, 1, 0.9)", "ArrayRange"],
  ["States.ArrayGetItem($.a, 4)", "ArrayGetItem"],
  ["States.ArrayGetItem($.a, -1)", "ArrayGetItem"],
  ["States.ArrayGetItem($.a, '0')", "ArrayGetItem"],
  ["States.ArrayLength($.object)", "ArrayLength"],
  ["States.Array(States.ArrayLength(States.JsonToString($.a)))", "ArrayLength"],
  ["States.ArrayUnique($.object)", "ArrayUnique"],
  ["States.Base64Encode($.one)", "Base64Encode"],
  ["States.Base64Decode('A')", "Base64Decode"],
  ["States.Base64Decode()", "Base64Decode"],
  ["States.Format()", "Format"],
  ["States.Format($.one)", "Format"],
  ["States.Hash('x')", "Hash"],
  ["States.Hash('x', 'sha-1')", "Hash"],
  ["States.JsonMerge($.object, $.object, true)", "JsonMerge"],
  ["States.JsonMerge($.object, $.object)", "JsonMerge"],
  ["States.JsonMerge($.object, $.a, false)", "JsonMerge"],
  ["States.JsonToString()", "JsonToString"],
  ["States.MathAdd(1)", "MathAdd"],
  ["States.MathAdd(2147483647, 1)", "MathAdd"],
  ["States.MathAdd(2147483648, -1)", "MathAdd"],
  ["States.MathAdd(1, -2147483649)", "MathAdd"],
  ["States.MathAdd(1, null)", "MathAdd"],
  ["States.MathAdd('1', 1)", "MathAdd"],
  ["States.MathRandom(2, 2)", "MathRandom"],
  ["States.MathRandom(1.4, 1.6)", "MathRandom"],
  ["States.MathRandom(1, 2, null)", "MathRandom"],
  ["States.MathRandom(0, 2147483648)", "MathRandom"],
  ["States.StringSplit($.a, ',')", "StringSplit"],
  ["States.StringToJson()", "StringToJson"],
  ["States.StringToJson($.object)", "StringToJson"],
];

const source = "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column:";

const failures: readonly (readonly [text: string, reason: string])[] = [
  ...invalid.map(([text, name]) => [text, `Invalid arguments in States.${name}`] as const),
  ["States.JsonToString($.a, $.a)", "Invalid arguments in States.JsonToString: only a single argument is allowed."],
  [
    "States.Format('{}')",
    "Invalid arguments in States.Format: number of arguments do not match the occurrences of {}.",
  ],
  [
    "States.Format('x', 1)",
    "Invalid arguments in States.Format: number of arguments do not match the occurrences of {}.",
  ],
  ["States.Format('Hello {', 1)", "Invalid template in States.Format: matching '}' not found for '{'."],
  ["States.Format('{{}}', 1)", "Invalid template in States.Format: matching '}' not found for '{'."],
  ["States.Format('}')", "Invalid template in States.Format: matching '{' not found for '}'."],
  ["States.Format($.broken)", "Invalid template in States.Format: matching '{' not found for '}'."],
  [
    "States.StringToJson($.text)",
    `Cannot convert String to Json in States.StringToJson, caused by: Unrecognized token 'some': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at ${source} 5]`,
  ],
  [
    "States.StringToJson('{\"a\":1')",
    `Cannot convert String to Json in States.StringToJson, caused by: Unexpected end-of-input: expected close marker for Object (start marker at ${source} 1])\n at ${source} 7]`,
  ],
];

for (const [text, reason] of failures) {
  test(`${text} fails`, () => {
    assert.deepEqual(evaluate(text, input), {
      ok: false,
      message: `There was an error while evaluating the intrinsic function: ${text}. ${reason}`,
    });
  });
}

const unread: readonly (readonly [text: string, input: Json, message: string])[] = [
  [
    "States.Format('{}', States.JsonToString($.no.such))",
    { a: 1 },
    `The function 'States.Format('{}', States.JsonToString($.no.such))' had the following error: The JsonPath argument for the field '$.no.such' could not be found in the input '{"a":1}'`,
  ],
  [
    "States.UUID($$.No)",
    {},
    `The function 'States.UUID($$.No)' had the following error: The JsonPath argument for the field '$.No' could not be found in the input '{"Execution":{"Name":"e"},"StateMachine":{"Id":"arn:m","Name":"a-b-c"},"List":[0]}'`,
  ],
  ["States.Format('{}', $.n[0])", { n: 1 }, "Filter: [0] can only be applied to arrays. Current context is: 1"],
  ["States.Array($)", null, "Unable to apply Path transformation to null or empty input."],
];

for (const [text, data, message] of unread) {
  test(`${text} cannot read its argument`, () => {
    assert.deepEqual(evaluate(text, data), { ok: false, message });
  });
}

const refused: readonly string[] = [
  "",
  "States",
  "States.Format",
  "States.Format(",
  "States.Format('x'",
  "States.Format('x)",
  "States.Nothing()",
  "states.UUID()",
  "Format('x')",
  " States.UUID()",
  "States.Array(1,)",
  "States.Array(,)",
  "States.Array(1 2)",
  "States.Array(x)",
  'States.Array("x")',
  "States.Array(01)",
  "States.Array({})",
  "States.Array($.a[)",
  "States.Array($.)",
  "States.ArrayGetItem(States.StringSplit('a', ','), 0)[0]",
  String.raw`States.StringToJson('{"text":"An \"escaped double quote\" here"}')`,
  String.raw`States.Format('\n')`,
];

for (const text of refused) {
  test(`${JSON.stringify(text)} is no intrinsic call`, () => {
    assert.ok("problem" in compileIntrinsic(text));
  });
}

function nest(count: number): string {
  return `${"States.Array(".repeat(count)}${")".repeat(count)}`;
}

test("ten intrinsic functions may stand within another, not eleven", () => {
  assert.ok("intrinsic" in compileIntrinsic(nest(11)));
  assert.ok("problem" in compileIntrinsic(nest(12)));
  assert.ok("problem" in compileIntrinsic("States.Array(".repeat(100_000)));
});

test("a call knows the variables it reads", () => {
  const { variables: names } = intrinsicOf("States.Array($a.x, States.Format('{}', $b), $.c, $$.d, $a)");
  assert.deepEqual([...names], ["a", "b"]);
});

function valueOf(text: string, seed: string): Json {
  const outcome = evaluate(text, {}, seed);
  assert.ok(outcome.ok);
  return outcome.value;
}

test("chance comes from the seed, or from the number given to MathRandom", () => {
  assert.match(
    String(valueOf("States.UUID()", "a")),
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  assert.equal(valueOf("States.UUID()", "a"), valueOf("States.UUID()", "a"));
  assert.notEqual(valueOf("States.UUID()", "a"), valueOf("States.UUID()", "b"));
  assert.equal(valueOf("States.MathRandom(0, 1000000, 4)", "a"), valueOf("States.MathRandom(0, 1000000, 4)", "b"));
  fc.assert(
    fc.property(
      fc.integer({ min: -1000, max: 1000 }),
      fc.integer({ min: 1, max: 50 }),
      fc.string(),
      (start, size, seed) => {
        const number = Number(valueOf(`States.MathRandom(${start}, ${start + size})`, seed));
        assert.ok(Number.isInteger(number) && number >= start && number < start + size);
      },
    ),
  );
});

test("what a string is turned into and back stays the same", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = stringifyJson(value as Json);
      const outcome = evaluate("States.JsonToString(States.StringToJson($))", text);
      assert.ok(outcome.ok);
      assert.equal(outcome.value, text);
    }),
  );
});

test("results and nesting that grow without bound fail", () => {
  const places = "{}".repeat(1_000);
  const values = ", $".repeat(1_000);
  const outcome = evaluate(`States.Format('${places}'${values})`, "x".repeat(1_000));
  assert.ok(!outcome.ok && outcome.message.endsWith("Invalid arguments in States.Format"));
  const deep = evaluate("States.StringToJson($)", "[".repeat(100_000));
  assert.ok(!deep.ok && /Document nesting depth \(1001\)/.test(deep.message));
});

const pieces = fc.constantFrom(
  ..."States.Array( States.Format( States.MathAdd( ) , ' $ $. $.a $$ [ ] {} \\ \\' 1 -1.5 null true".split(" "),
  " ",
);

test("no text makes the compiler throw", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void compileIntrinsic(`States.${text}`)));
  fc.assert(
    fc.property(fc.array(pieces), (parts) => {
      const compiled = compileIntrinsic(`States.Array(${parts.join("")})`);
      if ("intrinsic" in compiled) evaluate(compiled.intrinsic.source, input);
    }),
    { numRuns: 2_000 },
  );
});
