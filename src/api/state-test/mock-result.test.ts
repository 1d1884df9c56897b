import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson } from "../../asl/json.ts";
import { parseProgram } from "../../asl/parse-program.ts";
import type { State } from "../../asl/program.ts";
import { type FieldValidationMode, mockResultProblem } from "./mock-result.ts";
import { resultShapeNames, resultShapes } from "./service-results.ts";

function stateOf(state: object): State {
  const found = parseProgram(JSON.stringify({ StartAt: "S", States: { S: state } })).states.get("S");
  assert.ok(found !== undefined);
  return found;
}

const task = (resource: string): State =>
  stateOf({ Type: "Task", Resource: `arn:aws:states:::${resource}`, End: true });

/** `|` parts resource, mode, mocked result and problem. */
const table = `
events:putEvents | STRICT | {} |
events:putEvents | STRICT | {"random":"json"} |
events:putEvents | STRICT | {"Entries":[{"EventId":["e"]}]} | Field 'EventId' must be a string
events:putEvents | PRESENT | {"Entries":"e"} | Field 'Entries' must be an array
events:putEvents | NONE | {"Entries":"e"} |
lambda:invoke | STRICT | {"StatusCode":"200"} | Field 'StatusCode' must be a number
lambda:invoke | STRICT | {"StatusCode":200,"Payload":{"any":["thing"]}} |
dynamodb:putItem | STRICT | {"ConsumedCapacity":{"CapacityUnits":"1"}} | Field 'CapacityUnits' must be a number
dynamodb:getItem | STRICT | {"Item":{"a":{"M":{"b":{"BOOL":1}}}}} | Field 'BOOL' must be a boolean
aws-sdk:dynamodb:getItem | STRICT | {"Item":{"a":"text"}} | Field 'a' must be an object
aws-sdk:s3:getObject | STRICT | {"StorageClass":"Papyrus"} | Field 'StorageClass' is not an expected value
aws-sdk:kms:encrypt | STRICT | {"CiphertextBlob":""} | Field 'CiphertextBlob' is smaller than the minimum length
aws-sdk:lambda:getFunction | STRICT | {"Configuration":{"MemorySize":127}} | Field 'MemorySize' is less than the minimum value
aws-sdk:lambda:getFunction | STRICT | {"Configuration":{"MemorySize":99999}} | Field 'MemorySize' exceeds the maximum value
states:startExecution | STRICT | {"executionArn":"a","startDate":"d"} | Required field 'ExecutionArn' is missing
states:startExecution | STRICT | {"ExecutionArn":"a"} | Required field 'StartDate' is missing
states:startExecution | PRESENT | {"ExecutionArn":"a"} |
states:startExecution | STRICT | {"ExecutionArn":"a","StartDate":1764103483} | Field 'StartDate' must be a string
states:startExecution.sync:2 | STRICT | {"ExecutionArn":"a","StartDate":"d"} | Required field 'StateMachineArn' is missing
aws-sdk:sfn:startExecution | STRICT | [] | Field 'result' must be an object
sqs:sendMessage.waitForTaskToken | STRICT | {"MessageId":1} |
apigateway:invoke | STRICT | {"approval":true} |
`;

test("the mocked result of a task is checked against what its service answers", async () => {
  for (const line of table.trim().split("\n")) {
    const [resource = "", mode = "", result = "", problem = ""] = line.split("|").map((part) => part.trim());
    const expected = problem === "" ? undefined : `Mock result schema validation error: ${problem}`;
    assert.equal(
      await mockResultProblem(task(resource), parseJson(result), mode as FieldValidationMode),
      expected,
      line,
    );
  }
});

const scope = { StartAt: "A", States: { A: { Type: "Succeed" } } };
const notAnArray = "Mocked result must be an array.";
const containers: readonly (readonly [state: object, result: string, problem: string | undefined])[] = [
  [{ Type: "Parallel", Branches: [scope, scope], End: true }, "[1,2]", undefined],
  [{ Type: "Parallel", Branches: [scope, scope], End: true }, "{}", notAnArray],
  [
    { Type: "Parallel", Branches: [scope, scope], End: true },
    "[1]",
    "Mocked result must contain the same number of items as number of Parallel branches.",
  ],
  [{ Type: "Map", ItemProcessor: scope, End: true }, "{}", notAnArray],
  [{ Type: "Map", ItemProcessor: scope, ResultWriter: { WriterConfig: {} }, End: true }, "[]", undefined],
  [
    { Type: "Map", ItemProcessor: scope, ResultWriter: { Resource: "arn:aws:states:::s3:putObject" }, End: true },
    "[]",
    "Mocked result must be a JSON object.",
  ],
];

test("the mocked result of a Map or Parallel has the form of its result in every mode", async () => {
  for (const [state, result, problem] of containers) {
    assert.equal(await mockResultProblem(stateOf(state), parseJson(result), "NONE"), problem, result);
  }
});

test("every shape that is referred to is there", () => {
  const referred = Object.values(resultShapes).flatMap((shape) => {
    if (shape.type === "structure") return Object.values(shape.members);
    return shape.type === "list" || shape.type === "map" ? [shape.item] : [];
  });
  const names = [...resultShapeNames.values(), ...referred].filter((shape) => typeof shape === "string");
  assert.deepEqual(
    names.filter((name) => !Object.hasOwn(resultShapes, name)),
    [],
  );
});
