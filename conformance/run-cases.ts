// Runs the cases against one real server over HTTP and sorts what comes out.
import { parseFunctionConfig } from "../src/tasks/functions/config.ts";
import { startServer } from "../src/server/start-server.ts";
import type { Json } from "../src/asl/json.ts";
import { type Difference, differences } from "./compare.ts";
import type { Case } from "./corpus.ts";
import { openEndpoint } from "./endpoint.ts";
import { fastClock } from "./fast-clock.ts";
import { startFunctions } from "./function-server.ts";
import { writeMocks } from "./mock-file.ts";
import { normalise } from "./normalise.ts";
import { playCase } from "./play.ts";
import { servicesOf, whyNotRunnable } from "./runnable.ts";

export interface Ran {
  readonly recorded: Case;
  readonly outcome: "passed" | "failed" | "not runnable";
  /** Why it is not runnable, or what went wrong besides differences. */
  readonly reason?: string | undefined;
  readonly differences: readonly Difference[];
  readonly observed?: Json | undefined;
  readonly expected?: Json | undefined;
}

const arns = { partition: "aws", region: "us-east-1", account: "123456789012" } as const;
/** Seconds of the server in one real second: one second must stay long beside a call over HTTP. */
const speed = 4;
/** Longer than any recording lasts at that speed. */
const patienceMs = 8000;
const concurrency = 12;

type Log = (message: string) => void;

/** Cases with a mock file have a server of their own, so that no list of the others shows their machines. */
export async function runCases(cases: readonly Case[], log: Log): Promise<readonly Ran[]> {
  const isMocked = ({ mockConfig }: Case): boolean => Object.keys(mockConfig).length > 0;
  const endpoint = cases.some((one) => servicesOf(one).length > 0) ? await openEndpoint(log) : undefined;
  try {
    const around = { endpoint: endpoint?.url, log };
    const mocked = await runTogether(cases.filter(isMocked), around);
    const others = await runTogether(
      cases.filter((one) => !isMocked(one)),
      around,
    );
    const byCase = new Map([...mocked, ...others].map((ran) => [ran.recorded, ran]));
    return cases.flatMap((one) => byCase.get(one) ?? []);
  } finally {
    endpoint?.close();
  }
}

interface Around {
  /** Of the AWS-compatible endpoint. */
  readonly endpoint: string | undefined;
  readonly log: Log;
}

async function runTogether(cases: readonly Case[], { endpoint, log }: Around): Promise<readonly Ran[]> {
  const functions = await startFunctions(cases, speed);
  const mocks = writeMocks(cases, arns);
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    db: "memory",
    arns,
    functions: parseFunctionConfig(functions.targets, process.cwd()),
    environment: {
      ...(endpoint === undefined ? {} : { AWS_ENDPOINT_URL: endpoint }),
      AWS_ENDPOINT_URL_LAMBDA: functions.url,
      // Endpoints that know several accounts take such a key for the account's own.
      AWS_ACCESS_KEY_ID: arns.account,
      AWS_SECRET_ACCESS_KEY: "conformance",
    },
    mocks: mocks.path,
    clock: fastClock(speed),
    // Without an error it is a warning, such as of the log group that a recording deletes.
    log: (message, error) => {
      if (error !== undefined) log(`${message} ${error instanceof Error ? (error.stack ?? error.message) : ""}`);
    },
  });
  try {
    const results: Ran[] = [];
    const queue = [...cases.entries()];
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [i, recorded] = next;
        results[i] = await runCase(recorded, server.url, endpoint);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    return results;
  } finally {
    await server.close();
    functions.close();
    mocks.remove();
  }
}

async function runCase(recorded: Case, url: string, endpoint: string | undefined): Promise<Ran> {
  const whyNot = whyNotRunnable(recorded, endpoint !== undefined);
  if (whyNot !== undefined) return { recorded, outcome: "not runnable", reason: whyNot, differences: [] };
  try {
    const played = await playCase(recorded, { url, endpoint, arns, patienceMs });
    const { observed, expected } = normalise(recorded, played, arns);
    const found = differences(expected, observed);
    return { recorded, outcome: found.length === 0 ? "passed" : "failed", differences: found, observed, expected };
  } catch (error) {
    return {
      recorded,
      outcome: "failed",
      reason: error instanceof Error ? error.message : String(error),
      differences: [],
    };
  }
}
