// Files that are no definition but hold one, or lead to one.
import { isJsonObject, type Json, type JsonObject, memberOf } from "../json.ts";

/** `undefined` for what may be meant as a definition. */
export function wholeAdvice(value: Json): string | undefined {
  if (!isJsonObject(value) || Object.hasOwn(value, "States") || Object.hasOwn(value, "StartAt")) return undefined;
  const resources = memberOf(value, "Resources");
  if (Object.hasOwn(value, "AWSTemplateFormatVersion") || Object.hasOwn(value, "Transform") || hasTypes(resources)) {
    return templateAdvice(isJsonObject(resources) ? resources : {});
  }
  if (Object.hasOwn(value, "definition") || Object.hasOwn(value, "definitionString")) {
    return "This is an answer or a request of the API: the definition is the text within it. Save that in a file of its own";
  }
  if (Object.hasOwn(value, "functions") && hasFunctions(memberOf(value, "functions"))) {
    return "This is the serverless framework's file, or a configuration: the definition belongs in a file of its own";
  }
  return areStates(value) ? `These are states alone: put them into { "StartAt": …, "States": { … } }` : undefined;
}

function hasTypes(resources: Json | undefined): boolean {
  return (
    isJsonObject(resources) &&
    Object.values(resources).some((one) => isJsonObject(one) && String(memberOf(one, "Type")).startsWith("AWS::"))
  );
}

function hasFunctions(value: Json | undefined): boolean {
  return isJsonObject(value);
}

function areStates(value: JsonObject): boolean {
  const members = Object.values(value);
  return members.length > 0 && members.every((one) => isJsonObject(one) && Object.hasOwn(one, "Type"));
}

/** Where the template says that its definitions are. */
function templateAdvice(resources: JsonObject): string {
  const start = "This is a template of CloudFormation or SAM, not a workflow";
  for (const resource of Object.values(resources)) {
    const type = isJsonObject(resource) ? memberOf(resource, "Type") : undefined;
    if (!isJsonObject(resource) || !/^AWS::(?:Serverless|StepFunctions)::StateMachine$/.test(String(type))) continue;
    const properties = memberOf(resource, "Properties");
    const uri = isJsonObject(properties) ? memberOf(properties, "DefinitionUri") : undefined;
    if (typeof uri === "string") return `${start}: its DefinitionUri says where that is, ${uri}`;
  }
  return `${start}: put the definition into a file of its own, which DefinitionUri names`;
}
