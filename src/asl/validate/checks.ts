// Checks of single values: types, ranges, enumerations, paths and timestamps. Each reports at the value's own place.
import { isJsonArray, isJsonNumber, isJsonObject, type Json, toDouble } from "../json.ts";
import { compileIntrinsic } from "../intrinsics/intrinsics.ts";
import { compileJsonPath, compileReferencePath } from "../jsonpath/jsonpath.ts";
import { parseTimestamp } from "../timestamp.ts";
import { compiled } from "./costs.ts";
import { checkExpression, isExpressionLike } from "./expressions.ts";
import type { Hint } from "./diagnostic.ts";
import { below, type Place, reportSchema, warn } from "./place.ts";
import { type Check, checkValue } from "./shape.ts";

export const anything: Check = () => undefined;

export const string: Check = (value, place) => {
  if (typeof value !== "string") reportSchema(place, "Expected value of type [STRING]");
};

export const boolean: Check = (value, place) => {
  if (typeof value !== "boolean") {
    reportSchema(place, "Expected value of type [BOOLEAN]", { mistake: { kind: "type", value, wanted: "boolean" } });
  }
};

export const object: Check = (value, place) => {
  if (!isJsonObject(value)) reportSchema(place, "Expected value of type [OBJECT]");
};

export function oneOf(...values: readonly string[]): Check {
  return (value, place) => {
    if (typeof value !== "string") reportSchema(place, "Expected value of type [STRING]");
    else if (!values.includes(value)) {
      const hint = { given: value, known: values };
      reportSchema(place, `Value should be one of the following: [${values.join(", ")}]`, hint);
    }
  };
}

/** Runs a check on every item; the array must have some unless `mayBeEmpty`. */
export function items(check: Check, { mayBeEmpty }: { readonly mayBeEmpty: boolean }): Check {
  return function* checkItems(value, place) {
    if (!isJsonArray(value)) return reportSchema(place, "Expected value of type [ARRAY]");
    if (value.length === 0 && !mayBeEmpty) reportSchema(place, "Value cannot be empty");
    for (const [index, item] of value.entries()) yield* checkValue(check, item, below(place, `[${index}]`));
    return undefined;
  };
}

interface Range {
  readonly least: number;
  readonly most?: number;
}

export function integer(range: Range): Check {
  return (value, place) => {
    if (!isJsonNumber(value) || !Number.isInteger(toDouble(value))) {
      return reportSchema(place, "Expected value of type Integer", noNumber(value));
    }
    checkRange(toDouble(value), range, place);
  };
}

export function number(range: Range): Check {
  return (value, place) => {
    if (!isJsonNumber(value)) return reportSchema(place, "Expected value of type Number", noNumber(value));
    checkRange(toDouble(value), range, place);
  };
}

function noNumber(value: Json): Hint {
  return { mistake: { kind: "type", value, wanted: "number" } };
}

function checkRange(value: number, { least, most = Number.POSITIVE_INFINITY }: Range, place: Place): void {
  if (value < least) reportSchema(place, `Minimum value is ${least}`);
  else if (value > most) reportSchema(place, `Maximum value is ${most}`);
}

/** In a JSONata state the value may also be an expression, as a whole. */
export function orExpression(check: Check): Check {
  return (value, place) => {
    const mayBeExpression = place.language === "JSONata" && typeof value === "string" && isExpressionLike(value);
    return mayBeExpression ? checkExpression(value, place) : check(value, place);
  };
}

export const timestamp: Check = (value, place) => {
  if (typeof value !== "string") reportSchema(place, "Expected value of type [STRING]");
  else if (parseTimestamp(value) === undefined) reportSchema(place, "String does not match RFC3339 timestamp");
};

/** Worded by the library that AWS reads it with. */
export const jsonPointer: Check = (value, place) => {
  if (typeof value !== "string") reportSchema(place, "Expected value of type [STRING]");
  else if (value !== "" && !value.startsWith("/")) {
    reportSchema(place, `Invalid input: JSON Pointer expression must start with '/': "${value}"`);
  }
};

const invalidPath = "Value must be a valid JSONPath.";

/** A path that may name any number of nodes. */
export const path: Check = (value, place) => {
  if (typeof value !== "string") return reportSchema(place, invalidPath);
  const result = compiled((work) => compileJsonPath(value, work), place);
  if (result !== undefined && "problem" in result) reportSchema(place, invalidPath);
};

/** A path of names and indices, into the input, the context object or a variable. */
export const singleNodePath: Check = (value, place) => {
  if (typeof value !== "string" || !value.startsWith("$")) return reportSchema(place, invalidPath);
  const result = compiled((work) => compileJsonPath(value, work), place);
  if (result === undefined) return undefined;
  if ("problem" in result) return reportSchema(place, `Value is not a Reference Path: ${result.problem}`);
  if (!result.path.isDefinite) {
    reportSchema(place, "Value is not a Reference Path: The path must identify exactly one node");
  }
};

/** Where a result is put: into the input only. */
export const resultPath: Check = (value, place) => {
  if (value === null) return undefined;
  if (typeof value !== "string" || !value.startsWith("$")) return reportSchema(place, invalidPath);
  const result = compiled((work) => compileReferencePath(value, work), place);
  if (result !== undefined && "problem" in result) {
    reportSchema(place, `Value is not a Reference Path: ${result.problem}`);
  }
};

export function orNull(check: Check): Check {
  return (value, place) => (value === null ? undefined : check(value, place));
}

const stringIntrinsics = /^States\.(?:Format|JsonToString|ArrayGetItem|Base64Encode|Base64Decode|Hash|UUID)\s*\(/;

/** `ErrorPath` and `CausePath`: a path, or one of the intrinsic functions that give strings. */
export const stringPath: Check = (value, place) => {
  if (typeof value !== "string" || !value.startsWith("States.")) return singleNodePath(value, place);
  const problem = "Value must be a valid JSONPath or a valid intrinsic function call";
  if (!stringIntrinsics.test(value)) return reportSchema(place, problem);
  const result = compiled((work) => compileIntrinsic(value, work), place);
  return result !== undefined && "problem" in result ? reportSchema(place, problem) : undefined;
};

/** A static string that looks as if it was meant to be a path. */
export const staticString: Check = (value, place) => {
  string(value, place);
  if (place.language === "JSONPath" && typeof value === "string" && looksLikePath(value)) {
    const field = place.location.slice(place.location.lastIndexOf("/") + 1);
    warn(
      place,
      "NO_PATH",
      `Field '${field}' has a value that looks like a path, but its name does not end with 'Path'.`,
    );
  }
};

/** Whether a string has the beginning of a path or of an intrinsic call. */
export function looksLikePath(text: string): boolean {
  return /^\$(?:$|\.|\[|\$(?:$|\.))/.test(text) || /^States\.[A-Za-z0-9]+\(/.test(text);
}

/** Whether a value holds, at any depth, a string of which one would expect that it is evaluated. */
export function holdsPath(value: Json): boolean {
  if (typeof value === "string") return looksLikePath(value);
  if (isJsonArray(value)) return value.some(holdsPath);
  return isJsonObject(value) && Object.values(value).some(holdsPath);
}
