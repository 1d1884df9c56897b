// Every operation of every service: a least input of it, with what it must have, becomes a request.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json, JsonObject } from "../../asl/json.ts";
import { ServiceProtocol } from "../protocols/protocol.ts";
import { readInput } from "../values/input.ts";
import { loadModel, modelNames, operationNamed } from "./load-model.ts";
import { type Member, type ServiceModel, shapeOf, structureOf, type StructureShape, traitsOf } from "./model.ts";
import { memberName, pascalCase, sdkName } from "./names.ts";

function modelOf(service: string): ServiceModel {
  const model = loadModel(service);
  assert.ok(model !== undefined, service);
  return model;
}

test("every model is named as its service is in ARNs", () => {
  assert.ok(modelNames().size > 400);
  for (const service of modelNames()) assert.equal(sdkName(modelOf(service).serviceId).toLowerCase(), service);
});

test("every operation writes a request from a least input", async () => {
  let operations = 0;
  for (const service of modelNames()) {
    const model = modelOf(service);
    const protocol = new ServiceProtocol(model);
    for (const [name, operation] of Object.entries(model.operations)) {
      const action = name.charAt(0).toLowerCase() + name.slice(1);
      operations += 1;
      if (operationNamed(model, action) === undefined) continue;
      const input = leastInput(model, operation.input);
      const read = readInput(input, { model, shape: operation.input, names: "sdk", idempotencyToken: "token" });
      assert.ok(read.kind === "members", `${service}:${action}: ${JSON.stringify(read)}`);
      const request = await protocol.write(name, operation, read.members).catch((cause: unknown) => {
        throw new Error(`${service}:${action} writes no request of ${JSON.stringify(input)}`, { cause });
      });
      assert.doesNotMatch(request.target, /[{}]/, `${service}:${action}`);
      assert.equal(request.method, operation.method, `${service}:${action}`);
    }
  }
  assert.ok(operations > 19_000, String(operations));
});

test("operations that stream events are no actions", () => {
  assert.equal(operationNamed(modelOf("s3"), "selectObjectContent"), undefined);
  assert.equal(operationNamed(modelOf("kinesis"), "subscribeToShard"), undefined);
  assert.equal(operationNamed(modelOf("s3"), "getObject"), "GetObject");
  assert.equal(operationNamed(modelOf("s3"), "GetObject"), undefined);
  assert.equal(operationNamed(modelOf("s3"), "constructor"), undefined);
});

const names: readonly (readonly [serviceId: string, name: string])[] = [
  ["DynamoDB", "DynamoDb"],
  ["SFN", "Sfn"],
  ["S3", "S3"],
  ["FSx", "FSx"],
  ["X-Ray", "XRay"],
  ["ACM PCA", "AcmPca"],
  ["IoTAnalytics", "IoTAnalytics"],
  ["B2bi", "B2Bi"],
  ["EC2", "Ec2"],
  ["Config Service", "Config"],
  ["Directory Service Data", "DirectoryServiceData"],
];
for (const [serviceId, name] of names) {
  test(`the errors of ${serviceId} begin with ${name}`, () => assert.equal(sdkName(serviceId), name));
}

test("members are named as the SDK's accessors are, or as the service names them", () => {
  const sdk: Readonly<Record<string, string>> = {
    DBInstanceIdentifier: "DbInstanceIdentifier",
    SNSTopicArn: "SnsTopicArn",
    SSEKMSKeyId: "SsekmsKeyId",
    ETag: "ETag",
    IPv6: "IPv6",
    S3Bucket: "S3Bucket",
    tableName: "TableName",
    BOOL: "Bool",
    NULL: "Nul",
    S: "S",
    default: "DefaultValue",
    equals: "EqualsValue",
  };
  for (const [member, name] of Object.entries(sdk)) assert.equal(memberName(member, "sdk"), name);
  assert.equal(memberName("DBInstanceIdentifier", "service"), "DBInstanceIdentifier");
  assert.equal(memberName("tableName", "service"), "TableName");
  assert.equal(memberName("equals", "service"), "EqualsValue");
});

test("no two members of a structure have one name", () => {
  for (const service of modelNames()) {
    for (const [name, shape] of Object.entries(modelOf(service).shapes)) {
      if (shape.type !== "structure") continue;
      const members = Object.keys(shape.members);
      const sdkNames = new Set(members.map((member) => memberName(member, "sdk")));
      assert.equal(sdkNames.size, members.length, `${service}: ${name}`);
    }
  }
});

test("errors are named as the SDK's classes are", () => {
  assert.equal(pascalCase("KMSDisabledException"), "KmsDisabledException");
  assert.equal(pascalCase("EC2ThrottledException"), "Ec2ThrottledException");
});

/** The members that a request must have: the required ones, and those in its path. */
function leastInput(model: ServiceModel, shape: string | undefined): JsonObject {
  return structureValue(model, structureOf(model, shape), []);
}

function structureValue(model: ServiceModel, structure: StructureShape, within: readonly StructureShape[]): JsonObject {
  const required = new Set(structure.required);
  const isNeeded = ([name, member]: [string, Member]): boolean =>
    required.has(name) || traitsOf(member).location === "uri" || traitsOf(member).hostLabel === true;
  const members = Object.entries(structure.members).filter(isNeeded);
  return Object.fromEntries(
    members.map(([name, member]) => [memberName(name, "sdk"), valueOf(model, member, [...within, structure])]),
  );
}

function valueOf(model: ServiceModel, member: Member, within: readonly StructureShape[]): Json {
  const shape = shapeOf(model, member);
  switch (shape.type) {
    case "structure":
      return shape.document === true || within.includes(shape) ? {} : structureValue(model, shape, within);
    case "list":
      return [valueOf(model, shape.member, within)];
    case "map":
      return { key: valueOf(model, shape.value, within) };
    case "boolean":
      return true;
    case "timestamp":
      return "2026-01-02T03:04:05Z";
    case "string":
    case "blob":
      return "text";
    default:
      return 1;
  }
}
