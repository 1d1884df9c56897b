// Values that are evaluated: payload templates of JSONPath states, expressions of JSONata states, and what they assign.
import { isJsonArray, isJsonObject, type Json } from "../json.ts";
import { compileTemplate } from "../template.ts";
import { assignedNames } from "./assigned-names.ts";
import { looksLikePath } from "./checks.ts";
import { checkExpressions } from "./expressions.ts";
import { below, type Place, report, reportSchema, warn } from "./place.ts";
import type { Check } from "./shape.ts";

/** Any value; evaluated as the state's query language says. */
export const template: Check = (value, place) => {
  if (place.language === "JSONata") return checkExpressions(value, place);
  const compiled = compileTemplate(value, place.location);
  if ("problems" in compiled) {
    for (const { location, message } of compiled.problems) reportSchema({ ...place, location }, message);
  } else {
    checkMembers(value, place);
  }
};

/** In JSONata states also one expression that gives the object. */
export const objectTemplate: Check = (value, place) => {
  const mayBeExpression = place.language === "JSONata" && typeof value === "string";
  if (isJsonObject(value) || mayBeExpression) template(value, place);
  else reportSchema(place, "Expected value of type [OBJECT]");
};

function checkMembers(value: Json, place: Place): void {
  if (isJsonArray(value)) {
    for (const item of value) checkMembers(item, place);
  } else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === "string") checkMember(name, member, place);
      checkMembers(member, place);
    }
  }
}

/**
 * White space may stand within a call, but not before it. A text that looks like a path and is passed on as it stands is
 * warned of.
 */
function checkMember(name: string, text: string, place: Place): void {
  const isEvaluated = name.endsWith(".$");
  if (isEvaluated && /^\s/.test(text)) {
    const message = `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`;
    reportSchema(place, message);
  } else if (!isEvaluated && looksLikePath(text)) {
    const message = `The value of '${name}' looks like a JSONPath or an intrinsic function call, but the field name does not end with '.$'.`;
    warn(place, "NO_DOLLAR", message);
  }
}

const maxNameLength = 80;
const variableName = /^\p{ID_Start}\p{ID_Continue}*$/u;

export const assign: Check = (value, place) => {
  if (!isJsonObject(value)) return reportSchema(place, "Expected value of type [OBJECT]");
  for (const name of assignedNames(value, place.language)) checkVariableName(name, below(place, name));
  template(value, place);
};

function checkVariableName(name: string, place: Place): void {
  if (name === "states") report(place, "RESERVED_VARIABLE_NAME", "Cannot assign to reserved variable '$states'.");
  else if (!variableName.test(name)) {
    const message = `Invalid variable name '${name}': the variable name contains invalid characters.`;
    report(place, "INVALID_VARIABLE_NAME", message);
  } else if ([...name].length > maxNameLength) {
    const message = `Invalid variable name '${name}': the variable name exceeds the ${maxNameLength}-character limit.`;
    report(place, "INVALID_VARIABLE_NAME", message);
  } else if (place.outerVariables.some((isAssigned) => isAssigned(name))) {
    const message = `The variable name '${name}' was already defined in a parent scope.`;
    report(place, "DUPLICATE_VARIABLE_NAME", message);
  }
}
