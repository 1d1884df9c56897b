// A service's response as the result of a task: names in PascalCase, in the order of the alphabet, blobs as texts, timestamps
// in ISO 8601 (recorded).
import { ExactNumber, type Json, type JsonObject, setMember } from "../../asl/json.ts";
import {
  type Member,
  type ServiceModel,
  shapeOf,
  structureOf,
  type StructureShape,
  traitsOf,
} from "../models/model.ts";
import { memberName, type MemberNames } from "../models/names.ts";

export type OutputMembers = Readonly<Record<string, unknown>>;

export interface OutputOptions {
  readonly model: Pick<ServiceModel, "shapes">;
  readonly shape: string | undefined;
  /** Whose names the result has; the service's own by default. */
  readonly names?: MemberNames | undefined;
}

export function writeOutput(output: OutputMembers, { model, shape, names = "service" }: OutputOptions): JsonObject {
  return structureResult(output, structureOf(model, shape), { model, names });
}

interface Writer {
  readonly model: OutputOptions["model"];
  readonly names: MemberNames;
}
interface NamedMember {
  readonly name: string;
  readonly taskName: string;
  readonly member: Member;
}

/** Members of a structure in the order of their names; what is streamed comes last. */
const inOrder: Readonly<Record<MemberNames, WeakMap<StructureShape, readonly NamedMember[]>>> = {
  service: new WeakMap(),
  sdk: new WeakMap(),
};

function membersOf(structure: StructureShape, { model, names }: Writer): readonly NamedMember[] {
  let members = inOrder[names].get(structure);
  if (members === undefined) {
    members = Object.entries(structure.members)
      .map(([name, member]) => ({ name, taskName: memberName(name, names), member }))
      .toSorted((a, b) => Number(isStream(a.member, model)) - Number(isStream(b.member, model)) || compare(a, b));
    inOrder[names].set(structure, members);
  }
  return members;
}

function isStream(member: Member, model: Writer["model"]): boolean {
  const shape = shapeOf(model, member);
  return traitsOf(member).streaming === true || ("streaming" in shape && shape.streaming === true);
}

function compare({ taskName: a }: NamedMember, { taskName: b }: NamedMember): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function structureResult(value: OutputMembers, structure: StructureShape, writer: Writer): JsonObject {
  const result: { [name: string]: Json } = {};
  for (const { name, taskName, member } of membersOf(structure, writer)) {
    if (!Object.hasOwn(value, name)) continue;
    const { [name]: given } = value;
    if (given !== undefined && given !== null) result[taskName] = memberResult(given, member, writer);
  }
  return result;
}

function memberResult(value: unknown, member: Member, writer: Writer): Json {
  if (value === null || value === undefined) return null;
  const shape = shapeOf(writer.model, member);
  switch (shape.type) {
    case "structure":
      if (shape.document === true) return documentResult(value);
      return isRecord(value) ? structureResult(value, shape, writer) : {};
    case "list":
      return Array.isArray(value) ? value.map((item: unknown) => memberResult(item, shape.member, writer)) : [];
    case "map": {
      const result: { [name: string]: Json } = {};
      if (!isRecord(value)) return result;
      for (const [name, item] of Object.entries(value)) {
        if (item !== null && item !== undefined) setMember(result, name, memberResult(item, shape.value, writer));
        else if (shape.sparse === true) setMember(result, name, null);
      }
      return result;
    }
    default:
      return scalarResult(value);
  }
}

function scalarResult(value: unknown): Json {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  if (value instanceof Date) return isoTime(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "string" || typeof value === "boolean") return value;
  // Integers beyond 2^53 and decimals that a double does not hold.
  if (typeof value === "bigint")
    return Number.isSafeInteger(Number(value)) ? Number(value) : new ExactNumber(String(value));
  return isRecord(value) && typeof value["string"] === "string" ? new ExactNumber(value["string"]) : String(value);
}

/** As `java.time.Instant` writes it: without a fraction that is zero. */
function isoTime(date: Date): string | null {
  return Number.isNaN(date.getTime()) ? null : date.toISOString().replace(".000Z", "Z");
}

function documentResult(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(documentResult);
  if (!isRecord(value) || value instanceof Date || value instanceof Uint8Array) return scalarResult(value);
  if (typeof value["string"] === "string" && "type" in value && value["type"] === "bigDecimal")
    return scalarResult(value);
  const result: { [name: string]: Json } = {};
  for (const [name, item] of Object.entries(value)) setMember(result, name, documentResult(item));
  return result;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
