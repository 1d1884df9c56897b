// Pawl answers what AWS answered: the recordings, when they are here, played in full.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { findCorpus, readCorpus } from "./corpus.ts";
import { howToGiveEndpoint } from "./endpoint.ts";
import { readKnownFailures, staleEntries, whyKnown } from "./known-failures.ts";
import { explain, lacksEndpoint } from "./report.ts";
import { runCases } from "./run-cases.ts";

const corpus = findCorpus(fileURLToPath(new URL("..", import.meta.url)));
const skip = corpus === undefined ? "the recordings are not here: set PAWL_CONFORMANCE to their folder" : false;

test("every recording of AWS is repeated, but for the known failures, all of which still fail", { skip }, async (t) => {
  const known = readKnownFailures();
  const problems: string[] = [];
  const results = await runCases(readCorpus(corpus ?? ""), (message) => problems.push(message));
  const failed = results.filter(({ outcome }) => outcome === "failed");
  problems.push(...failed.filter((one) => whyKnown(one, known) === undefined).map(explain));
  problems.push(...staleEntries(known, results));
  const unserved = results.filter(lacksEndpoint).length;
  if (unserved > 0) t.diagnostic(`${unserved} cases were not played: ${howToGiveEndpoint}`);
  assert.ok(results.some(({ outcome }) => outcome === "passed"));
  assert.deepEqual(problems, []);
});
