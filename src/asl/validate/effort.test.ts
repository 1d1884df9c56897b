// How much work a definition may take, and that it is done in pieces: both are counts of steps.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mostDefinitionSteps, mostPartSteps } from "../definition-work.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { Effort } from "./effort.ts";
import { maxDefinitionBytes, validateDefinition } from "./validate.ts";

const states = (count: number, state: (index: number) => JsonObject, more: JsonObject = {}): string =>
  JSON.stringify({
    StartAt: "S0",
    States: Object.fromEntries(
      Array.from({ length: count }, (_, i): [string, Json] => [
        `S${i}`,
        { ...state(i), ...(i === count - 1 ? { End: true } : { Next: `S${i + 1}` }) },
      ]),
    ),
    ...more,
  });
const jsonata: JsonObject = { QueryLanguage: "JSONata" };
const one = (state: JsonObject): string => states(1, () => state);
const list = <Item>(count: number, item: (index: number) => Item): readonly Item[] =>
  Array.from({ length: count }, (_, i) => item(i));
const members = (count: number, value: (index: number) => Json): JsonObject =>
  Object.fromEntries(list(count, (i) => [`f${i}`, value(i)]));

/** An operator that the parser copies the left side of, so that each level doubles it. */
const doubled = (levels: number): string => `{% ${"(".repeat(levels)}$a${" ?: 1)".repeat(levels)} %}`;
const branch = { StartAt: "B", States: { B: { Type: "Succeed" } } };
const task = { Type: "Task", Resource: "arn:aws:states:us-east-1:123456789012:activity:a" };

/** `#` stands for a number: how far one comes is no matter. */
const hostile: readonly (readonly [name: string, definition: string, finding: string | undefined])[] = [
  ["an expression that doubles", one({ Type: "Pass", ...jsonata, Output: doubled(13) }), "/States/S#/Output"],
  [
    "8,000 expressions that double",
    one({ Type: "Pass", ...jsonata, Output: members(8_000, () => doubled(11)) }),
    "/States/S#/Output/f#",
  ],
  [
    "states of expressions that double",
    states(5_000, () => ({ Type: "Pass", Output: doubled(11) }), jsonata),
    "/States/S#/Output",
  ],
  [
    "patterns whose counts are written out",
    one({ Type: "Pass", ...jsonata, Output: members(9_000, () => "{% $match('a', /((a{1,90}){1,90})/) %}") }),
    "/States/S#/Output/f#",
  ],
  [
    "a filter of regular expressions",
    one({ Type: "Pass", InputPath: `$.a[?(${list(12_000, () => "@.a =~ /(\\p{L}{1000})/").join("||")})]` }),
    "/States/S#/InputPath",
  ],
  [
    "a template of paths",
    one({ Type: "Pass", Parameters: Object.fromEntries(list(40_000, (i) => [`f${i}.$`, "$.a.b"])) }),
    "/States/S#/Parameters",
  ],
  [
    "a pattern of stars",
    one({ Type: "Choice", Choices: [{ Variable: "$.a", StringMatches: "*a".repeat(400_000), Next: "S0" }] }),
    "/States/S#/Choices[#]/StringMatches",
  ],
  ["20,000 states", states(20_000, () => ({ Type: "Pass" })), undefined],
  ["17,000 branches", one({ Type: "Parallel", Branches: list(17_000, () => branch) }), undefined],
  ["20,000 catchers", one({ ...task, Catch: list(20_000, () => ({ ErrorEquals: ["a"], Next: "S0" })) }), undefined],
  ["100,000 names of errors", one({ ...task, Retry: [{ ErrorEquals: list(100_000, () => "a") }] }), undefined],
  [
    "a loop of Maps that assign within",
    states(4_000, (i) => ({
      Type: "Map",
      Assign: { v: i },
      ItemProcessor: { StartAt: `I${i}`, States: { [`I${i}`]: { Type: "Pass", Assign: { v: 1 }, End: true } } },
    })),
    undefined,
  ],
  ["unknown fields", one({ Type: "Pass", ...members(60_000, () => 1) }), undefined],
  ["data of a JSONata state", one({ Type: "Pass", ...jsonata, Output: list(300_000, () => []) }), undefined],
];

for (const [name, definition, location] of hostile) {
  test(`hostile definition: ${name}`, () => {
    const { findings, longest, total } = validated(definition);
    const first = findings.find(({ code }) => code === "TOO_COSTLY");
    assert.equal(first?.location?.replaceAll(/\d+/g, "#"), location);
    // A piece is closed by what comes after it, which may be a part that is compiled.
    assert.ok(longest <= mostPartSteps + 100_000, `the longest piece took ${longest} steps`);
    assert.ok(total <= mostDefinitionSteps + mostPartSteps, `${total} steps`);
  });
}

test("an ordinary definition of the largest size takes a third of what is allowed", () => {
  const ordinary = (i: number): JsonObject => ({
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Arguments: {
      FunctionName: "arn:aws:lambda:us-east-1:123456789012:function:f",
      Payload: { order: "{% $states.input.order %}", total: "{% $sum($states.input.items.(price * quantity)) %}", i },
    },
    Assign: { total: "{% $states.result.Payload.total %}" },
    Output: "{% $merge([$states.input, {'r': $states.result.Payload}]) %}",
  });
  const text = states(2_400, ordinary, jsonata);
  assert.ok(text.length > 0.9 * maxDefinitionBytes && text.length < maxDefinitionBytes, `${text.length}`);
  const { findings, total, longest } = validated(text);
  assert.deepEqual(findings, []);
  assert.ok(total < mostDefinitionSteps / 3, `${total} steps`);
  assert.ok(longest < 100_000, `the longest piece took ${longest} steps`);
});

test("the finding of a part that costs too much says what to do", () => {
  const [finding] = validated(one({ Type: "Pass", ...jsonata, Output: doubled(13) })).findings;
  assert.deepEqual(finding, {
    severity: "ERROR",
    code: "TOO_COSTLY",
    message: "The field takes too much work to compile: make it simpler",
    location: "/States/S0/Output",
  });
});

test("a definition that costs too much in all is checked no further, and its last finding says so", () => {
  const text = states(5_000, () => ({ Type: "Pass", Output: doubled(11), Nonsense: 1 }), jsonata);
  const { findings } = validated(text);
  const last = findings.at(-1);
  assert.match(`${last?.message}`, /takes more work than is allowed: .* split it/);
  assert.ok(findings.every((finding) => finding === last || finding.code === "SCHEMA_VALIDATION_FAILED"));
  assert.ok(findings.length < 200, `${findings.length}`);
});

function validated(text: string): {
  readonly findings: readonly Diagnostic[];
  /** Steps. */
  readonly longest: number;
  readonly total: number;
} {
  const effort = new Effort();
  const pieces = validateDefinition(text, { type: "STANDARD", effort });
  let longest = 0;
  for (let before = 0; ; before = effort.definition.spent) {
    const { done, value } = pieces.next();
    longest = Math.max(longest, effort.definition.spent - before);
    if (done === true) return { findings: value, longest, total: effort.definition.spent };
  }
}
