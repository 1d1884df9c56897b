// Plays the recordings of AWS against Pawl: `npm run conformance -- [--case <part of a name>] [--area <area>] [--write]`.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { findCorpus, readCorpus } from "./corpus.ts";
import { howToGiveEndpoint } from "./endpoint.ts";
import { readKnownFailures, staleEntries } from "./known-failures.ts";
import { explain, isKnown, lacksEndpoint, reasons, table, tabulate } from "./report.ts";
import { runCases } from "./run-cases.ts";

const projectRoot = fileURLToPath(new URL("..", import.meta.url));

const { values } = parseArgs({
  options: {
    case: { type: "string" },
    area: { type: "string" },
    write: { type: "boolean", default: false },
  },
});

const corpus = findCorpus(projectRoot);
if (corpus === undefined) {
  console.log("The recordings are not here: set PAWL_CONFORMANCE to their folder. Nothing was run.");
} else {
  await run(corpus);
}

async function run(directory: string): Promise<void> {
  const { case: part, area, write } = values;
  const cases = readCorpus(directory).filter(
    (recorded) => recorded.name.includes(part ?? "") && (area === undefined || recorded.area === area),
  );
  const known = readKnownFailures();
  const started = Date.now();
  const results = await runCases(cases, (message) => console.error(message));
  const failed = results.filter(({ outcome }) => outcome === "failed");
  const unknown = failed.filter((one) => !isKnown(one, known));
  if (part !== undefined) {
    for (const one of results) if (one.outcome !== "passed" || results.length < 4) console.log(`${explain(one)}\n`);
  } else {
    for (const { recorded, reason, differences } of unknown) {
      console.log(`failed: ${recorded.name}\n    ${(reason ?? differences[0]?.path ?? "").slice(0, 160)}`);
    }
  }
  const isWhole = part === undefined && area === undefined;
  const stale = isWhole ? staleEntries(known, results) : [];
  for (const problem of stale) console.log(problem);
  const unserved = results.filter(lacksEndpoint).length;
  if (unserved > 0) console.log(`${unserved} cases were not played: ${howToGiveEndpoint}`);
  const rows = table(tabulate(results, known));
  console.log(`\n${rows}\n${((Date.now() - started) / 1000).toFixed(1)} s`);
  if (write && isWhole)
    writeFileSync(new URL("../docs/conformance.md", import.meta.url), page(rows, reasons(results, known)));
  if (unknown.length > 0 || stale.length > 0) process.exitCode = 1;
}

function page(rows: string, why: string): string {
  return `# Conformance

Recordings of AWS itself are played against a real Pawl server over HTTP, and the answers compared strictly: order, types,
missing and extra members. \`npm run conformance -- --write\` makes this page.

Cases that need other AWS services are played with an AWS-compatible endpoint: the one that \`PAWL_CONFORMANCE_ENDPOINT\`
names, or else a \`moto_server\`, which the runner starts where it is on the \`PATH\`. What such an endpoint says of itself
(HTTP headers, signatures, checksums) is not compared; Lambda functions are played by the runner.

JSONPaths are compared with json-path 2.0.0, which AWS runs, by tests in \`src/asl/jsonpath\`: with its known answers where these
are present, and with the library itself on generated paths where Java and Debian's \`libjsonpath-java\` are installed.

- *passed*: the answers are AWS's.
- *failed*: they are not, and nobody knew.
- *known*: they are not, and \`conformance/known-failures.json\` says why.
- *not runnable*: there was no endpoint for a service that the case needs, or its recording does not hold what was done.

${rows}

${why}
`;
}
