import assert from "node:assert/strict";
import { test } from "node:test";
import { type ConsoleClient, openConsole } from "../../testing/console-client.ts";
import type { ExecutionFacts, Summary, WaitingPage } from "./contract.ts";

const roleArn = "arn:aws:iam::123456789012:role/r";
const activity = "arn:aws:states:us-east-1:123456789012:activity:approve";
const count = 120;

async function read<Answer>(client: ConsoleClient, path: string): Promise<Answer> {
  const { status, body } = await client.get(path);
  assert.equal(status, 200, JSON.stringify(body));
  return body as Answer;
}

async function waitingTasks(client: ConsoleClient): Promise<readonly WaitingPage[]> {
  const pages: WaitingPage[] = [];
  for (let next: string | undefined = ""; next !== undefined; { next } = pages.at(-1) ?? {})
    pages.push(await read<WaitingPage>(client, `waiting?after=${next}`));
  return pages;
}

test("the inbox has the tasks of child executions of Map Runs, page by page, and answers them", async (t) => {
  const client = await openConsole(t);
  await client.act("CreateActivity", { name: "approve" });
  const states = { Ask: { Type: "Task", Resource: activity, End: true } };
  const definition = JSON.stringify({
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        Label: "Each",
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
          StartAt: "Ask",
          States: states,
        },
        End: true,
      },
    },
  });
  const { stateMachineArn } = await client.act("CreateStateMachine", { name: "m", definition, roleArn });
  const input = JSON.stringify(Array.from({ length: count }, (_, index) => index));
  const { executionArn } = await client.act("StartExecution", { stateMachineArn, input });
  let pages: readonly WaitingPage[] = [];
  while (pages.flatMap(({ tasks }) => tasks).length < count) pages = await waitingTasks(client);
  const tasks = pages.flatMap((page) => page.tasks);
  assert.deepEqual([pages.length, new Set(tasks.map((task) => task.executionArn)).size], [2, count]);
  const summary = await read<Summary>(client, "summary");
  assert.deepEqual([summary.waiting.isMore, summary.machines[0]?.counts.RUNNING], [true, 1]);
  const [task] = tasks;
  assert.match(task?.executionArn ?? "", /:execution:m\/Each:/);
  const path = encodeURIComponent(task?.executionArn ?? "");
  const answered = await client.post(`waiting/${path}/${task?.eventId}`, { outcome: "success", output: "1" });
  assert.equal(answered.status, 200, JSON.stringify(answered.body));
  const facts = await read<ExecutionFacts>(client, `executions/${path}`);
  const { mapRuns } = await client.act("ListMapRuns", { executionArn });
  assert.deepEqual(
    [facts.mapRunArn],
    (mapRuns as { mapRunArn: string }[]).map(({ mapRunArn }) => mapRunArn),
  );
});
