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
  const context = { Execution: { Name: "e" }, StateMachine: { Id: "arn:m", Name: "a-b-c" } };
  return intrinsicOf(text).evaluate({ input, context: () => context, variables }, seededRandom(seed));
}

const input = parseJson(`{
  "a": [0, 1, 2, 3],
  "one": 1, "half": 1.5, "big": 12345678901234567890, "zero": 0.0,
  "text": "some text", "nothing": null, "yes": true,
  "object": {"Arg1": 1, "Arg2": []},
  "template": "{} and {}",
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
  ["States.ArrayPartition($.a, 1.5)", "[[0,1],[2,3]]"],
  ["States.ArrayPartition(States.Array(), 1)", "[]"],
  ["States.ArrayContains($.a, 2)", "true"],
  ["States.ArrayContains($.a, 2.0)", "true"],
  ["States.ArrayContains($.a, '2')", "false"],
  ["States.ArrayContains($.dup, $.object.Arg2)", "true"],
  ["States.ArrayContains(States.Array(), null)", "false"],
  ["States.ArrayRange(0, 9, 3)", "[0,3,6,9]"],
  ["States.ArrayRange(0, 10, 3)", "[0,3,6,9]"],
  ["States.ArrayRange(1, 9, 9)", "[1]"],
  ["States.ArrayRange(5, 1, -2)", "[5,3,1]"],
  ["States.ArrayRange(1, 0, 1)", "[]"],
  ["States.ArrayRange(0.5, 2.4, 1)", "[1,2]"],
  ["States.ArrayGetItem($.a, 2)", "2"],
  ["States.ArrayLength($.a)", "4"],
  ["States.ArrayLength($.dup)", "16"],
  ["States.ArrayUnique($.dup)", '[null,true,1,1.1,"a",[],[null],{"a":1,"b":2},{"a":1}]'],
  ["States.Base64Encode('')", '""'],
  ["States.Base64Encode('Data to encode')", '"RGF0YSB0byBlbmNvZGU="'],
  ["States.Base64Decode('')", '""'],
  ["States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", '"Data to encode"'],
  ["States.Base64Decode(States.Base64Encode('Grüße, 🙂'))", '"Grüße, 🙂"'],
  ["States.Format('plain')", '"plain"'],
  ["States.Format('{}', $name)", '"Ada"'],
  ["States.Format('{}/{}{}', 1, 'x', $.text)", '"1/xsome text"'],
  ["States.Format('{}', $.nothing)", '"null"'],
  ["States.Format('{} {} {}', $.yes, $.zero, $.big)", '"true 0.0 12345678901234567890"'],
  ["States.Format('{}', $.object)", '"{Arg1=1, Arg2=[]}"'],
  ["States.Format('snd={}.', $$.StateMachine)", '"snd={Id=arn:m, Name=a-b-c}."'],
  ["States.Format($.template, 1, 2)", '"1 and 2"'],
  [String.raw`States.Format('\{"foo": "{}"\} \'q\' \\ {}', 1, 2)`, String.raw`"{\"foo\": \"1\"} 'q' \\ 2"`],
  ["States.Format('{ {} }', 1)", '"{ 1 }"'],
  ["States.Format('{}', '{}')", '"{}"'],
  ["States.Hash('input data', 'MD5')", '"812f45842bc6d66ee14572ce20db8e86"'],
  ["States.Hash('input data', 'SHA-1')", '"aaff4a450a104cd177d28d18d74485e8cae074b7"'],
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
  ["States.MathAdd(2147483647, 1)", "2147483648"],
  ["States.MathRandom(7, 8)", "7"],
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
  ["States.StringToJson('[1, 2, \"HelloWorld\"]')", '[1,2,"HelloWorld"]'],
  ["States.StringToJson($.json)", '{"a":[1,2.50],"b":"c"}'],
  ["States.ArrayGetItem(States.StringSplit($$.StateMachine.Name, '-'), 0)", '"a"'],
  [
    "States.ArrayGetItem(States.StringSplit($$.StateMachine.Name, '-'), States.MathAdd(States.ArrayLength(States.StringSplit($$.StateMachine.Name, '-')), -1))",
    '"c"',
  ],
  ["States.ArrayLength($.people[?(@.name == 'x, (y)')])", "1"],
  ["States.Array($.a[(@.length - 1)] , $.people[*].name)", '[3,["x, (y)","z"]]'],
  [" States.Array($['text'],$.a[0]) ", '["some text",0]'],
];

for (const [text, expected] of results) {
  test(`${text.trim()} gives ${expected}`, () => {
    const outcome = evaluate(text, input);
    assert.equal(outcome.ok ? stringifyJson(outcome.value) : outcome.message, expected);
  });
}

const failures: readonly (readonly [string, RegExp])[] = [
  ["States.ArrayPartition($.a, 0)", /Argument 2 must be a positive integer/],
  ["States.ArrayPartition($.text, 1)", /Argument 1 must be an array/],
  ["States.ArrayRange(0, 1000, 1)", /more than 1000 items/],
  ["States.ArrayRange(0, 1e15, 1)", /more than 1000 items/],
  ["States.ArrayRange(0, 1, 0.2)", /Argument 3 must be a number other than 0/],
  ["States.ArrayGetItem($.a, 4)", /The index 4 is out of bounds/],
  ["States.ArrayGetItem($.a, -1)", /The index -1 is out of bounds/],
  ["States.ArrayGetItem($.a, '0')", /Argument 2 must be a number/],
  ["States.ArrayLength($.object)", /Argument 1 must be an array/],
  ["States.Base64Encode($.one)", /Argument 1 must be a string/],
  ["States.Base64Decode('A')", /not valid Base64/],
  ["States.Format('{}')", /number of arguments \(0\) does not match/],
  ["States.Format('x', 1)", /number of arguments \(1\) does not match/],
  ["States.Format($.one)", /Argument 1 must be a string/],
  ["States.Hash('x', 'sha-1')", /one of MD5, SHA-1/],
  ["States.Hash($.object, 'MD5')", /Argument 1 must be a string/],
  ["States.JsonMerge($.object, $.object, true)", /Argument 3 must be false/],
  ["States.JsonMerge($.object, $.a, false)", /Argument 2 must be a JSON object/],
  ["States.MathAdd(2147483648, 1)", /Argument 1 must be between/],
  ["States.MathAdd(1, -2147483649)", /Argument 2 must be between/],
  ["States.MathAdd(1, null)", /Argument 2 must be a number/],
  ["States.MathRandom(2, 2)", /start of the range must be less/],
  ["States.StringSplit($.a, ',')", /Argument 1 must be a string/],
  ["States.StringToJson('{')", /not valid JSON/],
  ["States.StringToJson($.object)", /Argument 1 must be a string/],
];

for (const [text, expected] of failures) {
  test(`${text} fails`, () => {
    const outcome = evaluate(text, input);
    assert.ok(!outcome.ok && outcome.kind === "intrinsic");
    assert.ok(outcome.message.startsWith(`The function '${text}' had the following error: `));
    assert.match(outcome.message, expected);
  });
}

test("a path that names nothing is told with the input it was looked for in", () => {
  const text = "States.Format('{}', $.no.such)";
  assert.deepEqual(evaluate(text, { a: 1 }), {
    ok: false,
    kind: "path",
    path: "$.no.such",
    message: `The function '${text}' had the following error: The JsonPath argument for the field '$.no.such' could not be found in the input '{"a":1}'`,
  });
});

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
  "States.UUID('x')",
  "States.Array(1,)",
  "States.Array(,)",
  "States.Array(1 2)",
  "States.Array(x)",
  'States.Array("x")',
  "States.Array(01)",
  "States.Array({})",
  "States.Array($.a[)",
  "States.Array($.)",
  "States.StringSplit('a')",
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
  assert.ok(!outcome.ok && /longer than 262144/.test(outcome.message));
  const deep = evaluate("States.StringToJson($)", "[".repeat(100_000));
  assert.ok(!deep.ok && /more than 1000 levels/.test(deep.message));
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
