// The tables, queues, topics, buckets and event buses that a definition names, made at an AWS-compatible endpoint.
import { isJsonObject, type Json, type JsonObject } from "../../src/asl/json.ts";
import { arns } from "../fast-server.ts";
import { callService } from "../service-call.ts";
import { listOf, objectOf, scopesOf, tasksOf } from "./definition.ts";
import { handWritten } from "./hand-written.ts";
import type { Sample } from "./read-samples.ts";

/** The word that answers and inputs have in the place of a name. */
const anyName = "value";

export interface SampleBucket {
  readonly name: string;
  /** Texts by their keys. */
  readonly objects: Readonly<Record<string, string>>;
}

/** The buckets that a definition names, with the objects that it wants to find there. */
export function bucketsOf({ name: sample, definition }: Sample): readonly SampleBucket[] {
  const states = scopesOf(definition).flatMap((scope) => [...scope.states.values()]);
  const fields = states.flatMap((state) => [state, objectOf(state["ItemReader"]), objectOf(state["ResultWriter"])]);
  const parameters = fields.map((field) => objectOf(field["Parameters"] ?? field["Arguments"]));
  const objects = { [anyName]: "{}", ...handWritten[sample]?.objects };
  return [...namesAt(parameters, "Bucket"), anyName].map((name) => ({ name, objects }));
}

export async function makeResources(sample: Sample, endpoint: string): Promise<void> {
  const call = async (service: string, op: string, params: JsonObject): Promise<void> => {
    await callService({ service, op, params }, { url: endpoint, region: arns.region, account: arns.account });
  };
  const parameters = tasksOf(sample.definition).map(({ state }) => objectOf(state["Parameters"] ?? state["Arguments"]));
  const { items = {}, tables = {} } = handWritten[sample.name] ?? {};
  for (const [name, key] of [...tablesOf(parameters), ...Object.entries(tables)]) {
    await ifNew(call("dynamodb", "CreateTable", table(name, key)));
    for (const [beginning, Item] of Object.entries(items)) {
      if (name.startsWith(beginning)) await call("dynamodb", "PutItem", { TableName: name, Item });
    }
  }
  for (const url of namesAt(parameters, "QueueUrl")) {
    await ifNew(call("sqs", "CreateQueue", { QueueName: url.replace(/^.*\//, "") }));
  }
  for (const arn of namesAt(parameters, "TopicArn")) {
    await ifNew(call("sns", "CreateTopic", { Name: arn.replace(/^.*:/, "") }));
  }
  for (const { name: Bucket, objects } of bucketsOf(sample)) {
    await ifNew(call("s3", "CreateBucket", { Bucket }));
    for (const [Key, Body] of Object.entries(objects)) await call("s3", "PutObject", { Bucket, Key, Body });
  }
  const entries = parameters.flatMap(({ Entries }) => listOf(Entries));
  for (const Name of namesAt(entries, "EventBusName")) {
    if (Name !== "default") await ifNew(call("events", "CreateEventBus", { Name }));
  }
}

function namesAt(objects: readonly JsonObject[], member: string): ReadonlySet<string> {
  const names = objects.map(({ [member]: name }) => name).filter((name) => typeof name === "string");
  return new Set(names.map((name) => /^\{% '(.*)' %\}$/.exec(name)?.[1] ?? name));
}

/** Tables by their names, each with the template of its key. */
function tablesOf(parameters: readonly JsonObject[]): ReadonlyMap<string, readonly string[]> {
  const tables = new Map<string, readonly string[]>();
  for (const { TableName: name, Key, Item } of parameters.toSorted(keysFirst)) {
    if (typeof name !== "string" || tables.has(name)) continue;
    const attributes = Object.keys(objectOf(Key ?? Item)).map((attribute) => attribute.replace(/\.\$$/, ""));
    tables.set(name, isJsonObject(Key) ? attributes : attributes.slice(0, 1));
  }
  return tables;
}

const keysFirst = (one: JsonObject, other: JsonObject): number => Number("Key" in other) - Number("Key" in one);

function table(TableName: string, key: readonly string[]): JsonObject {
  const names = key.length === 0 ? ["id"] : key;
  return {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: names.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? "HASH" : "RANGE" })),
  };
}

/** Several samples name the same thing. */
async function ifNew(made: Promise<void>): Promise<void> {
  try {
    await made;
  } catch (error) {
    const message: Json = error instanceof Error ? error.message : String(error);
    if (!/ResourceInUse|AlreadyExists|AlreadyOwned/.test(message)) throw error;
  }
}
