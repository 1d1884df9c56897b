// Writes src/api/model.ts from a service model file (botocore's `service-2.json` of Step Functions):
//   node scripts/generate-api-model.ts <service model file>
// The table keeps what the server checks of a request and which errors an action declares; documentation is left out.
import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import type { Member, Shape } from "../src/api/shape.ts";

interface ModelShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly required?: readonly string[];
  readonly member?: { readonly shape: string };
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly sensitive?: boolean;
}
interface ServiceModel {
  readonly metadata: { readonly apiVersion: string };
  readonly operations: Readonly<
    Record<
      string,
      { readonly input: { readonly shape: string }; readonly errors?: readonly { readonly shape: string }[] }
    >
  >;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

/** The order in which AWS lists the values in its message, where it was recorded; it is not the model's. */
const recordedOrders: Readonly<Record<string, readonly string[]>> = {
  ExecutionStatus: ["SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"],
};
/** State data is limited in bytes (developer guide, quotas) although the model counts characters. */
const payloadShapes: ReadonlySet<string> = new Set(["SensitiveData"]);
/** AWS takes an empty definition and answers with what is wrong with it, as recorded of ValidateStateMachineDefinition. */
const shapesWithoutMinimum: ReadonlySet<string> = new Set(["Definition"]);

const [modelFile] = process.argv.slice(2);
if (modelFile === undefined) throw new Error("Name the service model file: generate-api-model.ts <file>");
const model = JSON.parse(readFileSync(modelFile, "utf8")) as ServiceModel;

function modelShape(name: string): ModelShape {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`The model has no shape ${name}`);
  return shape;
}

/** The names of a shape and of all it is made of, each once. */
function reach(name: string, reached: Set<string>): void {
  if (reached.has(name)) return;
  reached.add(name);
  const { members = {}, member } = modelShape(name);
  for (const { shape } of Object.values(members)) reach(shape, reached);
  if (member !== undefined) reach(member.shape, reached);
}

function compactShape(name: string): Shape {
  const { type, min, max, pattern, sensitive, member, members = {}, required = [], ...shape } = modelShape(name);
  const hasMinimum = min !== undefined && !shapesWithoutMinimum.has(name);
  const bounds = { ...(hasMinimum ? { min } : {}), ...(max === undefined ? {} : { max }) };
  const secrecy = sensitive === true ? ({ isSensitive: true } as const) : {};
  switch (type) {
    case "string":
      return {
        type,
        ...bounds,
        ...(pattern === undefined ? {} : { pattern }),
        ...(shape.enum === undefined ? {} : { enum: recordedOrders[name] ?? shape.enum }),
        ...secrecy,
        ...(payloadShapes.has(name) ? ({ isPayload: true } as const) : {}),
      };
    case "integer":
    case "long":
    case "float":
      return { type, ...bounds, ...secrecy };
    case "boolean":
      return { type };
    case "list":
      return { type, ...bounds, member: member?.shape ?? "" };
    case "structure":
      return {
        type,
        members: Object.entries(members).map(([memberName, { shape: memberShape }]): Member => ({
          name: memberName,
          shape: memberShape,
          ...(required.includes(memberName) ? { isRequired: true } : {}),
        })),
      };
    default:
      throw new Error(`Requests hold no shape of type ${type} so far: ${name}`);
  }
}

function typeText(name: string): string {
  const shape = modelShape(name);
  switch (shape.type) {
    case "string":
      return shape.enum === undefined ? "string" : shape.enum.map((value) => JSON.stringify(value)).join(" | ");
    case "boolean":
      return "boolean";
    case "list":
      return `readonly (${typeText(shape.member?.shape ?? "")})[]`;
    case "structure":
      return name;
    default:
      return "number";
  }
}

function interfaceText(name: string): string {
  const { members = {}, required = [] } = modelShape(name);
  const lines = Object.entries(members).map(([member, { shape }]) => {
    const isRequired = required.includes(member);
    return `  readonly ${member}${isRequired ? "" : "?"}: ${typeText(shape)}${isRequired ? "" : " | undefined"};`;
  });
  return `export interface ${name} {\n${lines.join("\n")}\n}`;
}

const names = new Set<string>();
const actions = Object.keys(model.operations).toSorted();
for (const { input } of Object.values(model.operations)) reach(input.shape, names);
const sorted = [...names].toSorted();
const structures = sorted.filter((name) => modelShape(name).type === "structure");
const table = Object.fromEntries(sorted.map((name) => [name, compactShape(name)]));
const operations = Object.fromEntries(
  Object.entries(model.operations).map(([name, { input, errors = [] }]) => [
    name,
    { input: input.shape, errors: errors.map((error) => error.shape) },
  ]),
);
const text = `// Generated by scripts/generate-api-model.ts from the service model of Step Functions, API version ${model.metadata.apiVersion}.
// Do not edit: the shapes of all requests, the errors that every action declares, and the requests as types.
import type { Shape } from "./shape.ts";

export const shapes: Readonly<Record<string, Shape>> = ${JSON.stringify(table)};

export const operations: Readonly<Record<Action, { readonly input: string; readonly errors: readonly string[] }>> = ${JSON.stringify(operations)};

${structures.map(interfaceText).join("\n\n")}

/** The request of every action. */
export interface Inputs {
${actions.map((action) => `  readonly ${action}: ${operations[action]?.input ?? "never"};`).join("\n")}
}
export type Action = keyof Inputs;
`;
const target = new URL("../src/api/model.ts", import.meta.url);
writeFileSync(target, await format(text, { parser: "typescript", printWidth: 120 }));
