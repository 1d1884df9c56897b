// Advice on a field that its object does not have, and on a value of another type.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from "../json.ts";
import type { Mistake } from "../validate/diagnostic.ts";
import { isStateType, stateShapes, stateTypes } from "../validate/state-shapes.ts";
import { listed } from "./listed.ts";

type Unknown = Extract<Mistake, { readonly kind: "field" }>;

/** @param nearest the advice by the names that the object has. */
export function adviceOnField({ name, object }: Unknown, nearest: string | undefined): string | undefined {
  const type = memberOf(object, "Type");
  if (!isStateType(type)) return nearest;
  const owners = stateTypes.filter((one) => isStateType(one) && stateShapes[one].fields.has(name));
  if (owners.length > 0) return ownersAdvice(name, type, owners);
  if (name === "States" || name === "StartAt")
    return "States and StartAt are of a workflow, a branch or an ItemProcessor";
  return nearest;
}

function ownersAdvice(name: string, type: string, owners: readonly string[]): string {
  if (name === "Next" || name === "End") {
    return type === "Choice"
      ? "A Choice state leads on by its Choices, and by Default"
      : `A ${type} state ends the workflow by itself`;
  }
  return `${name} is a field of ${listed(owners, "and")} states; this is a ${type} state`;
}

/** The field as it may have been meant: names are exact. */
export function adviceOnMissing({
  name,
  object,
}: Extract<Mistake, { readonly kind: "missing field" }>): string | undefined {
  const given = Object.keys(object).find((one) => one.replace(/\.\$$/, "").toLowerCase() === name.toLowerCase());
  return given === undefined ? undefined : `Write ${name}, not ${given}`;
}

/** Fields that do the same in the other language. */
const counterparts: Readonly<Record<string, string>> = {
  Parameters: "Arguments",
  Arguments: "Parameters",
  ResultSelector: "Output",
  ResultPath: "Output",
  OutputPath: "Output",
  InputPath: "an expression with $states.input in Arguments",
  ItemsPath: "Items",
  Items: "ItemsPath",
  Output: "OutputPath, ResultSelector and ResultPath",
  Result: "Output",
  Variable: "Condition",
  Condition: "Variable and a comparison",
};

export function adviceOnOtherLanguage(name: string): string | undefined {
  const base = name.endsWith("Path") && counterparts[name] === undefined ? name.slice(0, -"Path".length) : undefined;
  const counterpart = counterparts[name] ?? (base === undefined ? undefined : `${base} with an expression`);
  return counterpart === undefined ? undefined : `Here it is ${counterpart}`;
}

type OfOtherType = Extract<Mistake, { readonly kind: "type" }>;

export function adviceOnType({ value, wanted }: OfOtherType): string | undefined {
  if (typeof value !== "string")
    return isContainer(value) ? undefined : `Write ${wanted === "number" ? "a number" : "true or false"}`;
  const isMeant = wanted === "boolean" ? /^(?:true|false)$/i.test(value) : /^-?\d+(?:\.\d+)?$/.test(value);
  return isMeant ? `Write ${value.toLowerCase()}, without quotation marks` : undefined;
}

function isContainer(value: Json): value is JsonObject | readonly Json[] {
  return isJsonObject(value) || isJsonArray(value);
}
