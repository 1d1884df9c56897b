// Placeholders that nothing has filled, where they can be nothing else: in the place of an ARN, a name or a number.
import { isJsonArray, isJsonObject, type Json } from "../../asl/json.ts";
import { placeholdersIn, substitutionLine } from "../../asl/placeholder.ts";
import type { Diagnostic } from "../../asl/validate/diagnostic.ts";

const code = "UNFILLED_PLACEHOLDER";

/**
 * The advice for a value that is refused and has a placeholder in it; `undefined` where that is not the reason.
 * JSONata may have such a thing, and means something else by it.
 */
export function unfilledAdvice(written: string, member: string): string | undefined {
  const [placeholder] = /^["']?\s*\{%/.test(written) ? [] : placeholdersIn(written);
  if (placeholder === undefined) return undefined;
  const isWhole = /^["']?\$\{[^}]*\}["']?$/.test(written.trim());
  return adviceFor(placeholder.name, isWhole ? member : "");
}

/** For one that stands where JSON has a number, say. */
export function unfilledAt(source: string, offset: number): string | undefined {
  const placeholder = placeholdersIn(source).find(({ start, end }) => start <= offset && offset < end);
  return placeholder === undefined ? undefined : adviceFor(placeholder.name, "number");
}

/** Warnings of a valid definition, at the first place of each placeholder: it is taken as it stands when the workflow runs. */
export function unfilledParameters(definition: Json): readonly Diagnostic[] {
  const byName = new Map<string, Diagnostic>();
  for (const { text, location } of textsIn(definition, "")) {
    const member = location.slice(location.lastIndexOf("/") + 1);
    for (const { name } of placeholdersIn(text)) {
      if (byName.has(name)) continue;
      byName.set(name, { severity: "WARNING", code, message: adviceFor(name, member), location });
    }
  }
  return [...byName.values()];
}

interface Placed {
  readonly text: string;
  readonly location: string;
}

/**
 * Texts that are nothing but a placeholder, or an ARN or an address with one, and literals of expressions that are. Other texts
 * may mean something else by it, as a line for a shell does.
 */
function* textsIn(value: Json, location: string): Generator<Placed> {
  if (typeof value === "string") {
    const text = value.startsWith("{%") ? literalsOf(value) : value;
    if (/^\$\{[^}]*\}$|^arn:|^https?:/.test(text)) yield { text, location };
  } else if (isJsonArray(value)) {
    for (const [index, item] of value.entries()) yield* textsIn(item, `${location}[${index}]`);
  } else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (name !== "Comment") yield* textsIn(member, `${location}/${name}`);
    }
  }
}

/** The first literal of an expression that is a placeholder, such as `'${TableName}'`. */
function literalsOf(expression: string): string {
  const [, , literal = ""] = /(["'])(\$\{[^}"']*\})\1/.exec(expression) ?? [];
  return literal;
}

function adviceFor(name: string, member: string): string {
  const line = substitutionLine(name, exampleOf(name, member));
  return `\${${name}} is a placeholder that nothing fills. Add it to pawl.config.json: ${line}`;
}

function exampleOf(name: string, member: string): string | number {
  if (member === "number") return 1;
  if (/partition$/i.test(name)) return "aws";
  if (/region$/i.test(name)) return "us-east-1";
  if (/account(_?id)?$/i.test(name)) return "123456789012";
  if (member === "FunctionName") return functionNameFor(name);
  if (member === "Resource") return `arn:aws:lambda:us-east-1:123456789012:function:${functionNameFor(name)}`;
  return /arns?$/i.test(member) || /arn$/i.test(name) ? "arn:aws:…" : "…";
}

/** `send-email` for `SendEmailFunctionArn`. */
function functionNameFor(name: string): string {
  const words = name.replace(/(?:_?(?:Arn|Name|Function|Lambda|Fn))+$/i, "").replace(/([a-z\d])([A-Z])/g, "$1-$2");
  return (
    words
      .replaceAll(/[^A-Za-z\d]+/g, "-")
      .replaceAll(/^-|-$/g, "")
      .toLowerCase() || "my-function"
  );
}
