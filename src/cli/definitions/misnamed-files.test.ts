import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { nearMisses, rightNameOf } from "./misnamed-files.ts";

test("a template with a definition inside is not to be renamed, and one that names a file is to be changed with it", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-near-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const files: Readonly<Record<string, string>> = {
    "inline.yaml":
      "Transform: AWS::Serverless-2016-10-31\nResources:\n  M:\n    Properties:\n      Definition:\n        StartAt: A\n        States:\n          A: {Type: Succeed}\n",
    "template.yml":
      "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties: { DefinitionUri: order.json }\n",
    "order.json": '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const found = new Map(nearMisses(directory).map(({ path, advice }) => [basename(path), advice]));
  assert.deepEqual([...found.keys()].toSorted(), ["inline.yaml", "order.json"]);
  assert.match(
    found.get("inline.yaml") ?? "",
    /^a template of CloudFormation or SAM(?!.*\bmv\b).*DefinitionUri: order\.asl\.json$/s,
  );
  assert.match(
    found.get("order.json") ?? "",
    /Rename it: mv .*order\.json .*order\.asl\.json, and write order\.asl\.json in .*template\.yml$/,
  );
});

test("files that hold a workflow under another name are found, and no others", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-near-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const json = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}';
  const files: Readonly<Record<string, string>> = {
    "order.json": json,
    "quote.yml": "StartAt: A\nStates:\n  A: {Type: Succeed}\n",
    "right.asl.json": json,
    "package.json": '{"name": "States"}',
    "mocks.json": '{"StateMachines": {}}',
    "notes.txt": json,
    "large.json": json + " ".repeat(1_100_000),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  mkdirSync(join(directory, "folder.json"));
  assert.deepEqual(
    nearMisses(directory)
      .map(({ path }) => basename(path))
      .toSorted(),
    ["order.json", "quote.yml"],
  );
  assert.deepEqual(nearMisses(join(directory, "nowhere")), []);
  assert.deepEqual(["a/order.json", "b.YAML"].map(rightNameOf), ["a/order.asl.json", "b.asl.yaml"]);
});
