// The history of an execution around a Map Run, as recordings of AWS have it, and what the run's end brings about.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../asl/json.ts";
import { historyText, play, type PlayOptions } from "../../testing/play.ts";

const arn = "arn:aws:states:us-east-1:123456789012:mapRun:played/M:uuid";
type Fields = { readonly [field: string]: Json };

const machine = (fields: Fields, more: Fields = {}): Json => ({
  StartAt: "M",
  States: {
    M: {
      Type: "Map",
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
        StartAt: "Inner",
        States: { Inner: { Type: "Pass", End: true } },
      },
      End: true,
      ...fields,
    },
    Caught: { Type: "Pass", End: true },
  },
  ...more,
});

function chain(definition: Json, options: PlayOptions): readonly string[] {
  const lines = historyText(play(definition, options).events).split("\n").slice(1);
  return lines.map((line) => line.replace(arn, "ARN"));
}

const failed = { kind: "failed", error: "Broken", cause: "so" } as const;
const once = (): (() => typeof failed | undefined) => {
  let runs = 0;
  return () => (runs++ === 0 ? failed : undefined);
};

test("a Map Run that succeeds is shown by six events, however many items there are", () => {
  assert.deepEqual(chain(machine({}), { input: [1, 2] }), [
    '2<0 MapStateEntered {"name":"M","input":"[1,2]"}',
    '3<2 MapStateStarted {"length":2}',
    '4<3 MapRunStarted {"mapRunArn":"ARN"}',
    "5<4 MapRunSucceeded",
    "6<5 MapStateSucceeded",
    '7<4 MapStateExited {"name":"M","output":"[\\"items\\"]"}',
    '8<7 ExecutionSucceeded {"output":"[\\"items\\"]"}',
  ]);
});

test("an object has as many items as members, and with an ItemReader there are none to be counted", () => {
  assert.match(chain(machine({}), { input: { a: 1, b: 2, c: 3 } })[1] ?? "", /"length":3/);
  const ItemReader = { Resource: "arn:aws:states:::s3:getObject", Parameters: { Bucket: "b", Key: "k" } };
  assert.match(chain(machine({ ItemReader, ItemsPath: "$.lost" }), { input: {} })[1] ?? "", /"length":0/);
});

test("a Map Run that fails fails its state, is tried again as another run, or is caught", () => {
  const failure = { input: [1], mapRunOutcome: () => failed };
  assert.deepEqual(chain(machine({}), failure).slice(3), [
    '5<4 MapRunFailed {"error":"Broken","cause":"so"}',
    "6<5 MapStateFailed",
    '7<6 ExecutionFailed {"error":"Broken","cause":"so"}',
  ]);
  assert.deepEqual(
    chain(machine({ Retry: [{ ErrorEquals: ["Broken"] }] }), { input: [1], mapRunOutcome: once() }).slice(3, 7),
    [
      '5<4 MapRunFailed {"error":"Broken","cause":"so"}',
      '6<5 MapStateStarted {"length":1}',
      '7<6 MapRunStarted {"mapRunArn":"ARN"}',
      "8<7 MapRunSucceeded",
    ],
  );
  assert.deepEqual(chain(machine({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }] }), failure).slice(4, 6), [
    "6<5 MapStateFailed",
    '7<6 MapStateExited {"name":"M","output":"{\\"Error\\":\\"Broken\\",\\"Cause\\":\\"so\\"}"}',
  ]);
});

test("a field that is wrong fails the execution behind MapStateStarted, before any run", () => {
  const prefix = "An error occurred while executing the state 'M' (entered at the event id #2). ";
  const rows: readonly (readonly [fields: Fields, cause: string])[] = [
    [
      { ToleratedFailureCountPath: "$.n" },
      'The ToleratedFailureCountPath field refers to value "1.5" which is not a valid integer: $.n',
    ],
    [{ ToleratedFailurePercentagePath: "$.m" }, "ToleratedFailurePercentage must be between 0 and 100."],
    [
      {
        ItemReader: { Resource: "arn:aws:states:::s3:getObject", ReaderConfig: { MaxItemsPath: "$.n" } },
      },
      'The MaxItemsPath field refers to value "1.5" which is not a valid integer: $.n',
    ],
    ...(["MaxItemsPerBatch", "MaxInputBytesPerBatch"] as const).flatMap((field): typeof rows => [
      [
        { ItemBatcher: { [`${field}Path`]: "$.n" } },
        `The ${field}Path field refers to value "1.5" which is not a valid integer: $.n`,
      ],
      [{ ItemBatcher: { [`${field}Path`]: "$.z" } }, `The field ${field} must be a positive integer.`],
    ]),
  ];
  for (const [fields, cause] of rows) {
    const [, started, end] = chain(machine({ ItemsPath: "$.items", ...fields }), {
      input: { items: [0], n: 1.5, m: -1.1, z: 0 },
    });
    assert.match(started ?? "", /^3<2 MapStateStarted/);
    assert.equal(end, `4<3 ExecutionFailed ${JSON.stringify({ error: "States.Runtime", cause: `${prefix}${cause}` })}`);
  }
});

test("a stop aborts the run, which a redrive goes on with", () => {
  let decisions = 0;
  const lines = chain(machine({}), { input: [1], isStopped: () => decisions++ === 0, redrives: 1 });
  assert.deepEqual(lines.slice(2, 9), [
    '4<3 MapRunStarted {"mapRunArn":"ARN"}',
    "5<4 MapRunAborted",
    "6<5 MapStateAborted",
    "7<0 ExecutionAborted {}",
    '8<7 ExecutionRedriven {"redriveCount":1}',
    '9<5 MapRunRedriven {"mapRunArn":"ARN","redriveCount":1}',
    "10<9 MapRunSucceeded",
  ]);
});

test("a redrive goes on with a run that failed, and begins another where it had too large a result", () => {
  const kinds = (failure: typeof failed | { kind: "failed"; error: string; cause: string }): string => {
    let runs = 0;
    const mapRunOutcome = () => (runs++ === 0 ? failure : undefined);
    const { events } = play(machine({}), { input: [1], mapRunOutcome, redrives: 1 });
    return events
      .map(({ kind }) => kind)
      .filter((kind) => kind.startsWith("MapRun"))
      .join(" ");
  };
  assert.equal(kinds(failed), "MapRunStarted MapRunFailed MapRunRedriven MapRunSucceeded");
  assert.equal(
    kinds({ kind: "failed", error: "States.DataLimitExceeded", cause: "large" }),
    "MapRunStarted MapRunFailed MapRunStarted MapRunSucceeded",
  );
});

test("the result goes through ResultSelector, ResultPath and Assign as that of any Map", () => {
  const fields = { ResultSelector: { "first.$": "$[0]" }, ResultPath: "$.result", ItemsPath: "$.items" };
  const { execution } = play(machine(fields), { input: { items: [1] } });
  assert.equal(execution.output?.text, '{"items":[1],"result":{"first":"items"}}');
});

test("whichever way an execution ends, its Map Runs end with it", () => {
  const parallel = (other: Fields): Json => ({
    StartAt: "P",
    States: {
      P: {
        Type: "Parallel",
        End: true,
        Branches: [machine({}) as { StartAt: string }, { StartAt: "O", States: { O: other } }] as Json[],
      },
    },
  });
  const ends: readonly (readonly [definition: Json, options: PlayOptions])[] = [
    [parallel({ Type: "Fail", Error: "E" }), {}],
    [parallel({ Type: "Pass", InputPath: "$.lost", End: true }), {}],
    [parallel({ Type: "Pass", Next: "O" }), { limits: { maxHistoryEvents: 30 } }],
    [parallel({ Type: "Wait", Seconds: 5, Next: "O" }), { isStopped: () => stops++ > 2 }],
  ];
  let stops = 0;
  for (const [definition, options] of ends) {
    const effects: string[] = [];
    const answer: PlayOptions["answer"] = (effect) => {
      if (effect.kind === "StartMapRun" || effect.kind === "EndMapRun") effects.push(effect.kind);
      if (effect.kind === "EndMapRun") assert.equal(effect.status, "ABORTED");
      return [];
    };
    const { execution } = play(definition, { input: [1], answer, ...options });
    assert.notEqual(execution.status, "RUNNING");
    assert.deepEqual(effects, ["StartMapRun", "EndMapRun"], execution.cause ?? execution.status);
  }
});
