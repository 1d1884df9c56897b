// The mock files of the cases that have one, as one file for the server that plays them all.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isJsonObject, type Json, type JsonObject, memberOf, setMember, stringifyJson } from "../src/asl/json.ts";
import type { ArnSpace } from "../src/aws/arn.ts";
import type { Case } from "./corpus.ts";
import { substitute } from "./references.ts";

export interface WrittenMocks {
  readonly path: string;
  remove(): void;
}

export function writeMocks(cases: readonly Case[], arns: ArnSpace): WrittenMocks {
  const machines: { [name: string]: Json } = {};
  const responses: { [name: string]: Json } = {};
  for (const { mockConfig, name: caseName } of cases) {
    const known = { arns, definitions: [], responses: new Map() };
    const config = objectOf(substitute(mockConfig, known));
    // Several cases give the same name to different responses; their machines all have their own.
    const ownName = (name: Json): Json => `${caseName} ${String(name)}`;
    for (const [name, response] of entriesOf(config, "MockedResponses")) {
      setMember(responses, String(ownName(name)), response);
    }
    for (const [machine, described] of entriesOf(config, "StateMachines")) {
      const cases = entriesOf(described, "TestCases").map(([test, states]) => [
        test,
        Object.fromEntries(Object.entries(objectOf(states)).map(([state, name]) => [state, ownName(name)])),
      ]);
      setMember(machines, machine, { TestCases: Object.fromEntries(cases) as JsonObject });
    }
  }
  const directory = mkdtempSync(join(tmpdir(), "pawl-mocks-"));
  const path = join(directory, "mocks.json");
  writeFileSync(path, stringifyJson({ StateMachines: machines, MockedResponses: responses }));
  return { path, remove: () => rmSync(directory, { recursive: true }) };
}

function entriesOf(value: Json, name: string): readonly (readonly [name: string, value: Json])[] {
  return isJsonObject(value) ? Object.entries(objectOf(memberOf(value, name))) : [];
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
