// Runs the cases against one real server over HTTP and sorts what comes out.
import { parseFunctionConfig } from "../src/tasks/functions/parse-config.ts";
import type { Comparison } from "./compare.ts";
import type { Case } from "./corpus.ts";
import { openEndpoint } from "./endpoint.ts";
import { arns, type Log, patienceMs, speed, startFastServer } from "./fast-server.ts";
import { startFunctions } from "./function-server.ts";
import { writeMocks } from "./mock-file.ts";
import { normalise } from "./normalise.ts";
import { playCase } from "./play.ts";
import { compareSides, playAll, type Ran } from "./ran.ts";
import { servicesOf, whyNotRunnable } from "./runnable.ts";

export interface RanRecording extends Ran {
  readonly recorded: Case;
}

/** Cases with a mock file have a server of their own, so that no list of the others shows their machines. */
export async function runCases(cases: readonly Case[], log: Log): Promise<readonly RanRecording[]> {
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
  /** The address of the AWS-compatible endpoint. */
  readonly endpoint: string | undefined;
  readonly log: Log;
}

async function runTogether(cases: readonly Case[], { endpoint, log }: Around): Promise<readonly RanRecording[]> {
  const functions = await startFunctions(cases, { speed, arns });
  const mocks = writeMocks(cases, arns);
  const environment = {
    ...(endpoint === undefined ? {} : { AWS_ENDPOINT_URL: endpoint }),
    AWS_ENDPOINT_URL_LAMBDA: functions.url,
    // Endpoints that know several accounts take such a key for the account's own.
    AWS_ACCESS_KEY_ID: arns.account,
    AWS_SECRET_ACCESS_KEY: "conformance",
  };
  const targets = parseFunctionConfig(functions.targets, process.cwd());
  const server = await startFastServer({ functions: targets, environment, mocks: mocks.path }, log);
  try {
    return await playAll(cases, (recorded) => runCase(recorded, server.url, endpoint));
  } finally {
    await server.close();
    functions.close();
    mocks.remove();
  }
}

async function runCase(recorded: Case, url: string, endpoint: string | undefined): Promise<RanRecording> {
  const { name, area } = recorded;
  const whyNot = whyNotRunnable(recorded, endpoint !== undefined);
  if (whyNot !== undefined) {
    return { recorded, name, area, outcome: "not runnable", reason: whyNot, differences: [] };
  }
  const outcome = await compareSides(async () => {
    const played = await playCase(recorded, { url, endpoint, arns, patienceMs });
    return normalise(recorded, played, arns);
  }, orderIn(recorded));
  return { recorded, name, area, ...outcome };
}

const ofAnswer = /^\$\.[^.]+$/;
const ofHeaders = /Headers$/;

/**
 * Where the order of members is AWS's own; those of an answer were brought into the order of their names by the recorder.
 */
function orderIn({ needs, mockConfig }: Case): Comparison {
  const isMocked = Object.keys(mockConfig).length > 0;
  return {
    isOrdered(path) {
      if (path === "$" || ofAnswer.test(path) || ofHeaders.test(path)) return false;
      // Outputs have the order in which the mock file gives them, and inputs may hold some.
      if (isMocked) return path.endsWith(".parameters");
      // AWS CloudFormation orders the members of a definition.
      return !(needs.includes("cloudformation") && path.includes(".definition."));
    },
  };
}
