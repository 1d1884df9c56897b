// An object's shape as a table: its fields, each with a check of its value, the ones it needs and the ones that exclude
// each other. One function reads all the tables.
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import type { QueryLanguage } from "../parse-program.ts";
import type { Pieces } from "../pieces.ts";
import { isPauseDueAfter } from "./costs.ts";
import { below, type Place, reportSchema } from "./place.ts";

/** Checks a value; in pieces where there may be much of it. */
export type Check = (value: Json, place: Place) => Pieces<unknown> | undefined;

export interface Field {
  readonly check: Check;
  /** Absent for a field of both query languages. */
  readonly only?: QueryLanguage;
}

export interface Shape {
  readonly fields: ReadonlyMap<string, Field>;
  /** The names of those that a query language has. */
  readonly names: Readonly<Record<QueryLanguage, readonly string[]>>;
  /** Named in this order when they are missing. */
  readonly required: readonly string[];
  /** Groups of fields of which exactly one must be there. */
  readonly exactlyOne: readonly (readonly string[])[];
  /** Groups of fields of which at most one may be there. */
  readonly atMostOne: readonly (readonly string[])[];
}

export interface ShapeTable {
  readonly both?: Readonly<Record<string, Check>>;
  readonly jsonPath?: Readonly<Record<string, Check>>;
  readonly jsonata?: Readonly<Record<string, Check>>;
  readonly required?: readonly string[];
  readonly exactlyOne?: readonly (readonly string[])[];
  readonly atMostOne?: readonly (readonly string[])[];
}

/** `Comment` may stand in any object. */
export function shapeOf(table: ShapeTable): Shape {
  const fields = new Map<string, Field>([["Comment", { check: () => undefined }]]);
  for (const [name, check] of Object.entries(table.both ?? {})) fields.set(name, { check });
  for (const [name, check] of Object.entries(table.jsonPath ?? {})) fields.set(name, { check, only: "JSONPath" });
  for (const [name, check] of Object.entries(table.jsonata ?? {})) fields.set(name, { check, only: "JSONata" });
  const { required = [], exactlyOne = [], atMostOne = [] } = table;
  const namesOf = (language: QueryLanguage): readonly string[] =>
    [...fields].filter(([, { only }]) => only === undefined || only === language).map(([name]) => name);
  const names = { JSONPath: namesOf("JSONPath"), JSONata: namesOf("JSONata") };
  return { fields, names, required, exactlyOne, atMostOne };
}

/** Measured, for one of few fields. */
const stepsPerValue = 20;

/** Checks one of many values. */
export function* checkValue(check: Check, value: Json, place: Place): Pieces<void> {
  if (isPauseDueAfter(stepsPerValue, place)) yield;
  const pieces = check(value, place);
  if (pieces !== undefined) yield* pieces;
}

/** Checks a value against a shape; gives the object, or `undefined` when the value is none. */
export function* checkObject(value: Json, shape: Shape, place: Place): Pieces<JsonObject | undefined> {
  if (!isJsonObject(value)) {
    reportSchema(place, "Expected value of type [OBJECT]");
    return undefined;
  }
  const missing = shape.required.filter((name) => !Object.hasOwn(value, name));
  if (missing.length > 0) reportSchema(place, `These fields are required: [${missing.join(", ")}]`);
  for (const [name, member] of Object.entries(value)) yield* checkMember({ name, member, object: value }, shape, place);
  checkGroups(value, shape, place);
  return value;
}

interface Member {
  readonly name: string;
  readonly member: Json;
  readonly object: JsonObject;
}

/** AWS reports a field that does not belong to its object at the object. */
function* checkMember({ name, member, object }: Member, { fields, names }: Shape, place: Place): Pieces<void> {
  if (isPauseDueAfter(stepsPerValue, place)) yield;
  const field = fields.get(name);
  if (field === undefined) {
    const mistake = { kind: "field", name, object } as const;
    const hint = { member: name, given: name, known: names[place.language], mistake };
    reportSchema(place, `Field '${name}' is not supported`, hint);
    return;
  }
  if (field.only === undefined || field.only === place.language) {
    const pieces = field.check(member, below(place, name));
    if (pieces !== undefined) yield* pieces;
    return;
  }
  // A state that may not have chosen its language is told so once, not again for each of its fields.
  if (isDowngraded(place)) return;
  reportSchema(
    place,
    `The QueryLanguage is set to '${place.language}', but field '${name}' is only supported for the '${field.only}' QueryLanguage`,
    { member: name, mistake: { kind: "other language", name } },
  );
}

/** Whether a state says JSONPath in a JSONata machine. */
export function isDowngraded({ language, machineLanguage }: Place): boolean {
  return language === "JSONPath" && machineLanguage === "JSONata";
}

function checkGroups(object: JsonObject, { exactlyOne, atMostOne }: Shape, place: Place): void {
  for (const group of [...exactlyOne, ...atMostOne]) {
    const fields = group.filter((name) => Object.hasOwn(object, name) && !isAbsentEnd(name, object));
    if (fields.length > 1) {
      const message = `There should only be one of the following fields: [${group.join(", ")}]`;
      reportSchema(place, message, { mistake: { kind: "several of", fields } });
    } else if (fields.length === 0 && exactlyOne.includes(group)) {
      const message = `This object should have only one of the following fields: [${group.join(", ")}]`;
      reportSchema(place, message, { mistake: { kind: "none of", fields: group } });
    }
  }
}

/** `End: false` says nothing. */
function isAbsentEnd(name: string, object: JsonObject): boolean {
  return name === "End" && object[name] === false;
}
