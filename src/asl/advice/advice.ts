// Findings of the validator for a person: what follows from another mistake is left out, and where AWS's sentence is poor a
// second one says what is meant. AWS's own answers have neither.
import { isJsonArray, isJsonObject, type Json } from "../json.ts";
import { nearestName } from "../nearest-name.ts";
import type { Diagnostic, Hint, Mistake } from "../validate/diagnostic.ts";
import { withoutConsequences } from "./consequences.ts";
import { expressionAdvice, topLevelAdvice } from "./expressions.ts";
import { adviceOnField, adviceOnMissing, adviceOnOtherLanguage, adviceOnType } from "./fields.ts";
import { listed } from "./listed.ts";
import { evaluatedAdvice } from "./paths.ts";
import { type ActionsOf, resourceAdvice } from "./resources.ts";
import { wholeAdvice } from "./wholes.ts";

export interface Advised extends Diagnostic {
  /** Sentences of ours, without a full stop at the end. */
  readonly advice?: string;
}

/**
 * @param definition `undefined` where the text is no JSON.
 * @param actionsOf what is known of the services of the AWS SDK.
 */
export function advised(
  findings: readonly Diagnostic[],
  definition: Json | undefined,
  actionsOf: ActionsOf = () => [],
): readonly Advised[] {
  const whole = definition === undefined ? undefined : wholeAdvice(definition);
  const [first] = findings;
  // A file that is something else has one mistake.
  if (whole !== undefined && first !== undefined) return [{ ...first, advice: whole }];
  return withoutConsequences(findings).map((finding, index) => {
    const advice = index < mostAdvised ? adviceOn(finding, actionsOf) : undefined;
    return advice === undefined ? finding : { ...finding, advice };
  });
}

/** Nobody reads more at a time. */
const mostAdvised = 50;

/** Whether a text that was validated is JSON, and not too deep or large to be looked into. */
export function isReadable(findings: readonly Diagnostic[]): boolean {
  return !findings.some(({ severity, location }) => severity === "ERROR" && !(location ?? "[").startsWith("/"));
}

/** Where the value stands that is meant, as locations are written. */
export function locationMeant({ location = "", hint }: Diagnostic): string {
  const steps = (hint?.within ?? []).map((step) => (/^\[\d+\]$/.test(step) ? step : `/${step}`));
  return [location, ...steps].join("");
}

/** The message with what is added to it. */
export function adviceText({ message, advice }: Pick<Advised, "message" | "advice">): string {
  return advice === undefined ? message : `${message.replace(/\.$/, "")}. ${advice}`;
}

function adviceOn({ hint = {} }: Diagnostic, actionsOf: ActionsOf): string | undefined {
  const { mistake } = hint;
  if (mistake?.kind === "resource") return resourceAdvice(mistake.arn, actionsOf);
  return (mistake === undefined ? undefined : mistakeAdvice(mistake, hint)) ?? nameAdvice(hint);
}

function mistakeAdvice(mistake: Exclude<Mistake, { readonly kind: "resource" }>, hint: Hint): string | undefined {
  switch (mistake.kind) {
    case "evaluated":
      return evaluatedAdvice(mistake.name, mistake.value);
    case "target":
      return nameAdvice(hint) ?? choiceOf(namesOf(hint), "The states beside it are");
    case "none of":
      return noneOfAdvice(mistake.fields);
    case "several of":
      return `It has ${listed(mistake.fields, "and")}: remove ${mistake.fields.length === 2 ? "one" : "all but one"}`;
    case "field":
      return adviceOnField(mistake, nameAdvice(hint));
    case "missing field":
      return adviceOnMissing(mistake);
    case "other language":
      return adviceOnOtherLanguage(mistake.name);
    case "type":
      return adviceOnType(mistake);
    case "top level":
      return topLevelAdvice(mistake.name);
    case "expression":
      return expressionAdvice(mistake);
    case "delimiters":
      return delimitersAdvice(mistake.text);
    case "unreachable":
      return "No state leads to it: name it in a Next, or remove it";
    case "no end":
      return `Give the last state "End": true`;
    case "no parameters":
      return undefined;
  }
}

function nameAdvice(hint: Hint): string | undefined {
  if (hint.given === undefined) return undefined;
  const nearest = nearestName(hint.given, namesOf(hint));
  return nearest === undefined ? undefined : `Did you mean ${nearest}?`;
}

function namesOf({ known = [] }: Hint): readonly string[] {
  return isJsonArray(known) ? known : Object.keys(isJsonObject(known) ? known : {});
}

/** More are not read. */
const mostNamed = 8;

function choiceOf(names: readonly string[], start: string): string | undefined {
  return names.length === 0 || names.length > mostNamed ? undefined : `${start} ${listed(names, "and")}`;
}

function noneOfAdvice(fields: readonly string[]): string | undefined {
  if (fields.includes("Next")) return `It has neither: give it "Next": "…" with the name of a state, or "End": true`;
  return fields.length > mostNamed ? "It has none of them" : `It has none: give it ${listed(fields, "or")}`;
}

function delimitersAdvice(text: string): string {
  return text.startsWith("{%") ? "The %} at the end is missing" : "The {% at the beginning is missing";
}
