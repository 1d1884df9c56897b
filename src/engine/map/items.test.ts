// Items of a Map that are evaluated again by a build that evaluates otherwise than the one that started it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import { environmentAt, play, playedIdentity } from "../../testing/play.ts";
import { apply } from "../apply.ts";
import { decide } from "../decide.ts";
import { newExecution } from "../execution.ts";

const map = (itemsPath: string): Json => ({
  StartAt: "M",
  States: {
    M: {
      Type: "Map",
      ItemsPath: itemsPath,
      MaxConcurrency: 1,
      ItemProcessor: {
        StartAt: "T",
        States: { T: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Parameters: {}, End: true } },
      },
      End: true,
    },
  },
});

const rows: readonly (readonly [itemsPath: string, error: string | undefined])[] = [
  ["$.items", undefined],
  ["$.others", "States.Runtime: The Map began with 2 items and now finds 3."],
  ["$.gone", 'States.ReferencePathConflict: Unable to apply step "gone" to input {"items":[1,2],"others":[1,2,3]}'],
];

test("a Map whose items come out otherwise goes on where they are as many, and fails by name where they are not", () => {
  const input = { items: [1, 2], others: [1, 2, 3] };
  const { events, now } = play(map("$.items"), { input, perform: () => undefined });
  const scheduled = events.find(({ kind }) => kind === "TaskScheduled");
  assert.ok(scheduled !== undefined);
  for (const [itemsPath, expected] of rows) {
    const execution = newExecution(playedIdentity(map(itemsPath)));
    for (const event of events) apply(execution, event);
    const outcome = { kind: "succeeded", output: Payload.ofText("1") } as const;
    decide(execution, { kind: "TaskOutcome", scheduledEventId: scheduled.id, outcome }, environmentAt(now));
    const cause = execution.cause?.replace(/^An error occurred .*?\)\. /, "");
    assert.equal(execution.error === undefined ? undefined : `${execution.error}: ${cause}`, expected);
  }
});
