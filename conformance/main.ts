// Plays what AWS answered against Pawl: `npm run conformance -- [--case <part of a name>] [--area <area>] [--write]`.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { findAwsCases, readAwsCases } from "./aws-cases.ts";
import { findCorpus, readCorpus } from "./corpus.ts";
import { howToGiveEndpoint, openEndpoint } from "./endpoint.ts";
import { readKnownCases } from "./known-cases.ts";
import { readKnownFailures, staleEntries, staleNames, whyKnown } from "./known-failures.ts";
import type { Ran, WhyKnown } from "./ran.ts";
import { explain, lacksEndpoint, reasons, table, tabulate } from "./report.ts";
import { runAwsCases } from "./run-aws-cases.ts";
import { runCases } from "./run-cases.ts";
import { expectedServed, whyExpected } from "./samples/expected.ts";
import { findSamples, readSamples } from "./samples/read-samples.ts";
import { callsServed, runMocked, runServed, sampleAreas } from "./samples/run-samples.ts";

const projectRoot = fileURLToPath(new URL("..", import.meta.url));

const { values } = parseArgs({
  options: {
    case: { type: "string" },
    area: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const isWhole = values.case === undefined && values.area === undefined;

const recordings = await playRecordings();
const awsCases = await playAwsCases();
const samples = await playSamples();
if (values.write && isWhole && recordings !== undefined && awsCases !== undefined && samples !== undefined) {
  writeFileSync(new URL("../docs/conformance.md", import.meta.url), page(recordings, awsCases, samples));
}

function isWanted({ name, area }: { readonly name: string; readonly area: string }): boolean {
  return name.includes(values.case ?? "") && (values.area === undefined || area === values.area);
}

async function playRecordings(): Promise<string | undefined> {
  const directory = findCorpus(projectRoot);
  if (directory === undefined) {
    console.log("The recordings are not here: set PAWL_CONFORMANCE to their folder. None was played.");
    return undefined;
  }
  const known = readKnownFailures();
  const started = Date.now();
  const results = await runCases(readCorpus(directory).filter(isWanted), (message) => console.error(message));
  const unserved = results.filter(lacksEndpoint).length;
  if (unserved > 0) console.log(`${unserved} cases were not played: ${howToGiveEndpoint}`);
  return report(results, {
    whyKnown: (one) => whyKnown(one, known),
    stale: staleEntries(known, results),
    unplayed: "not runnable",
    started,
  });
}

async function playAwsCases(): Promise<string | undefined> {
  const directory = findAwsCases(projectRoot);
  if (directory === undefined) {
    console.log("The cases that ran on AWS are not here: set PAWL_AWS_CASES to their folder. None was played.");
    return undefined;
  }
  const known = readKnownCases();
  const started = Date.now();
  const results = await runAwsCases(readAwsCases(directory).filter(isWanted), (message) => console.error(message));
  return report(results, {
    whyKnown: ({ name }) => known.get(name),
    stale: staleNames(known.keys(), results, "known-cases.json"),
    unplayed: "waiting",
    started,
  });
}

async function playSamples(): Promise<string | undefined> {
  const directory = findSamples(projectRoot);
  if (directory === undefined) {
    console.log("The samples are not here: set PAWL_SAMPLES to their folder. None was played.");
    return undefined;
  }
  const isAsked = ({ name }: { readonly name: string }): boolean =>
    sampleAreas.some((area) => isWanted({ name, area }));
  const samples = readSamples(directory).filter(isAsked);
  if (samples.length === 0) return undefined;
  const log = (message: string): void => console.error(message);
  const started = Date.now();
  const results = await runMocked(samples, log);
  const endpoint = await openEndpoint(log);
  if (endpoint === undefined) console.log(`Samples were played with mocks alone: ${howToGiveEndpoint}`);
  const served = endpoint === undefined ? [] : await runServed(samples.filter(callsServed), endpoint.url, log);
  endpoint?.close();
  return report([...results, ...served].filter(isWanted), {
    whyKnown: whyExpected,
    stale: staleNames(endpoint === undefined ? [] : Object.keys(expectedServed), served, "expected.ts"),
    unplayed: "waiting",
    started,
  });
}

interface Judged<R extends Ran> {
  readonly whyKnown: WhyKnown<R>;
  /** The problems of the list of known failures, should all cases have been played. */
  readonly stale: readonly string[];
  readonly unplayed: string;
  /** Epoch milliseconds. */
  readonly started: number;
}

/** @returns what the page says of these cases. */
function report<R extends Ran>(results: readonly R[], { whyKnown: why, stale, unplayed, started }: Judged<R>): string {
  const unknown = results.filter((one) => one.outcome === "failed" && why(one) === undefined);
  if (values.case !== undefined) {
    for (const one of results) if (one.outcome !== "passed" || results.length < 4) console.log(`${explain(one)}\n`);
  } else {
    for (const { name, reason, differences } of unknown) {
      console.log(`failed: ${name}\n    ${(reason ?? differences[0]?.path ?? "").slice(0, 160)}`);
    }
  }
  const problems = isWhole ? stale : [];
  for (const problem of problems) console.log(problem);
  const rows = table(tabulate(results, why), unplayed);
  console.log(`\n${rows}\n${((Date.now() - started) / 1000).toFixed(1)} s`);
  if (unknown.length > 0 || problems.length > 0) process.exitCode = 1;
  return `${rows}\n\n${reasons(results, why, unplayed)}`;
}

function page(ofRecordings: string, ofAwsCases: string, ofSamples: string): string {
  return `# Conformance

What AWS itself answered is played against a real Pawl server over HTTP. \`npm run conformance -- --write\` makes this page.

- *passed*: the answers are AWS's.
- *failed*: they are not, and nobody knew.
- *known*: they are not, and \`conformance/known-failures.json\`, \`conformance/known-cases.json\` or
  \`conformance/samples/expected.ts\` says why.
- *not runnable*: there was no endpoint for a service that the case needs, or its recording does not hold what was done.
- *waiting*: the case needs a part of AWS that is not there yet.

## Recordings

Whole conversations with AWS, whose answers are compared strictly: order, types, missing and extra members.

Cases that need other AWS services are played with an AWS-compatible endpoint: the one that \`PAWL_CONFORMANCE_ENDPOINT\`
names, or else a \`moto_server\`, which the runner starts where it is on the \`PATH\`. What such an endpoint says of itself
(HTTP headers, signatures, checksums) is not compared; Lambda functions are played by the runner.

JSONPaths are compared with json-path 2.0.0, which AWS runs, by tests in \`src/asl/jsonpath\`: with its known answers where these
are present, and with the library itself on generated paths where Java and Debian's \`libjsonpath-java\` are installed.

${ofRecordings}

## Cases that ran on AWS

Definitions with an input and what AWS answered in 2026: the output, the error and its cause, the order of a history, or
why the definition was refused. Most are facts from the cases of gabrielmoreira/tiny-asl-machine (MIT), which its author
ran on AWS; those of the area *Found* follow from rules that were measured there.

${ofAwsCases}

## Published workflows

The definitions of AWS's collection of workflows, with generated names in the place of what a deployment fills in. Once each with
every task answered by a mock, made from what the definition reads of the answers (some are written by hand, in
\`conformance/samples/hand-written.ts\`): then an execution must succeed. And once more those that call SQS, SNS, DynamoDB, S3,
EventBridge or Lambda, with these tasks performed: by the endpoint, which gets the queues, topics, tables, buckets and event
buses that the definition names, and by local functions.

${ofSamples}
`;
}
