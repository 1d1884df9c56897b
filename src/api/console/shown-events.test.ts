// Events as they are shown: no token gets out, data only where it may, and what is left folds as before.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Payload } from "../../asl/payload.ts";
import { decodeEvents } from "../../engine/journal/event-codec.ts";
import { eventMembers } from "../../engine/journal/event-members.ts";
import type { JournalEvent } from "../../engine/journal/event.ts";
import { withheldOf } from "../../engine/journal/withheld.ts";
import { makeTaskToken } from "../../runtime/workers/task-token.ts";
import { blankTokens, dataOf, shortCharacters, showRow, type Showing } from "./shown-events.ts";

const token = makeTaskToken({ executionId: 5, scheduledEventId: 3 });
const all: Showing = { data: "full", mayData: true };
const head = { previousEventId: 0, at: 1, scope: 0 };

function shown(events: readonly JournalEvent[], showing: Showing): readonly JournalEvent[] {
  return decodeEvents(showRow({ id: 1, events }, showing).events);
}

const scheduled: JournalEvent = {
  kind: "TaskScheduled",
  id: 3,
  ...head,
  resource: { kind: "service", arn: "arn", service: "sqs", action: "sendMessage", pattern: "waitForTaskToken" },
  parameters: Payload.ofText(`{"MessageBody":{"token":"${token}","link":"https://a.example/?t=${token}&x=1"}}`),
  token,
};

test("a task token is shown nowhere, whoever asks for whatever", () => {
  const carried = Payload.ofText(`{"nested":"{\\"t\\":\\"${token}\\"}","${token}":"id-${token}_x"}`);
  const events: readonly JournalEvent[] = [
    scheduled,
    { kind: "TaskSucceeded", id: 4, ...head, output: carried },
    { kind: "TaskFailed", id: 5, ...head, error: token, cause: `lost ${token}` },
    { kind: "StateExited", id: 6, ...head, stateType: "Task", name: "T", output: carried, assigned: { t: carried } },
    { kind: "EvaluationFailed", id: 7, ...head, state: "T", error: "e", cause: token },
    { kind: "ExecutionRedriven", id: 8, previousEventId: 7, at: 1, redriveCount: 1, clientToken: "c1" },
  ];
  for (const data of ["none", "short", "full"] as const) {
    for (const mayData of [true, false]) {
      const { events: text } = showRow({ id: 1, events }, { data, mayData });
      assert.ok(!text.includes(token) && !text.includes("c1"), `${data} ${mayData}`);
      assert.equal(decodeEvents(text).length, events.length);
    }
  }
  for (const event of events) assert.ok(!JSON.stringify(dataOf(event)).includes(token));
});

test("tokens of all executions are known in a text, and hardly anything else is taken for one", () => {
  for (const executionId of [1, 63, 64, 4_095, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 40 - 1]) {
    for (const scheduledEventId of [1, 63, 25_000, 2 ** 20 - 1]) {
      const made = makeTaskToken({ executionId, scheduledEventId });
      for (const around of [made, `A${made}`, `AAAA${made}`, `x-${made}AAAA`, `${made}${made}`]) {
        assert.ok(!blankTokens(around).includes(made.slice(4)), `${executionId} ${scheduledEventId}`);
      }
    }
  }
  for (const text of ["AAAA".repeat(1_000), "AAAAAAAAAAA", Buffer.alloc(3_000).toString("base64url")])
    assert.equal(blankTokens(text), text);
  const noise = randomBytes(300_000).toString("base64url");
  assert.equal(blankTokens(noise), noise);
});

test("large payloads are withheld unless they are asked for, all of them where none may be seen", () => {
  const large = Payload.ofText(`"${"é".repeat(shortCharacters)}"`);
  const small = Payload.ofText("{}");
  const events: readonly JournalEvent[] = [
    { kind: "StateEntered", id: 2, ...head, stateType: "Pass", name: "A", input: large },
    {
      kind: "StateExited",
      id: 3,
      ...head,
      stateType: "Pass",
      name: "A",
      output: large,
      assigned: { v: small, w: large },
    },
    { kind: "TaskFailed", id: 4, ...head, error: "E", cause: "the data" },
  ];
  const [entered, exited, failed] = shown(events, { data: "short", mayData: true });
  assert.ok(entered?.kind === "StateEntered" && exited?.kind === "StateExited" && failed?.kind === "TaskFailed");
  const size = { reason: "size", eventId: 2, member: "input", bytes: 2 * shortCharacters + 2 };
  assert.deepEqual(withheldOf(entered.input), size);
  assert.equal(exited.output, entered.input, "what events share they share again");
  assert.deepEqual([exited.assigned?.["v"]?.text, exited.assigned?.["w"]], ["{}", entered.input]);
  assert.equal(failed.cause, "the data");
  const whole = shown(events, all);
  assert.ok(whole[0]?.kind === "StateEntered" && whole[0].input.text === large.text);
  assert.deepEqual(dataOf(events[1] as JournalEvent), [
    { member: "output", text: large.text },
    { member: "assigned", variable: "v", text: "{}" },
    { member: "assigned", variable: "w", text: large.text },
  ]);

  const blind = shown(events, { data: "full", mayData: false });
  assert.ok(!JSON.stringify(blind).includes("the data"));
  for (const event of blind)
    for (const { text } of dataOf(event)) assert.match(text, /^\{"pawl:withheld":\{"reason":"rights"/);
});

test("every kind of events has its data among those that are withheld", () => {
  const types = new Set(Object.values(eventMembers).flatMap((members) => Object.values(members)));
  const data = [...types].filter((type) => type.startsWith("payload") || type.startsWith("assigned"));
  assert.deepEqual(data.toSorted(), ["assigned?", "payload"]);
});
