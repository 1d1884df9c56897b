// Runs the cases against one real server over HTTP and sorts what comes out.
import { parseFunctionConfig } from "../src/tasks/functions/config.ts";
import { type PawlServer, startServer } from "../src/server/start-server.ts";
import type { Json } from "../src/asl/json.ts";
import { type Difference, differences } from "./compare.ts";
import type { Case } from "./corpus.ts";
import { fastClock } from "./fast-clock.ts";
import { startFunctions } from "./function-server.ts";
import { writeMocks } from "./mock-file.ts";
import { normalise } from "./normalise.ts";
import { playCase } from "./play.ts";
import { whyNotRunnable } from "./runnable.ts";

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
  const mocked = await runTogether(cases.filter(isMocked), log);
  const others = await runTogether(
    cases.filter((one) => !isMocked(one)),
    log,
  );
  const byCase = new Map([...mocked, ...others].map((ran) => [ran.recorded, ran]));
  return cases.flatMap((one) => byCase.get(one) ?? []);
}

async function runTogether(cases: readonly Case[], log: Log): Promise<readonly Ran[]> {
  const functions = await startFunctions(cases, speed);
  const mocks = writeMocks(cases, arns);
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    db: "memory",
    arns,
    functions: parseFunctionConfig(functions.targets, process.cwd()),
    environment: { AWS_ENDPOINT_URL_LAMBDA: functions.url, SFN_MOCK_CONFIG: mocks.path },
    clock: fastClock(speed),
    log: (message, error) => log(`${message} ${error instanceof Error ? (error.stack ?? error.message) : ""}`),
  });
  try {
    const results: Ran[] = [];
    const queue = [...cases.entries()];
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [i, recorded] = next;
        results[i] = await runCase(recorded, server);
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

async function runCase(recorded: Case, server: PawlServer): Promise<Ran> {
  const whyNot = whyNotRunnable(recorded);
  if (whyNot !== undefined) return { recorded, outcome: "not runnable", reason: whyNot, differences: [] };
  try {
    const played = await playCase(recorded, { url: server.url, arns, patienceMs });
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
