// The samples that do not succeed, each with the reason why, and what came of samples beside it.
import type { Ran, WhyKnown } from "../ran.ts";
import type { PlayedSample } from "./play-samples.ts";

export interface Expected {
  readonly status: "FAILED";
  /** A part of error and cause. */
  readonly problem: string;
  readonly reason: string;
}

export type ExpectedOutcomes = Readonly<Record<string, Expected>>;

/** With the tasks of the endpoint's services performed, by the names of the samples; with every task mocked all succeed. */
export const expectedServed: ExpectedOutcomes = {
  "data-processing-cdk-statemachine-statemachine": {
    status: "FAILED",
    problem: "S3.SdkClientException: Unable to execute HTTP request: The answer is not one of S3",
    reason: "moto gives the time in the header of GetObjectAttributes in a form that no SDK takes",
  },
  "redshift-serverless-unload-statemachine-statemachine": {
    status: "FAILED",
    problem: "Manifest file not found: The manifest file could not be found",
    reason: "Redshift is mocked and writes no manifest; the definition catches that and fails",
  },
};

/** @param area a row of the table. */
export function judged(area: string, played: readonly PlayedSample[], expected: ExpectedOutcomes): readonly Ran[] {
  return played.map(({ name, status, problem }): Ran => {
    const { [name]: other } = expected;
    const came = { name, area, differences: [], reason: `${status} ${problem}` };
    if (status === "SUCCEEDED") return { ...came, outcome: "passed", reason: undefined };
    if (other === undefined) return { ...came, outcome: "failed" };
    if (status !== other.status || !problem.includes(other.problem)) {
      return { ...came, outcome: "failed", reason: `${came.reason}. expected.ts says: ${other.reason}` };
    }
    return { ...came, outcome: "failed", reason: other.reason };
  });
}

export const whyExpected: WhyKnown<Ran> = ({ name, reason }) => {
  const known = expectedServed[name]?.reason;
  return known === reason ? known : undefined;
};
