import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../src/asl/json.ts";
import { taskAnswer } from "./task-answer.ts";

const history = (event: JsonObject): JsonObject => ({ get_execution_history: { events: [{ id: 1 }, event] } });
const failed = history({ taskFailedEventDetails: {} });
const echoed = history({ taskSucceededEventDetails: { output: { TaskToken: "<task_token:1>" } } });
const emptied = history({ taskSucceededEventDetails: { output: {} } });

const ofQueue = '{"TaskToken":"t","a":1}';
const ofTopic = JSON.stringify({ Type: "Notification", Message: '{"TaskToken":"t"}' });

const rows: readonly (readonly [sentence: string, body: string, expected: JsonObject, answer: unknown])[] = [
  ["a message without a token is not answered", '{"a":1}', echoed, undefined],
  ["a message that is no JSON is not answered", "text", echoed, undefined],
  [
    "a task that failed was failed with nothing",
    ofQueue,
    failed,
    { op: "SendTaskFailure", params: { taskToken: "t" } },
  ],
  [
    "a task that succeeded with its message was given it",
    ofQueue,
    echoed,
    { op: "SendTaskSuccess", params: { taskToken: "t", output: ofQueue } },
  ],
  [
    "a token comes in a notification, too",
    ofTopic,
    emptied,
    { op: "SendTaskSuccess", params: { taskToken: "t", output: "{}" } },
  ],
];

for (const [sentence, body, expected, answer] of rows) {
  test(sentence, () => {
    assert.deepEqual(taskAnswer(body, expected), answer);
  });
}
