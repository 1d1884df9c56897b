// Samples as executions on a real server over HTTP: made, started, and described when they have ended.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Json, type JsonObject, stringifyJson } from "../../src/asl/json.ts";
import { startServer } from "../../src/server/start-server.ts";
import { send } from "../client.ts";
import { arns, type Log } from "../fast-server.ts";
import { playAll } from "../ran.ts";
import { sendUntil } from "../send-until.ts";
import { answersFor } from "./answers.ts";
import { handWritten } from "./hand-written.ts";
import { leapingClock } from "./leaping-clock.ts";
import type { Sample } from "./read-samples.ts";

export interface PlayedSample {
  readonly name: string;
  readonly status: string;
  /** Error and cause, or why there is no execution. */
  readonly problem: string;
}

const testCase = "Answered";
const roleArn = `arn:${arns.partition}:iam::${arns.account}:role/samples`;
const patienceMs = 20_000;

/** Every Task is answered by a mock. */
export async function playMocked(samples: readonly Sample[], log: Log): Promise<readonly PlayedSample[]> {
  const answers = new Map(samples.map(({ name, definition }) => [name, answersOf(name, definition)]));
  const directory = mkdtempSync(join(tmpdir(), "pawl-samples-"));
  const mocks = join(directory, "mocks.json");
  writeFileSync(mocks, stringifyJson(mockFile(answers)));
  const clock = leapingClock();
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    db: "memory",
    arns,
    functions: new Map(),
    environment: {},
    mocks,
    clock,
    log,
  });
  try {
    return await playAll(samples, (sample) =>
      play(sample, server.url, { input: answers.get(sample.name)?.input ?? {}, testCase: `#${testCase}` }),
    );
  } finally {
    clock.stop();
    await server.close();
    rmSync(directory, { recursive: true });
  }
}

interface SampleAnswers {
  readonly input: Json;
  readonly tasks: Readonly<Record<string, Json>>;
}

function answersOf(name: string, definition: JsonObject): SampleAnswers {
  const derived = answersFor(definition);
  const written = handWritten[name];
  return { input: written?.input ?? derived.input, tasks: { ...derived.tasks, ...written?.tasks } };
}

function mockFile(answers: ReadonlyMap<string, SampleAnswers>): Json {
  const machines: { [name: string]: Json } = {};
  const responses: { [name: string]: Json } = {};
  for (const [name, { tasks }] of answers) {
    const states: { [state: string]: Json } = {};
    for (const [state, answer] of Object.entries(tasks)) {
      states[state] = `${name} ${state}`;
      responses[`${name} ${state}`] = { "0-999": { Return: answer } };
    }
    machines[machineName(name)] = { TestCases: { [testCase]: states } };
  }
  return { StateMachines: machines, MockedResponses: responses };
}

/** A machine's name is shorter than some samples' are, and their beginnings tell them apart with their ends. */
const machineName = (name: string): string => (name.length <= 80 ? name : `${name.slice(0, 40)}${name.slice(-40)}`);

export async function play(
  { name, text }: Sample,
  url: string,
  { input, testCase: suffix = "" }: { readonly input: Json; readonly testCase?: string },
): Promise<PlayedSample> {
  await answerActivities(text, url);
  const type = handWritten[name]?.type ?? "STANDARD";
  const created = await send(url, "CreateStateMachine", { name: machineName(name), definition: text, roleArn, type });
  if (created.kind !== "answered") return { name, status: "REFUSED", problem: created.message };
  const stateMachineArn = `${String(created.body["stateMachineArn"])}${suffix}`;
  const op = type === "EXPRESS" ? "StartSyncExecution" : "StartExecution";
  const started = await send(url, op, { stateMachineArn, input: stringifyJson(input) });
  if (started.kind !== "answered") return { name, status: "REFUSED", problem: started.message };
  if (type === "EXPRESS") return outcomeOf(name, started.body);
  const { executionArn = null } = started.body;
  const isReady = ({ status }: JsonObject): boolean => status !== "RUNNING";
  const ended = await sendUntil(url, { executionArn }, { op: "DescribeExecution", isReady, patienceMs });
  if (ended.kind !== "answered") return { name, status: "REFUSED", problem: ended.message };
  return outcomeOf(name, ended.body);
}

function outcomeOf(name: string, { status = null, error, cause }: JsonObject): PlayedSample {
  return { name, status: String(status), problem: error === undefined ? "" : `${String(error)}: ${String(cause)}` };
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
