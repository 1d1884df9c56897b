// Completion for definitions: the fields that a state of its type has, and the values that a field may have.
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { SyntaxNode } from "@lezer/common";
import { stateTypes } from "@graph/state-type.ts";
import { propertiesOf, textOf } from "./locate.ts";
import type { FieldNames } from "./problems.worker.ts";

const scopeFields = ["Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"];
const processorFields = ["ProcessorConfig", "StartAt", "States"];
const fieldsOfItems: Readonly<Record<string, readonly string[]>> = {
  Retry: [
    "ErrorEquals",
    "IntervalSeconds",
    "MaxAttempts",
    "BackoffRate",
    "MaxDelaySeconds",
    "JitterStrategy",
    "Comment",
  ],
  Catch: ["ErrorEquals", "Next", "ResultPath", "Output", "Assign", "Comment"],
  Choices: [
    "Variable",
    "StringEquals",
    "NumericEquals",
    "NumericGreaterThan",
    "NumericLessThan",
    "BooleanEquals",
    "IsPresent",
    "And",
    "Or",
    "Not",
    "Condition",
    "Next",
  ],
};
const errors = [
  "States.ALL",
  "States.TaskFailed",
  "States.Timeout",
  "States.HeartbeatTimeout",
  "States.Permissions",
  "States.DataLimitExceeded",
  "States.Runtime",
  "States.QueryEvaluationError",
  "States.ItemReaderFailed",
  "States.ResultWriterFailed",
  "States.ExceedToleratedFailureThreshold",
];
const resources = [
  "arn:aws:states:::lambda:invoke",
  "arn:aws:states:::lambda:invoke.waitForTaskToken",
  "arn:aws:states:::http:invoke",
  "arn:aws:states:::states:startExecution",
  "arn:aws:states:::states:startExecution.sync:2",
  "arn:aws:states:::sqs:sendMessage",
  "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
  "arn:aws:states:::sns:publish",
  "arn:aws:states:::events:putEvents",
  "arn:aws:states:::dynamodb:getItem",
  "arn:aws:states:::dynamodb:putItem",
];
const valuesOfFields: Readonly<Record<string, readonly string[]>> = {
  Type: stateTypes,
  QueryLanguage: ["JSONPath", "JSONata"],
  JitterStrategy: ["FULL", "NONE"],
  Mode: ["INLINE", "DISTRIBUTED"],
  ExecutionType: ["STANDARD", "EXPRESS"],
  Resource: resources,
};

export function completionsIn(fields: () => FieldNames): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const text = context.state.doc.toString();
    const node = syntaxTree(context.state).resolveInner(context.pos, -1);
    const word = context.matchBefore(/"?[\w.:$-]*/);
    if (word === null || (word.from === word.to && !context.explicit)) return null;
    const from = node.name === "PropertyName" || node.name === "String" ? node.from : word.from;
    const to = node.name === "PropertyName" || node.name === "String" ? node.to : context.pos;
    const options = optionsAt(node, text, fields());
    return options.length === 0 ? null : { from, to, options, validFor: /^"?[\w.:$-]*"?$/ };
  };
}

function optionsAt(node: SyntaxNode, text: string, fields: FieldNames): readonly Completion[] {
  const property = node.parent?.name === "Property" ? node.parent : node.name === "Property" ? node : undefined;
  if (property !== undefined && node.name !== "PropertyName") return valueOptions(property, text);
  if (node.name === "String" && node.parent?.name === "Array") {
    const owner = node.parent.parent;
    return owner !== null && nameOf(owner, text) === "ErrorEquals" ? quotedOptions(errors) : [];
  }
  const object =
    node.name === "Object"
      ? node
      : node.name === "PropertyName"
        ? node.parent?.parent
        : node.name === "⚠"
          ? node.parent
          : undefined;
  if (object?.name !== "Object") return [];
  const taken = new Set(propertiesOf(object, text).map(({ name }) => name));
  const names = fieldsOf(object, text, fields).filter((name) => !taken.has(name));
  return names.map((name): Completion => ({
    label: `"${name}"`,
    apply: node.name === "PropertyName" ? `"${name}"` : `"${name}": `,
    type: "property",
  }));
}

function valueOptions(property: SyntaxNode, text: string): readonly Completion[] {
  const name = nameOf(property, text);
  if (name === "Next" || name === "Default" || name === "StartAt") return quotedOptions(stateNames(property, text));
  return quotedOptions(valuesOfFields[name] ?? []);
}

function fieldsOf(object: SyntaxNode, text: string, fields: FieldNames): readonly string[] {
  const { parent } = object;
  if (parent?.name === "Array" && parent.parent !== null) {
    const owner = nameOf(parent.parent, text);
    return owner === "Branches" ? scopeFields : (fieldsOfItems[owner] ?? []);
  }
  if (parent?.name !== "Property") return scopeFields;
  const name = nameOf(parent, text);
  if (name === "ItemProcessor" || name === "Iterator") return processorFields;
  const around = parent.parent?.parent;
  if (around?.name !== "Property" || nameOf(around, text) !== "States") return [];
  const type = memberText(object, "Type", text);
  const language = memberText(object, "QueryLanguage", text) ?? languageAround(object, text);
  return type === undefined
    ? ["Type", "Comment"]
    : (fields[type]?.[language === "JSONata" ? "JSONata" : "JSONPath"] ?? ["Type"]);
}

/** That of the machine: the outermost object. */
function languageAround(node: SyntaxNode, text: string): string | undefined {
  let outermost = node;
  for (let { parent } = node; parent !== null; { parent } = parent) if (parent.name === "Object") outermost = parent;
  return memberText(outermost, "QueryLanguage", text);
}

/** The states of the scope that a place lies in. */
function stateNames(node: SyntaxNode, text: string): readonly string[] {
  for (let { parent } = node; parent !== null; { parent } = parent) {
    if (parent.name !== "Object") continue;
    const states = propertiesOf(parent, text).find(({ name }) => name === "States")?.value;
    if (states !== undefined) return propertiesOf(states, text).map(({ name }) => name);
  }
  return [];
}

function memberText(object: SyntaxNode, name: string, text: string): string | undefined {
  const value = propertiesOf(object, text).find((property) => property.name === name)?.value;
  return value?.name === "String" ? textOf(value, text) : undefined;
}

function nameOf(property: SyntaxNode, text: string): string {
  const key = property.getChild("PropertyName");
  return key === null ? "" : textOf(key, text);
}

function quotedOptions(values: readonly string[]): readonly Completion[] {
  return values.map((value) => ({ label: JSON.stringify(value), type: "constant" }));
}
