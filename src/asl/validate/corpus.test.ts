import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { inOneGo } from "../pieces.ts";
import { validateDefinition } from "./validate.ts";

const projectRoot = path.join(import.meta.dirname, "../../..");
const samples = process.env.PAWL_SAMPLES ?? path.join(projectRoot, "../shared/samples");
const recordings = process.env.PAWL_RECORDINGS ?? path.join(projectRoot, "../shared/conformance/given");

const skipWithout = (folder: string) => (existsSync(folder) ? false : `${folder} is not there`);

function errorsOf(text: string): readonly string[] {
  return inOneGo(validateDefinition(text, { type: "STANDARD" }))
    .filter(({ severity }) => severity === "ERROR")
    .map(({ message, location }) => `${message} @ ${location ?? "nowhere"}`);
}

/**
 * The text that a deployment would put in: a whole `Resource` by what its name says, a partition, otherwise a word or a
 * number.
 */
function substitute(text: string): string {
  return text
    .replaceAll(/"Resource":\s*"\$\{(\w+)\}"/g, (_all, name: string) => `"Resource":"${plausibleResource(name)}"`)
    .replaceAll(/\$\{\w*partition\}/gi, "aws")
    .replaceAll(/:\s*\$\{\w+\}/g, ": 1")
    .replaceAll(/\$\{[^}]*\}/g, "value");
}

function plausibleResource(name: string): string {
  if (name.includes("Activity")) return "arn:aws:states:us-east-1:123456789012:activity:a";
  return `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
}

test("every published sample is accepted, raw where it has no substitutions", { skip: skipWithout(samples) }, () => {
  const names = readdirSync(samples).filter((name) => name.endsWith(".json"));
  assert.ok(names.length > 100);
  for (const name of names) {
    const text = readFileSync(path.join(samples, name), "utf8");
    if (!text.includes("${")) assert.deepEqual(errorsOf(text), [], name);
    assert.deepEqual(errorsOf(substitute(text)), [], name);
  }
});

interface Recording {
  readonly suspect?: string;
  readonly definitions?: readonly unknown[];
  readonly expected?: unknown;
}

/** Definitions that AWS has run, with ARNs where the recordings have placeholders. */
function recordedDefinitions(file: string): readonly string[] {
  const { suspect, definitions = [], expected } = JSON.parse(readFileSync(file, "utf8")) as Recording;
  const outcome = JSON.stringify(expected);
  if (suspect !== undefined || outcome.includes("InvalidDefinition") || outcome.includes('"FAIL"')) return [];
  return definitions
    .filter((text) => typeof text === "string")
    .filter(isMachine)
    .map((text) =>
      text
        .replaceAll(/\$\{lambda\.[^}]*\}/g, plausibleResource("f"))
        .replaceAll(/\$\{c\d+\.activityArn[^}]*\}/g, plausibleResource("Activity"))
        .replaceAll("${region}", "us-east-1")
        .replaceAll(/\$\{(?:account|secondAccount)\}/g, "123456789012"),
    );
}

/** Recordings of TestState hold states by themselves. */
function isMachine(text: string): boolean {
  const definition: unknown = JSON.parse(text);
  return typeof definition === "object" && definition !== null && "States" in definition && "StartAt" in definition;
}

test("every definition that AWS is recorded to have run is accepted", { skip: skipWithout(recordings) }, () => {
  const files = readdirSync(recordings, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\/.*\.json$/.test(name),
  );
  let count = 0;
  for (const file of files) {
    for (const text of recordedDefinitions(path.join(recordings, file))) {
      count++;
      assert.deepEqual(errorsOf(text), [], `${file}: ${text}`);
    }
  }
  assert.ok(count > 300, `${count} definitions`);
});
