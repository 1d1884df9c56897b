// Advice on the value of a member `x.$` that is neither a path nor a call of an intrinsic function.
import { intrinsicFunctions } from "../intrinsics/functions.ts";
import { compileIntrinsic } from "../intrinsics/intrinsics.ts";
import type { Json } from "../json.ts";
import { compileJsonPath } from "../jsonpath/jsonpath.ts";
import { nearestName } from "../nearest-name.ts";
import { Work, WorkExceeded } from "../work.ts";

/** Longer ones are not looked into. */
const maxLength = 2000;
const mostSteps = 1_000_000;
const call = /^\s*((?:[A-Za-z]+\.)?)([A-Za-z0-9]+)\s*\(/;

export function evaluatedAdvice(name: string, value: Json): string | undefined {
  const plain = name.replace(/\.\$$/, "");
  if (typeof value !== "string") return `To pass it on as it is, take .$ from the name: ${JSON.stringify(plain)}`;
  if (value.length > maxLength) return undefined;
  if (/^\s+/.test(value)) return "Remove the white space before it";
  if (value.startsWith("{%")) {
    return `Expressions are of JSONata, and this state has JSONPath: give it "QueryLanguage": "JSONata", or write a path`;
  }
  if (value.startsWith("$")) return pathAdvice(value);
  const [, prefix = "", bare] = call.exec(value) ?? [];
  if (bare !== undefined) return callAdvice(value, `${prefix}${bare}`, bare);
  const path = /^[A-Za-z_][\w-]*(?:[.[][^\s]*)?$/.test(value) ? `Write $.${value} for a path. ` : "";
  return `${path}To pass on the text as it is, take .$ from the name: ${JSON.stringify(plain)}`;
}

function pathAdvice(path: string): string | undefined {
  const open = unclosed(path);
  if (open !== undefined) return `The path has a ${open} that is not closed`;
  const problem = bounded((work) => compileJsonPath(path, work));
  return problem === undefined ? undefined : `The library that AWS reads paths with says: ${problem}`;
}

function callAdvice(text: string, name: string, bare: string): string | undefined {
  const names = [...intrinsicFunctions.keys()];
  if (!intrinsicFunctions.has(name)) {
    const nearest = names.find((known) => known === `States.${bare}`) ?? nearestName(name, names);
    return nearest === undefined
      ? `There is no intrinsic function ${name}. There are ${names.map((known) => known.slice("States.".length)).join(", ")}, each with States. before it`
      : `There is no intrinsic function ${name}. Did you mean ${nearest}?`;
  }
  if (/"/.test(text)) {
    return `Texts in calls stand in single quotes: ${text.replaceAll('"', "'")}`;
  }
  const problem = bounded((work) => compileIntrinsic(text, work));
  if (problem === undefined) return undefined;
  const [, bareword] = /[(,]\s*([A-Za-z_]\w*)\s*[,)]/.exec(text) ?? [];
  if (bareword !== undefined && !/^(?:true|false|null)$/.test(bareword)) {
    return `${bareword} is no value: write $.${bareword} for a path, '${bareword}' for a text`;
  }
  const open = unclosed(text);
  return open === undefined ? `The call: ${problem}` : `The call has a ${open} that is not closed`;
}

const closings: ReadonlyMap<string, string> = new Map([
  [")", "("],
  ["]", "["],
]);

/** The last bracket or quote that is open at the end. */
function unclosed(text: string): string | undefined {
  const open: string[] = [];
  let quote: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\\") at++;
    else if (quote !== undefined) quote = character === quote ? undefined : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === "(" || character === "[") open.push(character);
    else if (closings.has(character) && open.at(-1) === closings.get(character)) open.pop();
  }
  return quote ?? open.at(-1);
}

function bounded(compile: (work: Work) => object & { readonly problem?: string }): string | undefined {
  try {
    return compile(new Work({ steps: mostSteps })).problem;
  } catch (error) {
    if (error instanceof WorkExceeded) return undefined;
    throw error;
  }
}
