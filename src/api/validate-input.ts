// Checks a request against the service model with AWS's messages and reduces it to the members that the model knows.
// All violations are joined in one ValidationException; a value of the wrong JSON type is a SerializationException.
import { type Json, isJsonArray, isJsonObject, jsonTypeName, memberOf } from "../asl/json.ts";
import { utf8Length } from "../asl/payload.ts";
import { ApiError, validationErrors, violation } from "./errors.ts";
import { type Action, type Inputs, operations, shapes } from "./model.ts";
import type { ListShape, NumberShape, StringShape, StructureShape } from "./shape.ts";

/** A hostile request can violate a constraint in every item of a long list; its answer stays short. */
const mostViolations = 100;

/** Gives back the value without unknown and null members, and adds what is wrong with it to `violations`. */
type Check = (value: Json, path: string, violations: string[]) => unknown;

export type InputDecoder<Input> = (body: Json) => Input;

/** Compiles the checks of one action. */
export function compileInputDecoder<Name extends Action>(action: Name): InputDecoder<Inputs[Name]> {
  const check = compileShape(operations[action].input);
  return (body) => {
    const violations: string[] = [];
    const input = check(body, "", violations);
    if (violations.length > 0) throw validationErrors(violations);
    return input as Inputs[Name];
  };
}

function compileShape(name: string): Check {
  const shape = shapes[name];
  switch (shape?.type) {
    case "string":
      return compileString(shape);
    case "integer":
    case "long":
    case "float":
      return compileNumber(shape);
    case "boolean":
      return checkBoolean;
    case "list":
      return compileList(shape);
    case "structure":
      return compileStructure(shape);
    default:
      throw new Error(`The table of shapes does not hold ${name}`);
  }
}

function compileString({ min = 0, max = Infinity, pattern, enum: values, isSensitive, isPayload }: StringShape): Check {
  const matcher = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, "u");
  return (value, path, violations) => {
    if (typeof value !== "string") throw unexpectedType(value, "a String");
    const report = (constraint: string): void =>
      addViolation(violations, path, shownValue(value, isSensitive), constraint);
    // It could not be stored as it is: UTF-8 has no halves of surrogate pairs. A name with one is an InvalidName.
    if (path !== "name" && !value.isWellFormed())
      report("Member must be well-formed Unicode, without halves of surrogate pairs");
    if (values !== undefined && !values.includes(value)) {
      report(`Member must satisfy enum value set: [${values.join(", ")}]`);
    }
    if (matcher !== undefined && !matcher.test(value)) {
      report(`Member must satisfy regular expression pattern: ${pattern}`);
    }
    if (value.length < min) report(lengthAtLeast(min));
    if (value.length > max || (isPayload === true && value.length * 3 > max && utf8Length(value) > max)) {
      report(lengthAtMost(max));
    }
    return value;
  };
}

function compileNumber({ type, min = -Infinity, max = Infinity, isSensitive }: NumberShape): Check {
  const limit = type === "integer" ? 2 ** 31 : 2 ** 63;
  const name = type === "integer" ? "an Integer" : type === "long" ? "a Long" : "a Float";
  const isWhole = type !== "float";
  return (value, path, violations) => {
    if (typeof value !== "number" || (isWhole && (!Number.isInteger(value) || value >= limit || value < -limit))) {
      throw unexpectedType(value, name);
    }
    const report = (constraint: string): void =>
      addViolation(violations, path, shownValue(String(value), isSensitive), constraint);
    if (value < min) report(`Member must have value greater than or equal to ${min}`);
    if (value > max) report(`Member must have value less than or equal to ${max}`);
    return value;
  };
}

const checkBoolean: Check = (value) => {
  if (typeof value !== "boolean") throw unexpectedType(value, "a Boolean");
  return value;
};

function compileList({ member, min = 0, max = Infinity }: ListShape): Check {
  const check = compileShape(member);
  return (value, path, violations) => {
    if (!isJsonArray(value)) throw unexpectedCollection(value);
    if (value.length < min) addViolation(violations, path, shownValue(javaText(value, member)), lengthAtLeast(min));
    if (value.length > max) addViolation(violations, path, shownValue(javaText(value, member)), lengthAtMost(max));
    return value.flatMap((item, i) => {
      if (item === null) {
        addViolation(violations, `${path}.${i + 1}.member`, " null", notNull);
        return [];
      }
      return [check(item, `${path}.${i + 1}.member`, violations)];
    });
  };
}

function compileStructure({ members }: StructureShape): Check {
  const checks = members.map(({ name, shape, isRequired }) => ({
    name,
    isRequired: isRequired === true,
    check: compileShape(shape),
  }));
  return (value, path, violations) => {
    if (!isJsonObject(value)) throw unexpectedCollection(value);
    const known: Record<string, unknown> = {};
    for (const { name, isRequired, check } of checks) {
      const given = memberOf(value, name) ?? null;
      if (given !== null) {
        known[name] = check(given, path === "" ? name : `${path}.${name}`, violations);
      } else if (isRequired) {
        addViolation(violations, path === "" ? name : `${path}.${name}`, " null", notNull);
      }
    }
    return known;
  };
}

const notNull = "Member must not be null";
const lengthAtLeast = (min: number): string => `Member must have length greater than or equal to ${min}`;
const lengthAtMost = (max: number): string => `Member must have length less than or equal to ${max}`;

/** The words between `Value` and ` at` in the message. */
function shownValue(text: string, isSensitive?: boolean): string {
  return isSensitive === true ? "" : ` '${text.toWellFormed()}'`;
}

function addViolation(violations: string[], path: string, shown: string, constraint: string): void {
  if (violations.length < mostViolations) violations.push(violation(path, shown, constraint));
}

/** The items as Java prints them: `[RoutingConfigurationListItem(stateMachineVersionArn=arn…, weight=50), …]`. */
function javaText(items: readonly Json[], member: string): string {
  const shape = shapes[member];
  const shown = items.slice(0, mostViolations).map((item) => {
    if (shape?.type !== "structure" || !isJsonObject(item)) return typeof item === "string" ? item : jsonTypeName(item);
    const members = shape.members.map(({ name }) => {
      const value = memberOf(item, name) ?? null;
      return `${name}=${typeof value === "object" && value !== null ? jsonTypeName(value) : String(value)}`;
    });
    return `${member}(${members.join(", ")})`;
  });
  return `[${shown.join(", ")}]`;
}

function unexpectedType(value: Json, wanted: string): ApiError {
  switch (jsonTypeName(value)) {
    case "object":
      return new ApiError("SerializationException", "Start of structure or map found where not expected.");
    case "array":
      return new ApiError("SerializationException", "Start of list found where not expected");
    default: {
      const given = typeof value === "boolean" ? `${String(value).toUpperCase()}_VALUE` : `${typeof value}_VALUE`;
      return new ApiError("SerializationException", `${given.toUpperCase()} can not be converted to ${wanted}`);
    }
  }
}

function unexpectedCollection(value: Json): ApiError {
  const type = jsonTypeName(value);
  if (type === "object" || type === "array") return unexpectedType(value, "");
  return new ApiError("SerializationException", "Unexpected field type");
}
