// Samples as executions on a real server over HTTP: made, started, and described when they have ended.
import { setTimeout as delay } from "node:timers/promises";
import { isJsonObject, type Json, type JsonObject, stringifyJson } from "../../src/asl/json.ts";
import { readTaskToken } from "../../src/runtime/workers/task-token.ts";
import { send } from "../client.ts";
import { arns } from "../fast-server.ts";
import { listOf } from "./definition.ts";
import { sendUntil } from "../send-until.ts";
import { type SampleAnswers, testCase, typeOf } from "./sample-answers.ts";
import type { Sample } from "./read-samples.ts";

export interface PlayedSample {
  readonly name: string;
  /** `REFUSED` where there was no execution. */
  readonly status: string;
  /** Error and cause, or why there is no execution. */
  readonly problem: string;
}

const roleArn = `arn:${arns.partition}:iam::${arns.account}:role/samples`;
const patienceMs = 20_000;

export async function play(sample: Sample, url: string, answers: SampleAnswers): Promise<PlayedSample> {
  try {
    return await run(sample, url, answers);
  } catch (error) {
    return { name: sample.name, status: "REFUSED", problem: error instanceof Error ? error.message : String(error) };
  }
}

async function run(sample: Sample, url: string, answers: SampleAnswers): Promise<PlayedSample> {
  const { name, text } = sample;
  const type = typeOf(sample);
  await answerActivities(text, url);
  const created = await send(url, "CreateStateMachine", { name: sample.machine, definition: text, roleArn, type });
  if (created.kind !== "answered") return { name, status: "REFUSED", problem: created.message };
  const stateMachineArn = `${String(created.body["stateMachineArn"])}#${testCase}`;
  const op = type === "EXPRESS" ? "StartSyncExecution" : "StartExecution";
  const started = await send(url, op, { stateMachineArn, input: stringifyJson(answers.input) });
  if (started.kind !== "answered") return { name, status: "REFUSED", problem: started.message };
  const ended = type === "EXPRESS" ? started.body : await endOf(started.body, url, answers);
  const { status = null, error, cause } = ended;
  return { name, status: String(status), problem: error === undefined ? "" : `${String(error)}: ${String(cause)}` };
}

/** Answers the callbacks that the execution waits for until it has ended. */
async function endOf({ executionArn = null }: JsonObject, url: string, answers: SampleAnswers): Promise<JsonObject> {
  const answered = new Set<string>();
  let delayMs = 5;
  for (const deadline = Date.now() + patienceMs; ;) {
    const described = bodyOf(await send(url, "DescribeExecution", { executionArn }));
    if (described["status"] !== "RUNNING" || Date.now() > deadline) return described;
    for (const { token, state } of await callbacksOf(executionArn, url)) {
      if (answered.has(token)) continue;
      answered.add(token);
      const output = stringifyJson(answers.tasks[state] ?? {});
      await send(url, "SendTaskSuccess", { taskToken: token, output });
    }
    await delay(delayMs);
    delayMs = Math.min(delayMs * 1.3, 40);
  }
}

interface Callback {
  readonly token: string;
  readonly state: string;
}

/** The callbacks of an execution and of the children of its Map Runs. */
async function callbacksOf(executionArn: Json, url: string): Promise<readonly Callback[]> {
  // Express children have no history, and no callbacks either.
  if (String(executionArn).includes(":express:")) return [];
  const { events, mapRuns } = {
    ...bodyOf(await send(url, "GetExecutionHistory", { executionArn, maxResults: 1000 })),
    ...bodyOf(await send(url, "ListMapRuns", { executionArn })),
  };
  const callbacks = [...callbacksIn(listOf(events))];
  for (const { mapRunArn = null } of listOf(mapRuns)) {
    const { executions } = bodyOf(await send(url, "ListExecutions", { mapRunArn }));
    for (const child of listOf(executions)) {
      if (child["status"] === "RUNNING") callbacks.push(...(await callbacksOf(child["executionArn"] ?? null, url)));
    }
  }
  return callbacks;
}

/** The tokens in the parameters of tasks that were submitted, each with the state that gave it away. */
function callbacksIn(events: readonly JsonObject[]): readonly Callback[] {
  const byId = new Map(events.map((event) => [event["id"], event]));
  return events.flatMap((event) => {
    if (event["type"] !== "TaskSubmitted") return [];
    let state = "";
    let text = "";
    for (let at = byId.get(event["previousEventId"] ?? null); at !== undefined && state === "";) {
      text += stringifyJson(at["taskScheduledEventDetails"] ?? "");
      const entered = at["stateEnteredEventDetails"];
      if (isJsonObject(entered)) state = String(entered["name"]);
      at = byId.get(at["previousEventId"] ?? null);
    }
    const token = text.match(/[\w-]{40}/g)?.find((word) => readTaskToken(word) !== undefined);
    return token === undefined ? [] : [{ token, state }];
  });
}

/** Makes the activities that a definition names, each with a worker for one task. */
async function answerActivities(text: string, url: string): Promise<void> {
  const activities = [...text.matchAll(/"(arn:[\w:-]+:activity:[\w-]+)"/g)].flatMap(([, arn]) => arn ?? []);
  for (const activityArn of new Set(activities)) {
    await send(url, "CreateActivity", { name: activityArn.replace(/^.*:/, "") });
    void work(activityArn, url);
  }
}

async function work(activityArn: string, url: string): Promise<void> {
  const isReady = ({ taskToken }: JsonObject): boolean => taskToken !== undefined;
  const polled = await sendUntil(url, { activityArn }, { op: "GetActivityTask", isReady, patienceMs });
  if (polled.kind !== "answered") return;
  const { taskToken = null } = polled.body;
  await send(url, "SendTaskSuccess", { taskToken, output: "{}" });
}

/** @throws Error when the call was refused. */
function bodyOf(reply: Awaited<ReturnType<typeof send>>): JsonObject {
  if (reply.kind === "answered") return reply.body;
  throw new Error(`A call failed: ${reply.message}`);
}
