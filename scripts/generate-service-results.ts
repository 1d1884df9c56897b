// Writes src/api/state-test/service-results.ts from the service models of botocore (its `data` folder):
//   node scripts/generate-service-results.ts <data folder> <version of botocore>
// The table keeps what a mocked result of TestState is checked against; documentation and requests are left out.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { format } from "prettier";
import type { ResultShape } from "../src/api/state-test/result-shape.ts";

interface ModelShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly required?: readonly string[];
  readonly member?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly min?: number;
  readonly max?: number;
  readonly enum?: readonly string[];
}
interface ServiceModel {
  readonly operations: Readonly<Record<string, { readonly output?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

/** Services as Step Functions names them: the folder of their model, and the actions whose results are checked. */
const services: Readonly<Record<string, { readonly folder: string; readonly actions: readonly string[] }>> = {
  dynamodb: {
    folder: "dynamodb",
    actions: ["getItem", "putItem", "updateItem", "deleteItem", "query", "scan"],
  },
  events: { folder: "events", actions: ["putEvents"] },
  kms: { folder: "kms", actions: ["encrypt", "decrypt", "generateDataKey"] },
  lambda: { folder: "lambda", actions: ["invoke", "getFunction"] },
  s3: { folder: "s3", actions: ["getObject", "putObject", "headObject", "deleteObject", "listObjectsV2"] },
  secretsmanager: { folder: "secretsmanager", actions: ["getSecretValue"] },
  sfn: { folder: "stepfunctions", actions: ["startExecution", "startSyncExecution", "describeExecution"] },
  sns: { folder: "sns", actions: ["publish"] },
  sqs: { folder: "sqs", actions: ["sendMessage"] },
  ssm: { folder: "ssm", actions: ["getParameter"] },
  sts: { folder: "sts", actions: ["getCallerIdentity"] },
};
/** Blobs that hold JSON, which Step Functions hands on as the value that it is. */
const jsonBlobs: ReadonlySet<string> = new Set(["lambda:InvocationResponse.Payload"]);

const [dataFolder, version] = process.argv.slice(2);
if (dataFolder === undefined || version === undefined)
  throw new Error("Name the data folder and the version of botocore: generate-service-results.ts <folder> <version>");

/** The newest version of a model, which lies there as JSON or compressed. */
function readModel(folder: string): ServiceModel {
  const newest =
    readdirSync(join(dataFolder ?? "", folder))
      .toSorted()
      .at(-1) ?? "";
  const file = join(dataFolder ?? "", folder, newest, "service-2.json");
  const text = existsSync(file) ? readFileSync(file) : gunzipSync(readFileSync(`${file}.gz`));
  return JSON.parse(text.toString("utf8")) as ServiceModel;
}

/** Step Functions writes the first letter of every member as a capital. */
const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

const names: [action: string, shape: string][] = [];
const shapes: Record<string, ResultShape> = {};
for (const [service, { folder, actions }] of Object.entries(services)) {
  const model = readModel(folder);
  for (const action of actions) {
    const output = model.operations[capital(action)]?.output?.shape;
    if (output === undefined) throw new Error(`The model of ${folder} has no result of ${action}`);
    names.push([`${service}:${action}`, `${service}:${output}`]);
    reach(service, model, output);
  }
}

/** Adds a shape and all it is made of; simple ones stand where they are used. */
function reach(service: string, model: ServiceModel, name: string): void {
  const key = `${service}:${name}`;
  if (shapes[key] !== undefined) return;
  const { type, members = {}, member, value, required } = shapeOf(model, name);
  const below = Object.values(members).map(({ shape }) => shape);
  if (type === "structure") {
    const entries = Object.entries(members).map(([member_, { shape }]) => [
      capital(member_),
      jsonBlobs.has(`${key}.${member_}`) ? { type: "any" } : reference(service, model, shape),
    ]);
    shapes[key] = {
      type,
      members: Object.fromEntries(entries) as Record<string, ResultShape>,
      ...(required === undefined || required.length === 0 ? {} : { required: required.map(capital) }),
    };
  } else if (type === "list" || type === "map") {
    const item = (type === "list" ? member : value)?.shape ?? "";
    shapes[key] = { type, item: reference(service, model, item) };
    below.push(item);
  }
  for (const shape of below) reach(service, model, shape);
}

function shapeOf(model: ServiceModel, name: string): ModelShape {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`A model has no shape ${name}`);
  return shape;
}

function reference(service: string, model: ServiceModel, name: string): ResultShape | string {
  const { type, min, max, enum: values } = shapeOf(model, name);
  const bounds = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  switch (type) {
    case "structure":
    case "list":
    case "map":
      return `${service}:${name}`;
    case "boolean":
      return { type };
    case "integer":
    case "long":
    case "float":
    case "double":
      return { type: "number", ...bounds };
    case "blob":
      // Bounds of a blob count its bytes, and a mock writes it in base64, which is longer.
      return { type: "string", ...(min === undefined ? {} : { min }) };
    default:
      return { type: "string", ...bounds, ...(values === undefined ? {} : { enum: values }) };
  }
}

const source = `// Generated by scripts/generate-service-results.ts from the service models of botocore ${version}.
import type { ResultShape } from "./result-shape.ts";

/** By \`<service>:<action>\`, the name of the answer's shape. */
export const resultShapeNames: ReadonlyMap<string, string> = new Map(${JSON.stringify(names)});

/** By name; lists, maps and structures refer to others by their names. */
export const resultShapes: Readonly<Record<string, ResultShape>> = ${JSON.stringify(shapes)};
`;
const target = new URL("../src/api/state-test/service-results.ts", import.meta.url);
writeFileSync(target, await format(source, { parser: "typescript", printWidth: 120 }));
