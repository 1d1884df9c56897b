import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Failure } from "../../engine/journal/event.ts";
import { spanFailure } from "./span.ts";

test("a failure tells its name and the first words of its cause, and no data", () => {
  const where = "An error occurred while executing the state 'Pick one' (entered at the event id #2).";
  const rows: readonly (readonly [failure: Failure, message: string | undefined])[] = [
    [{}, undefined],
    [{ error: "Busy" }, "Busy"],
    [{ cause: "\n\nfull\nof data" }, "full"],
    [{ error: "Busy", cause: "try later\r\nat line 1" }, "Busy: try later"],
    [{ error: "Busy", cause: "x".repeat(300) }, `Busy: ${"x".repeat(256)}`],
    [{ error: "E".repeat(250_000), cause: "said" }, `${"E".repeat(256)}: said`],
    [{ error: "TypeError", cause: '{"errorMessage":"no such item","trace":["data"]}' }, "TypeError: no such item"],
    [{ error: "States.TaskFailed", cause: '{"Input":"{\\"data\\":1}"}' }, "States.TaskFailed"],
    [{ error: "States.TaskFailed", cause: "the service is down" }, "States.TaskFailed: the service is down"],
    [{ error: "Broken", cause: '{"errorMessage":' }, "Broken"],
    [{ error: "Long", cause: `{"errorMessage":"data","more":"${"x".repeat(70_000)}"}` }, "Long"],
    [{ error: "Deep", cause: "[".repeat(60_000) }, "Deep"],
    [
      {
        error: "States.Runtime",
        cause: `${where} The JSONPath '$.a' specified for the field 'InputPath' could not be found in the input '{"data":1}'`,
      },
      `States.Runtime: ${where}`,
    ],
    [
      { error: "States.ResultPathMatchFailure", cause: 'Unable to apply step "a" to input "data"' },
      "States.ResultPathMatchFailure",
    ],
  ];
  for (const [failure, message] of rows) {
    assert.deepEqual(
      spanFailure(failure),
      { error: failure.error?.slice(0, 256), message },
      JSON.stringify(failure).slice(0, 200),
    );
  }
});

test("what is told of a failure does not keep all that its cause said in memory", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const heapAfterCollection = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = heapAfterCollection();
  const kept = Array.from({ length: 200 }, (_, i) => spanFailure({ cause: `${i} went wrong ${"x".repeat(250_000)}` }));
  assert.ok(heapAfterCollection() - before < 5_000_000);
  assert.equal(kept.length, 200);
});
