import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import { parameterProblem } from "./parameters.ts";

const rows: readonly (readonly [parameters: Json, problem: string | undefined])[] = [
  [{ FunctionName: "f" }, undefined],
  [{ FunctionName: "f", Qualifier: null, Payload: 1 }, undefined],
  [{ FunctionName: "f", payload: {}, input: {} }, 'The field "payload" is not supported by Step Functions'],
  [{}, "The field 'FunctionName' is required but was missing"],
  [null, "The field 'FunctionName' is required but was missing"],
  [{ FunctionName: null }, "The field 'FunctionName' is required but was missing"],
  [{ FunctionName: 1 }, "The value of the field 'FunctionName' has an invalid format"],
  [{ FunctionName: "f", Qualifier: 2 }, "The value of the field 'Qualifier' has an invalid format"],
];

const names = { required: "FunctionName", texts: ["Qualifier"], others: ["Payload"] };

for (const [parameters, problem] of rows) {
  test(`${JSON.stringify(parameters)} ${problem === undefined ? "is a request" : `is none: ${problem}`}`, () => {
    assert.equal(parameterProblem(Payload.ofValue(parameters), names), problem);
  });
}
