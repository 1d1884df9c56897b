// The lines that are read from a history are those that the execution itself would have told, but for the waits ahead, which
// no history has.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json, JsonObject } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import type { TaskOutcome } from "../../engine/effect.ts";
import { publicHistory } from "../../engine/journal/history.ts";
import { play, type PlayOptions } from "../../testing/play.ts";
import { HistoryLines } from "./history-lines.ts";
import { LiveLines } from "./live-lines.ts";
import { plain } from "./terminal.ts";

const lambda = "arn:aws:states:::lambda:invoke";
const task = (more: { readonly [name: string]: Json } = {}): Json => ({
  Type: "Task",
  Resource: lambda,
  Parameters: { FunctionName: "f", "Payload.$": "$" },
  End: true,
  ...more,
});
const machine = (states: { readonly [name: string]: Json }): Json => ({
  StartAt: Object.keys(states)[0] ?? "",
  States: states,
});
const failed: TaskOutcome = { kind: "failed", error: "Busy", cause: '{"errorMessage":"try later."}' };
const everything = [{ ErrorEquals: ["States.ALL"], Next: "After" }];

function told(definition: Json, options: PlayOptions = {}): { readonly live: string[]; readonly read: string[] } {
  const live = new LiveLines({ paint: plain, answer: (token) => `answer ${token}`, columns: { nameWidth: 0 } });
  const said: string[] = [];
  const { events } = play(definition, {
    input: { items: [1, 2, 3] },
    ...options,
    onEvent: (event, before) => said.push(...live.linesOf(event, before)),
  });
  const read = new HistoryLines({ paint: plain, answer: tokenIn, columns: { nameWidth: 0 } });
  const history = publicHistory(events, { region: "us-east-1", isDataIncluded: true });
  return { live: tidied(said), read: tidied(history.flatMap((event) => read.linesOf(event as unknown as JsonObject))) };
}

const tokenIn = (parameters: string): string | undefined => {
  const [token] = /token-\d+/.exec(parameters) ?? [];
  return token === undefined ? undefined : `answer ${token}`;
};

function tidied(lines: readonly string[]): string[] {
  return lines
    .filter((line) => !/waits \d/.test(line))
    .map((line) =>
      line
        .replaceAll(/ +/g, " ")
        .replace(/attempt (\d+) in .*/, "attempt $1 now")
        .trim(),
    );
}

/** Retries are told when they are scheduled, or when they begin. */
const untimed = (lines: readonly string[]): string[] =>
  lines.map((line) => (line.startsWith("↻") ? line.replace(/\d+ m?s /, "") : line)).toSorted();

const branch = (states: { readonly [name: string]: Json }): Json => machine(states);
const workflows: readonly (readonly [name: string, definition: Json, options?: PlayOptions])[] = [
  [
    "a choice, a wait and a success",
    machine({
      Which: { Type: "Choice", Choices: [{ Variable: "$", IsPresent: true, Next: "Nap" }] },
      Nap: { Type: "Wait", Seconds: 3, Next: "End" },
      End: { Type: "Succeed" },
    }),
  ],
  [
    "nested branches and iterations",
    machine({
      Both: {
        Type: "Parallel",
        Branches: [
          branch({
            Left: { Type: "Pass", Next: "Inner" },
            Inner: { Type: "Parallel", Branches: [branch({ Deep: task() })], End: true },
          }),
          branch({ Each: { Type: "Map", ItemsPath: "$.items", ItemProcessor: branch({ One: task() }), End: true } }),
        ],
        Next: "After",
      },
      After: { Type: "Pass", End: true },
    }),
  ],
  [
    "a failure that nothing catches",
    machine({
      Both: {
        Type: "Parallel",
        Branches: [branch({ A: task() }), branch({ B: { Type: "Wait", Seconds: 9, End: true } })],
        End: true,
      },
    }),
    { perform: () => failed },
  ],
  [
    "a failure of an iteration",
    machine({
      Each: {
        Type: "Map",
        ItemsPath: "$.items",
        MaxConcurrency: 1,
        ItemProcessor: branch({ A: task() }),
        Catch: everything,
        End: true,
      },
      After: { Type: "Pass", End: true },
    }),
    { perform: () => failed },
  ],
  [
    "a failure that is caught",
    machine({ A: task({ Catch: everything }), After: { Type: "Pass", End: true } }),
    { perform: () => failed },
  ],
  ["a Fail state", machine({ A: { Type: "Fail", Error: "E", Cause: "why" } })],
  [
    "a Fail state within a Map",
    machine({
      Each: {
        Type: "Map",
        ItemsPath: "$.items",
        ItemProcessor: branch({ A: { Type: "Fail", Error: "E", Cause: "why" } }),
        End: true,
      },
    }),
  ],
  [
    "a callback that times out",
    machine({
      A: task({
        Resource: `${lambda}.waitForTaskToken`,
        TimeoutSeconds: 5,
        Parameters: { FunctionName: "f", Payload: { "t.$": "$$.Task.Token" } },
      }),
    }),
    { perform: () => undefined },
  ],
  [
    "an activity",
    machine({
      A: {
        Type: "Task",
        Resource: "arn:aws:states:us-east-1:123456789012:activity:work",
        TimeoutSeconds: 5,
        End: true,
      },
    }),
  ],
  ["a wrong path", machine({ A: { Type: "Pass", InputPath: "$.nowhere", End: true } })],
];

for (const [name, definition, options] of workflows) {
  test(`a history tells the same of ${name}`, () => {
    const { live, read } = told(definition, options);
    assert.ok(live.length > 0);
    assert.deepEqual(read.toSorted(), live.toSorted());
  });
}

test("a history tells of retries, and of an execution that was redriven", () => {
  let calls = 0;
  const perform = (): TaskOutcome =>
    ++calls % 3 === 0 && calls > 5 ? { kind: "succeeded", output: Payload.ofText("{}") } : failed;
  const retry = [{ ErrorEquals: ["Busy"], IntervalSeconds: 2, MaxAttempts: 2 }];
  const { live, read } = told(machine({ Call: task({ Retry: retry }) }), { perform, redrives: 1 });
  assert.ok(live.length > 4, live.join("\n"));
  assert.deepEqual(untimed(read), untimed(live));
});

test("a history of an execution that runs says where it is", () => {
  const lines = new HistoryLines({ paint: plain, answer: () => undefined, columns: { nameWidth: 0 } });
  const { events } = play(
    machine({ Each: { Type: "Map", ItemsPath: "$.items", ItemProcessor: branch({ A: task() }), End: true } }),
    {
      input: { items: [1] },
      perform: () => undefined,
    },
  );
  for (const event of publicHistory(events, { region: "us-east-1", isDataIncluded: false }))
    lines.linesOf(event as unknown as JsonObject);
  assert.deepEqual(tidied(lines.openLines()), ["… Each[0] › A Task is under way"]);
});
