// The lines of executions that play on the bare engine: nested scopes, retries, what is caught, and what fails.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import type { TaskOutcome } from "../../engine/effect.ts";
import { play } from "../../testing/play.ts";
import { failureText, LiveLines, placeIn } from "./live-lines.ts";
import { plain } from "./terminal.ts";

const lambda = "arn:aws:states:::lambda:invoke";
const task = (more: { readonly [name: string]: Json } = {}): Json => ({
  Type: "Task",
  Resource: lambda,
  Parameters: { FunctionName: "f", Payload: {} },
  End: true,
  ...more,
});
const failed: TaskOutcome = {
  kind: "failed",
  error: "Busy",
  cause: '{"errorMessage":"try later.","errorType":"Busy"}',
};

function linesOf(definition: Json, perform?: () => TaskOutcome | undefined, redrives = 0): readonly string[] {
  const lines = new LiveLines({ paint: plain, answer: (token) => `pawl answer ${token}`, columns: { nameWidth: 0 } });
  const input = { items: [1, 2] };
  const said: string[] = [];
  play(definition, {
    input,
    redrives,
    ...(perform === undefined ? {} : { perform }),
    onEvent: (event, before) => said.push(...lines.linesOf(event, before)),
  });
  return said.map((line) =>
    line
      .replaceAll(/ +/g, " ")
      .replace(/until [\d:]+/, "until then")
      .trim(),
  );
}

test("states of branches and iterations have their place before their name", () => {
  const lines = linesOf({
    StartAt: "Both",
    States: {
      Both: {
        Type: "Parallel",
        Branches: [
          { StartAt: "Left", States: { Left: { Type: "Pass", End: true } } },
          {
            StartAt: "Each",
            States: {
              Each: {
                Type: "Map",
                ItemsPath: "$.items",
                ItemProcessor: { StartAt: "One", States: { One: { Type: "Pass", End: true } } },
                End: true,
              },
            },
          },
        ],
        Next: "Which",
      },
      Which: { Type: "Choice", Choices: [{ Variable: "$", IsPresent: true, Next: "End" }] },
      End: { Type: "Succeed" },
    },
  });
  assert.deepEqual(lines.toSorted(), [
    "✓ Both Parallel 0 ms",
    "✓ Both[0] › Left Pass 0 ms",
    "✓ Both[1] › Each Map 0 ms",
    "✓ Both[1] › Each[0] › One Pass 0 ms",
    "✓ Both[1] › Each[1] › One Pass 0 ms",
    "✓ End Succeed 0 ms",
    "✓ Which Choice 0 ms → End",
  ]);
});

test("a retry says what failed and when it is tried again, and the end how many attempts there were", () => {
  let calls = 0;
  const retry = [{ ErrorEquals: ["Busy"], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 2 }];
  const lines = linesOf({ StartAt: "Call", States: { Call: task({ Retry: retry }) } }, () =>
    ++calls < 3 ? failed : undefined,
  );
  assert.deepEqual(lines.slice(0, 2), [
    "↻ Call Task 0 ms Busy: try later; attempt 2 in 2 s",
    "↻ Call Task 2 s Busy: try later; attempt 3 in 4 s",
  ]);
});

test("a failure that is caught within a Map is none of the Map", () => {
  const inner = {
    StartAt: "Call",
    States: {
      Call: task({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Noted" }] }),
      Noted: { Type: "Pass", End: true },
    },
  };
  const definition = {
    StartAt: "Each",
    States: {
      Each: { Type: "Map", ItemsPath: "$.items", ItemProcessor: inner, Next: "Nap" },
      Nap: { Type: "Wait", Seconds: 5, End: true },
    },
  };
  const lines = linesOf(definition, () => failed);
  assert.deepEqual(
    lines.filter((line) => !line.includes("[1]")),
    [
      "✗ Each[0] › Call Task 0 ms Busy: try later; caught → Noted",
      "✓ Each[0] › Noted Pass 0 ms",
      "✓ Each Map 0 ms",
      "… Nap Wait waits 5 s, until then",
      "✓ Nap Wait 5 s",
    ],
  );
});

test("a failure that nothing catches ends the states around it", () => {
  const branches = [{ StartAt: "Call", States: { Call: task() } }];
  const lines = linesOf(
    { StartAt: "Both", States: { Both: { Type: "Parallel", Branches: branches, End: true } } },
    () => failed,
  );
  assert.deepEqual(lines, ["✗ Both[0] › Call Task 0 ms Busy: try later.", "✗ Both Parallel 0 ms Busy: try later."]);
});

test("a state that a redrive begins again is told once more, without what had failed before", () => {
  const branches = [{ StartAt: "Call", States: { Call: task() } }];
  let calls = 0;
  const lines = linesOf(
    { StartAt: "Both", States: { Both: { Type: "Parallel", Branches: branches, End: true } } },
    () => (++calls === 1 ? failed : { kind: "succeeded", output: Payload.ofText("{}") }),
    1,
  );
  assert.deepEqual(lines, [
    "✗ Both[0] › Call Task 0 ms Busy: try later.",
    "✗ Both Parallel 0 ms Busy: try later.",
    "✓ Both[0] › Call Task 0 ms",
    "✓ Both Parallel 0 ms",
  ]);
});

test("a callback says how to send it", () => {
  const definition = { StartAt: "Ask", States: { Ask: task({ Resource: `${lambda}.waitForTaskToken` }) } };
  const [first, second] = linesOf(definition, () => undefined);
  assert.match(first ?? "", /^… Ask Task waits for a callback/);
  assert.equal(second, "pawl answer token-3");
});

test("a task that waits for a job asks for no callback, though it has a token", () => {
  const resource = "arn:aws:states:::states:startExecution.sync:2";
  const definition = {
    StartAt: "Run",
    States: { Run: task({ Resource: resource, Parameters: { StateMachineArn: "m" } }) },
  };
  assert.deepEqual(
    linesOf(definition, () => undefined),
    [],
  );
});

test("failures are one line of text, without what steers terminals", () => {
  const rows: readonly (readonly [failure: { error?: string; cause?: string }, text: string])[] = [
    [{}, "failed without a reason"],
    [{ error: "E" }, "E"],
    [{ cause: "why\nso" }, "why so"],
    [{ error: "E", cause: '{"errorMessage":"m"}' }, "E: m"],
    [{ error: "E", cause: '{"Error":"Inner","Cause":"{\\"errorMessage\\":\\"m\\"}"}' }, "E: Inner: m"],
    [{ error: "E", cause: "{no json" }, "E: {no json"],
    [{ error: "E", cause: '{"other":1}' }, 'E: {"other":1}'],
    [{ error: "\u001b[31mE" }, "\uFFFD[31mE"],
    [{ error: "E", cause: "x".repeat(500) }, `E: ${"x".repeat(396)}…`],
    [
      {
        error: "States.Runtime",
        cause: "An error occurred while executing the state 'A' (entered at the event id #2). Why.",
      },
      "States.Runtime: Why.",
    ],
    [
      { error: "E", cause: 'Hello\nTraceback (most recent call last):\n  File "f.py"\nValueError: 7\n' },
      "E: ValueError: 7",
    ],
  ];
  for (const [failure, text] of rows) assert.equal(failureText(failure), text);
});

test("the place where a function failed is its first own file in the trace", () => {
  const trace = [
    "Error: no",
    "    at JSON.parse (<anonymous>)",
    "    at f (file:///a%20b/f.js:3:9)",
    "    at g (file:///g.js:1:1)",
  ];
  assert.deepEqual(placeIn(JSON.stringify({ trace })), { path: "/a b/f.js", position: "3:9" });
  assert.deepEqual(placeIn(JSON.stringify({ trace: ["    at file:///f.mts:1:2"] })), {
    path: "/f.mts",
    position: "1:2",
  });
  const own = new URL("../../tasks/functions/node-runtime/returned.ts", import.meta.url);
  const ofRuntime = ["Error: no", `    at returned (${own.href}:3:9)`];
  assert.equal(placeIn(JSON.stringify({ trace: ofRuntime })), undefined);
  assert.deepEqual(placeIn(JSON.stringify({ trace: [...ofRuntime, ...trace.slice(1)] }))?.position, "3:9");
  for (const cause of ["", "why", '{"trace":["at f (file:///f.js:1:1)"]}', '{"trace":["    at f (node:fs:1:1)"]}']) {
    assert.equal(placeIn(cause), undefined);
  }
});
