import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../asl/json.ts";
import { play } from "../../testing/play.ts";
import { lineOf } from "./execution-lines.ts";
import { plain } from "./terminal.ts";

/** The lines of an execution that plays on the bare engine. */
function linesOf(definition: Json): readonly string[] {
  const { execution, events } = play(definition);
  return events.flatMap((event) => lineOf({ execution }, event, plain) ?? []);
}

const machine = (state: Json): Json => ({ StartAt: "A", States: { A: state } });

test("an execution that ends is one line: what became of it, its name, its duration, and why", () => {
  const rows: readonly (readonly [definition: Json, line: string])[] = [
    [machine({ Type: "Wait", Seconds: 90, End: true }), "succeeded played:one after 1 min 30 s"],
    [machine({ Type: "Fail", Error: "Oh", Cause: "first\nsecond" }), "failed played:one after 0 ms Oh: first"],
    [
      machine({ Type: "Pass", InputPath: "$.a", End: true }),
      "failed played:one after 0 ms States.Runtime: Invalid path '$.a' : No results for path: $['a'] in A",
    ],
    [
      machine({
        Type: "Fail",
        Error: "CommandFailed",
        Cause: 'Traceback (most recent call last):\n  File "x"\nValueError: 7',
      }),
      "failed played:one after 0 ms CommandFailed: ValueError: 7",
    ],
    [machine({ Type: "Fail" }), "failed played:one after 0 ms"],
    [
      machine({ Type: "Fail", Error: "Oh", Cause: '{"errorMessage":"no \\u001b[2J luck","trace":[]}' }),
      "failed played:one after 0 ms Oh: no \uFFFD[2J luck",
    ],
    [
      { TimeoutSeconds: 2, StartAt: "A", States: { A: { Type: "Wait", Seconds: 90, End: true } } },
      "timed out played:one after 2 s",
    ],
  ];
  for (const [definition, line] of rows) {
    assert.deepEqual(
      linesOf(definition).map((found) => found.replaceAll(/ +/g, " ")),
      [line],
    );
  }
});
