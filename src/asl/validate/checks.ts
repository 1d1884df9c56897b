// Checks of single values: types, ranges, enumerations, paths and timestamps. Each reports at the value's own place.
import { isJsonArray, isJsonNumber, isJsonObject, type Json, toDouble } from "../json.ts";
import { compileIntrinsic } from "../intrinsics/intrinsics.ts";
import { compileJsonPath, compileReferencePath } from "../jsonpath/jsonpath.ts";
import { parseTimestamp } from "../timestamp.ts";
import { checkExpression, isExpressionLike } from "./expressions.ts";
import { below, type Place, reportSchema, warn } from "./place.ts";
import type { Check } from "./shape.ts";

export const anything: Check = () => undefined;

export const string: Check = (value, place) => {
  if (typeof value !== "string") reportSchema(place, "Expected value of type [STRING]");
};

export const boolean: Check = (value, place) => {
  if (typeof value !== "boolean") reportSchema(place, "Expected value of type [BOOLEAN]");
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
  return (value, place) => {
    if (!isJsonArray(value)) return reportSchema(place, "Expected value of type [ARRAY]");
    if (value.length === 0 && !mayBeEmpty) reportSchema(place, "Value cannot be empty");
    for (const [index, item] of value.entries()) check(item, below(place, `[${index}]`));
  };
}

interface Range {
  readonly least: number;
  readonly most?: number;
}

export function integer(range: Range): Check {
  return (value, place) => {
    if (!isJsonNumber(value) || !Number.isInteger(toDouble(value))) {
      return reportSchema(place, "Expected value of type Integer");
    }
    checkRange(toDouble(value), range, place);
  };
}

export function number(range: Range): Check {
  return (value, place) => {
    if (!isJsonNumber(value)) return reportSchema(place, "Expected value of type Number");
    checkRange(toDouble(value), range, place);
  };
}

function checkRange(value: number, { least, most = Number.POSITIVE_INFINITY }: Range, place: Place): void {
  if (value < least) reportSchema(place, `Minimum value is ${least}`);
  else if (value > most) reportSchema(place, `Maximum value is ${most}`);
}

/** In a JSONata state the value may also be an expression, as a whole. */
export function orExpression(check: Check): Check {
  return (value, place) => {
    if (place.language === "JSONata" && typeof value === "string" && isExpressionLike(value))
      checkExpression(value, place);
    else check(value, place);
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
  if (typeof value !== "string" || "problem" in compileJsonPath(value)) reportSchema(place, invalidPath);
};

/** A path of names and indices, into the input, the context object or a variable. */
export const singleNodePath: Check = (value, place) => {
  const compiled = typeof value === "string" && value.startsWith("$") ? compileJsonPath(value) : undefined;
  if (compiled === undefined) return reportSchema(place, invalidPath);
  if ("problem" in compiled) return reportSchema(place, `Value is not a Reference Path: ${compiled.problem}`);
  if (!compiled.path.isDefinite) {
    reportSchema(place, "Value is not a Reference Path: The path must identify exactly one node");
  }
};

/** Where a result is put: into the input only. */
export const resultPath: Check = (value, place) => {
  if (value === null) return;
  if (typeof value !== "string" || !value.startsWith("$")) return reportSchema(place, invalidPath);
  const compiled = compileReferencePath(value);
  if ("problem" in compiled) reportSchema(place, `Value is not a Reference Path: ${compiled.problem}`);
};

export function orNull(check: Check): Check {
  return (value, place) => {
    if (value !== null) check(value, place);
  };
}

const stringIntrinsics = /^States\.(?:Format|JsonToString|ArrayGetItem|Base64Encode|Base64Decode|Hash|UUID)\s*\(/;

/** `ErrorPath` and `CausePath`: a path, or one of the intrinsic functions that give strings. */
export const stringPath: Check = (value, place) => {
  if (typeof value !== "string" || !value.startsWith("States.")) return singleNodePath(value, place);
  if (!stringIntrinsics.test(value) || "problem" in compileIntrinsic(value)) {
    reportSchema(place, "Value must be a valid JSONPath or a valid intrinsic function call");
  }
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
