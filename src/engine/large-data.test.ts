// Data that are too large or too deep are a failure of the workflow, told before a text is made of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../asl/json.ts";
import { maxPayloadBytes, Payload } from "../asl/payload.ts";
import { play } from "../testing/play.ts";
import type { MapWork, ParallelWork } from "./execution.ts";

const big = "x".repeat(250_000);
const machine = (state: { readonly [name: string]: Json }, rest: { readonly [name: string]: Json } = {}): Json => ({
  StartAt: "S",
  States: { S: { End: true, ...state }, ...rest },
});
const fields = (count: number, value: string, suffix = ""): Json =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}${suffix}`, value]));
const times = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value);
const leaf = { StartAt: "L", States: { L: { Type: "Pass", End: true } } };
const call = "arn:aws:states:::lambda:invoke";
const jsonata = { QueryLanguage: "JSONata" };

const tooLarge = "States.DataLimitExceeded";
const cases: readonly (readonly [what: string, definition: Json, error: string])[] = [
  ["Parameters of a Pass", machine({ Type: "Pass", Parameters: fields(1_000, "$", ".$") }), tooLarge],
  ["Parameters of a Task", machine({ Type: "Task", Resource: call, Parameters: fields(1_000, "$", ".$") }), tooLarge],
  [
    "Parameters of a Parallel",
    machine({ Type: "Parallel", Branches: [leaf], Parameters: fields(9, "$", ".$") }),
    tooLarge,
  ],
  ["Assign", machine({ Type: "Pass", Assign: fields(1_000, "$", ".$") }), tooLarge],
  [
    "ItemSelector",
    machine({ Type: "Map", ItemsPath: "$.list", ItemSelector: fields(9, "$", ".$"), ItemProcessor: leaf }),
    tooLarge,
  ],
  ["ResultSelector", machine({ Type: "Task", Resource: call, ResultSelector: fields(1_000, "$", ".$") }), tooLarge],
  [
    "an intrinsic",
    machine({ Type: "Pass", Parameters: { "a.$": `States.Array(${times(1_000, "$").join(", ")})` } }),
    tooLarge,
  ],
  ["Output", machine({ ...jsonata, Type: "Pass", Output: fields(1_000, "{% $states.input %}") }), tooLarge],
  ["an expression", machine({ ...jsonata, Type: "Pass", Output: "{% [1..3000].[$states.input] %}" }), tooLarge],
  ["the branches of a Parallel", machine({ Type: "Parallel", Branches: times(50, leaf), ResultPath: null }), tooLarge],
  [
    "the iterations of a Map",
    machine({
      Type: "Map",
      ItemsPath: "$.list",
      ItemSelector: { "all.$": "$" },
      ItemProcessor: leaf,
      ResultPath: null,
    }),
    tooLarge,
  ],
  [
    "a text for a message",
    machine(
      {
        ...jsonata,
        Type: "Choice",
        End: false,
        Choices: [{ Condition: "{% [1..3000].[$states.input] %}", Next: "T" }],
      },
      { T: { Type: "Succeed" } },
    ),
    "States.QueryEvaluationError",
  ],
];

for (const [what, definition, error] of cases) {
  test(`${what} with more than a payload may have: ${error}`, () => {
    const { execution } = play(definition, { input: { big, list: [1, 2, 3] } });
    assert.equal(execution.status, "FAILED");
    assert.equal(execution.error, error, execution.cause);
    assert.ok((execution.cause ?? "").length < maxPayloadBytes * 2);
  });
}

const deepening = (wrapped: { readonly [name: string]: Json }): Json =>
  machine(
    { Type: "Pass", ...wrapped, End: false, Next: "C" },
    { C: { Type: "Choice", Choices: [{ Variable: "$$.State.Name", IsPresent: true, Next: "S" }] } },
  );
function wrap(levels: number): Json {
  let value: Json = { "in.$": "$" };
  for (let i = 1; i < levels; i++) value = { in: value };
  return value;
}

void test("a loop that nests its data ever deeper fails by the depth, whatever puts them there", () => {
  const deep: readonly Json[] = [
    deepening({ Parameters: wrap(150) }),
    deepening({ ResultPath: `$${".a".repeat(400)}` }),
    machine(
      { Type: "Parallel", Branches: [leaf], Next: "C", End: false },
      { C: { Type: "Choice", Choices: [{ Variable: "$$.State.Name", IsPresent: true, Next: "S" }] } },
    ),
  ];
  for (const definition of deep) {
    const { execution } = play(definition, { input: { a: 1 }, limits: { maxHistoryEvents: 100_000 } });
    assert.match(execution.error ?? "", /DataLimitExceeded|ReferencePathConflict/, execution.cause);
  }
});

void test("what iterations and branches give beyond the size of a result is not kept in memory", () => {
  const text = JSON.stringify("y".repeat(100_000));
  const states = { StartAt: "T", States: { T: { Type: "Task", Resource: call, End: true } } };
  const kept = (work: MapWork | ParallelWork): number => {
    const outputs = work.kind === "map" ? work.outputs : work.branches.filter(({ hasEnded }) => hasEnded);
    return outputs.reduce((sum, output) => sum + ("data" in output ? output.data : output).bytes, 0);
  };
  let most = 0;
  for (const definition of [
    machine({ Type: "Map", ItemsPath: "$.list", ItemProcessor: states }),
    machine({ Type: "Parallel", Branches: times(20, states) }),
  ]) {
    const { execution } = play(definition, {
      input: { list: times(20, 0) },
      perform: () => ({ kind: "succeeded", output: Payload.ofText(text) }),
      onDecision: ({ scopes }) => {
        const work = scopes.get(0)?.state?.work;
        if (work?.kind === "map" || work?.kind === "parallel") most = Math.max(most, kept(work));
      },
    });
    assert.equal(execution.error, tooLarge);
  }
  assert.ok(most > 100_000 && most <= maxPayloadBytes, `${most} bytes`);
});

void test("a decision ends by the text that it brings, and the next one goes on", () => {
  const definition = machine(
    {
      Type: "Pass",
      Parameters: { "n.$": "States.MathAdd($.n, 1)", "big.$": "$.big" },
      End: false,
      Next: "C",
    },
    {
      C: { Type: "Choice", Choices: [{ Variable: "$.n", NumericLessThan: 100, Next: "S" }], Default: "End" },
      End: { Type: "Succeed" },
    },
  );
  const counts: number[] = [];
  const { execution } = play(definition, {
    input: { n: 0, big },
    onDecision: (_, events) => counts.push(events.length),
  });
  assert.equal(execution.status, "SUCCEEDED");
  assert.ok(Math.max(...counts) < 50, `decisions of ${counts.join(", ")} events`);
});

void test("variables of more than AWS's quota together fail the state that assigns them", () => {
  const names = Array.from({ length: 50 }, (_, i) => `v${i}`);
  const states = names.map((name, i) => [
    name,
    { Type: "Pass", Assign: { [`${name}.$`]: "$.big" }, ...(i === 49 ? { End: true } : { Next: names[i + 1] ?? "" }) },
  ]);
  const definition = { StartAt: "v0", States: Object.fromEntries(states) as { readonly [name: string]: Json } };
  const { execution, events } = play(definition, { input: { big } });
  assert.equal(execution.error, tooLarge);
  const failedIn = events.findLast((event) => event.kind === "StateEntered");
  assert.equal(failedIn?.kind === "StateEntered" && failedIn.name, "v41", "10 MiB hold 41 texts of 250,002 bytes");
});

void test("Maps within Maps over large data hold no more than a part of them at a time", () => {
  const nested = (levels: number): Json => ({
    StartAt: "M",
    States: {
      M: {
        Type: "Map",
        ItemsPath: "$.items",
        ItemSelector: { "items.$": "$.items", "text.$": "$.text" },
        ItemProcessor:
          levels === 1
            ? { StartAt: "T", States: { T: { Type: "Task", Resource: call, End: true } } }
            : nested(levels - 1),
        Next: "R",
      },
      R: { Type: "Pass", Result: 1, End: true },
    },
  });
  let most = 0;
  let calls = 0;
  const { execution } = play(nested(3), {
    input: { items: times(10, 0), text: "x".repeat(190_000) },
    perform: () => {
      calls += 1;
      return { kind: "succeeded", output: Payload.ofText("1") };
    },
    onDecision: ({ scopes }) => {
      most = Math.max(most, scopes.size);
    },
  });
  assert.equal(execution.status, "SUCCEEDED", execution.cause);
  assert.equal(calls, 1_000);
  assert.ok(most > 100 && most < 400, `${most} open at a time`);
});
