// A case of a test, of which the test says only what it is about.
import type { Json, JsonObject } from "../src/asl/json.ts";
import type { Call, Case, Step } from "./corpus.ts";

export function fakeCase(parts: Partial<Case>): Case {
  return {
    name: "area/case",
    area: "area",
    needs: [],
    definitions: [],
    functions: new Map(),
    mockConfig: {},
    steps: [],
    transformers: [],
    skipPaths: [],
    expected: {},
    recordedAt: Date.UTC(2026, 0, 1),
    missingKeys: [],
    ...parts,
  };
}

/** @param name such as `sqs.CreateQueue`, or `StartExecution` for Step Functions' own. */
export function fakeCall(name: string, params: JsonObject = {}): Call {
  const [op = "", service] = name.split(".").toReversed();
  return { kind: "call", id: "c1", op, params, service, times: 1, isPolled: false, untilEnd: false };
}

export function fakeMatch(key: string): Extract<Step, { kind: "match" }> {
  return { kind: "match", key, source: "derived", from: "", as: undefined };
}

/** A definition whose only task calls the resource. */
export function taskOf(resource: string): Json {
  return JSON.stringify({ StartAt: "A", States: { A: { Type: "Task", Resource: resource, End: true } } });
}
