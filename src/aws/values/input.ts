// A task's parameters as the members that a service takes: names in PascalCase become those of the model, texts become bytes
// and dates, and JSON in the place of a text becomes its text.
import { randomUUID } from "node:crypto";
import {
  ExactNumber,
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type Json,
  type JsonObject,
  numberText,
  setMember,
  stringifyJson,
  toDouble,
} from "../../asl/json.ts";
import { parseTimestamp } from "../../asl/timestamp.ts";
import {
  type Member,
  type ServiceModel,
  shapeOf,
  structureOf,
  type StructureShape,
  traitsOf,
} from "../models/model.ts";
import { memberName, type MemberNames } from "../models/names.ts";

/** Members by the names of the model; blobs as bytes, timestamps as `Date`. */
export type InputMembers = Readonly<Record<string, unknown>>;

export type InputOutcome =
  | { readonly kind: "members"; readonly members: InputMembers }
  /** In the words of Step Functions. */
  | { readonly kind: "problem"; readonly problem: string };

export interface InputOptions {
  readonly model: Pick<ServiceModel, "shapes">;
  /** The shape of the input; absent for an operation that takes nothing. */
  readonly shape: string | undefined;
  /** Whose names the input has; the service's own by default. */
  readonly names?: MemberNames | undefined;
  /** For the members that a service tells repetitions by; a random one by default. */
  readonly idempotencyToken?: string | undefined;
}

class InputProblem extends Error {}

export function readInput(
  input: JsonObject,
  { model, shape, names = "service", idempotencyToken }: InputOptions,
): InputOutcome {
  try {
    const structure = structureOf(model, shape);
    const token = (): string => idempotencyToken ?? randomUUID();
    const members = structureMembers(input, structure, { model, names, token });
    return { kind: "members", members };
  } catch (error) {
    if (error instanceof InputProblem) return { kind: "problem", problem: error.message };
    throw error;
  }
}

interface Reader {
  readonly model: Pick<ServiceModel, "shapes">;
  readonly names: MemberNames;
  readonly token: () => string;
}

type NamesOfMembers = WeakMap<StructureShape, ReadonlyMap<string, string>>;

/** Members of a structure by the names that tasks give them. */
const byTaskName: Readonly<Record<MemberNames, NamesOfMembers>> = { service: new WeakMap(), sdk: new WeakMap() };

function namesOf(structure: StructureShape, names: MemberNames): ReadonlyMap<string, string> {
  let found = byTaskName[names].get(structure);
  if (found === undefined) {
    found = new Map(Object.keys(structure.members).map((member) => [memberName(member, names), member]));
    byTaskName[names].set(structure, found);
  }
  return found;
}

function structureMembers(value: JsonObject, structure: StructureShape, reader: Reader): { [name: string]: unknown } {
  const names = namesOf(structure, reader.names);
  const members: { [name: string]: unknown } = {};
  for (const taskName of Object.keys(value)) {
    const name = names.get(taskName);
    const { [taskName]: given = null } = value;
    const member = name === undefined ? undefined : structure.members[name];
    if (name === undefined || member === undefined) {
      throw new InputProblem(`The field ${JSON.stringify(taskName)} is not supported by Step Functions`);
    }
    if (given !== null) members[name] = memberValue(given, { member, field: taskName, reader });
  }
  for (const [name, member] of Object.entries(structure.members)) {
    if (traitsOf(member).idempotencyToken === true) members[name] ??= reader.token();
  }
  return members;
}

interface Place {
  readonly member: Member;
  /** For problems. */
  readonly field: string;
  readonly reader: Reader;
}

function memberValue(value: Json, place: Place): unknown {
  const { reader, field, member } = place;
  const shape = shapeOf(reader.model, member);
  switch (shape.type) {
    case "structure":
      if (shape.document === true) return plain(value);
      return structureMembers(objectOf(value, field), shape, reader);
    case "list":
      if (!isJsonArray(value)) throw invalid(field);
      return value
        .filter((item) => item !== null || shape.sparse === true)
        .map((item) => (item === null ? null : memberValue(item, { ...place, member: shape.member })));
    case "map":
      return mapMembers(objectOf(value, field), { ...place, member: shape.value }, shape.sparse === true);
    case "string":
      return textOf(value);
    case "blob":
      return Buffer.from(textOf(value), "utf8");
    case "boolean":
      return booleanOf(value, field);
    case "timestamp":
      return dateOf(value, field);
    default:
      return numberOf(value, field, shape.type);
  }
}

function mapMembers(value: JsonObject, place: Place, isSparse: boolean): { [name: string]: unknown } {
  const members: { [name: string]: unknown } = {};
  for (const [name, item] of Object.entries(value)) {
    if (item === null && !isSparse) continue;
    setMember(members, name, item === null ? null : memberValue(item, place));
  }
  return members;
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : stringifyJson(value);
}

function booleanOf(value: Json, field: string): boolean {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw invalid(field);
}

/** A number as text is taken, as the JSON mapper of the SDK does. */
function numberOf(value: Json, field: string, type: "double" | "float" | "integer" | "long"): number | bigint {
  const text = isJsonNumber(value) ? numberText(value) : typeof value === "string" ? value : "";
  const isFraction = type === "double" || type === "float";
  if (isFraction && /^(?:NaN|-?Infinity)$/.test(text)) return Number(text);
  if (!/^-?\d/.test(text)) throw invalid(field);
  const number = Number(text);
  if (Number.isNaN(number) || (!isFraction && !Number.isInteger(number))) throw invalid(field);
  return Number.isSafeInteger(number) || isFraction || !/^-?\d+$/.test(text) ? number : BigInt(text);
}

/** ISO 8601, or seconds since 1970. */
function dateOf(value: Json, field: string): Date {
  const epochMs = isJsonNumber(value) ? toDouble(value) * 1000 : parseTimestamp(typeof value === "string" ? value : "");
  const date = new Date(epochMs === undefined ? Number.NaN : Math.round(epochMs));
  if (Number.isNaN(date.getTime())) throw invalid(field);
  return date;
}

function objectOf(value: Json, field: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw invalid(field);
}

/** A document: any JSON, without the exact texts of numbers. */
function plain(value: Json): unknown {
  if (value instanceof ExactNumber) return value.value;
  if (isJsonArray(value)) return value.map(plain);
  if (!isJsonObject(value)) return value;
  const members: { [name: string]: unknown } = {};
  for (const [name, item] of Object.entries(value)) setMember(members, name, plain(item));
  return members;
}

function invalid(field: string): InputProblem {
  return new InputProblem(`The value of the field '${field}' has an invalid format`);
}
