// Runs the samples: with every task mocked, and with those that call the services of an AWS-compatible endpoint performed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseTaskResource } from "../../src/asl/resource.ts";
import { type Clock, systemClock } from "../../src/runtime/clock.ts";
import { type ServerOptions, startServer } from "../../src/server/start-server.ts";
import { parseFunctionConfig } from "../../src/tasks/functions/parse-config.ts";
import { fastClock } from "../fast-clock.ts";
import { arns, type Log } from "../fast-server.ts";
import { playAll, type Ran } from "../ran.ts";
import { isDistributed, objectOf, tasksOf } from "./definition.ts";
import { expectedServed, judged } from "./expected.ts";
import { startSampleFunctions } from "./functions.ts";
import { leapingClock } from "./leaping-clock.ts";
import { play, type PlayedSample } from "./play-samples.ts";
import type { Sample } from "./read-samples.ts";
import { bucketsOf, makeResources } from "./resources.ts";
import { answersOf, writeSampleMocks } from "./sample-answers.ts";

/** Rows of the table. */
export const sampleAreas = ["all, mocked", "at an endpoint"] as const;

/**
 * Every Task is answered by a mock, but those of activities, which a worker answers; folders stand for the buckets of
 * distributed Maps. Both take their own time.
 */
export async function runMocked(samples: readonly Sample[], log: Log): Promise<readonly Ran[]> {
  const leaping = leapingClock();
  try {
    const others = samples.filter((sample) => !reachesOut(sample));
    const played = [
      ...(await runMockedAt(leaping, others, log)),
      ...(await runMockedAt(systemClock, samples.filter(reachesOut), log)),
    ];
    return judged(sampleAreas[0], played, {});
  } finally {
    leaping.stop();
  }
}

const reachesOut = ({ text, definition }: Sample): boolean => text.includes(":activity:") || isDistributed(definition);

async function runMockedAt(clock: Clock, samples: readonly Sample[], log: Log): Promise<readonly PlayedSample[]> {
  const answers = new Map(samples.map((sample) => [sample, answersOf(sample)]));
  const mocks = writeSampleMocks(samples, (sample) => answers.get(sample)?.tasks ?? {});
  const buckets = writeBuckets(samples);
  const server = await startServer({ ...serverOptions(log), clock, mocks: mocks.path, buckets: buckets.folders });
  try {
    return await playAll(samples, (sample) => play(sample, server.url, answers.get(sample) ?? answersOf(sample)));
  } finally {
    await server.close();
    mocks.remove();
    buckets.remove();
  }
}

interface WrittenBuckets {
  /** Absolute paths by the names of the buckets. */
  readonly folders: ReadonlyMap<string, string>;
  remove(): void;
}

function writeBuckets(samples: readonly Sample[]): WrittenBuckets {
  const directory = mkdtempSync(join(tmpdir(), "pawl-buckets-"));
  const folders = new Map<string, string>();
  for (const { name, objects } of samples.flatMap(bucketsOf)) {
    const folder = join(directory, encodeURIComponent(name));
    folders.set(name, folder);
    for (const [key, text] of Object.entries(objects)) {
      mkdirSync(dirname(join(folder, key)), { recursive: true });
      writeFileSync(join(folder, key), text);
    }
  }
  return { folders, remove: () => rmSync(directory, { recursive: true }) };
}

const served = new Set(["sqs", "sns", "dynamodb", "s3", "events", "lambda"]);

/** Whether a task is one of the services that an endpoint and functions stand in for. */
function isServed(resource: string): boolean {
  const parsed = parseTaskResource(resource);
  if (parsed?.kind !== "service") return parsed?.kind === "lambda";
  return served.has(parsed.service.replace("aws-sdk:", ""));
}

export function callsServed({ definition }: Sample): boolean {
  return tasksOf(definition).some(({ state }) => isServed(String(state["Resource"])));
}

/** Long beside a call to the endpoint, with waits that are no longer than they have to be. */
const speed = 20;
const longestWaitSeconds = 10;

/** The tasks of `served` are performed, and the others mocked. */
export async function runServed(given: readonly Sample[], endpoint: string, log: Log): Promise<readonly Ran[]> {
  const samples = given.map(atHome);
  const answers = new Map(samples.map((sample) => [sample, answersOf(sample)]));
  const tasks = (sample: Sample) => answers.get(sample)?.tasks ?? {};
  const functions = await startSampleFunctions(samples, tasks);
  const mocks = writeSampleMocks(samples, (sample) => {
    const mocked = tasksOf(sample.definition).filter(({ state }) => !isServed(String(state["Resource"])));
    return Object.fromEntries(mocked.map(({ name }) => [name, tasks(sample)[name] ?? {}]));
  });
  const server = await startServer({
    ...serverOptions(log),
    clock: fastClock(speed),
    mocks: mocks.path,
    functions: parseFunctionConfig(functions.targets, process.cwd()),
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: arns.account,
      AWS_SECRET_ACCESS_KEY: "samples",
    },
  });
  try {
    for (const sample of samples) await makeResources(sample, endpoint);
    const played = await playAll(samples, (sample) =>
      play(sample, server.url, answers.get(sample) ?? answersOf(sample)),
    );
    return judged(sampleAreas[1], played, expectedServed);
  } finally {
    await server.close();
    functions.close();
    mocks.remove();
  }
}

/** The sample with what it names in the account and region of the server, with short waits, and with time limits that stay. */
function atHome(sample: Sample): Sample {
  const text = sample.text
    .replaceAll(/:[a-z]{2}-[a-z]+-\d:\d{12}:/g, `:${arns.region}:${arns.account}:`)
    .replaceAll(/"((?:Timeout|Heartbeat)Seconds)":\s*(\d+)/g, (_all, field: string, seconds: string) => {
      return `"${field}": ${Number(seconds) * speed}`;
    })
    .replaceAll(/"Seconds":\s*(\d+)/g, (_all, seconds: string) => {
      return `"Seconds": ${Math.min(Number(seconds), longestWaitSeconds)}`;
    });
  return { ...sample, text, definition: objectOf(JSON.parse(text)) };
}

function serverOptions(log: Log): Omit<ServerOptions, "clock" | "mocks"> {
  return {
    host: "127.0.0.1",
    port: 0,
    db: "memory",
    arns,
    functions: new Map(),
    environment: {},
    log: (message, error) => log(`${message} ${error instanceof Error ? (error.stack ?? error.message) : ""}`),
  };
}
