// Filters `[?(...)]` as json-path 2.0.0 reads them: cut at `&&` and `||`, each part at the first operator; parentheses
// group nothing, quotes hide nothing, and every literal is a text. Data that an interpreter walks, never run as code.
import type { Work } from "../work.ts";
import { SyntaxProblem } from "./cursor.ts";
import { doubleOf } from "./java-decimal.ts";
import { parseRegex } from "./parse-regex.ts";
import { type Criterion, type Filter, type Operand, operators, type Path } from "./path-syntax.ts";
import { characterAt, invalidPath, part, trimmed } from "./syntax-error.ts";

/** Parses what stands within a filter. */
export type Parts = { readonly parsePath: (text: string) => Path; readonly work: Work };

/** @param question where the `?` stands in the bracketed part */
export function parseFilter(text: string, question: number, parts: Parts): Filter {
  const start = text.lastIndexOf("[", question);
  const inner = trimmed(text.slice(start + 1, endOfFilter(text, start) - 1));
  if (!inner.startsWith("?")) throw mustStart("[?", "]", inner);
  const bracketed = trimmed(inner.slice(1));
  if (!bracketed.startsWith("(") || !bracketed.endsWith(")")) throw mustStart("[?(", ")]", bracketed);
  return parseCriteria(trimmed(bracketed.slice(1, -1)), parts);
}

function mustStart(opening: string, closing: string, text: string): SyntaxProblem {
  return invalidPath(`Filter must start with '${opening}' and end with '${closing}'. ${text}`);
}

/** Behind the first `]` that is outside of parentheses and quotes. */
function endOfFilter(text: string, start: number): number {
  let [parentheses, brackets, isQuoted] = [0, 0, false];
  for (let at = start; ; at++) {
    const character = characterAt(text, at);
    if (character === "'" && text[at - 1] !== "\\") isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (character === "(") parentheses++;
    else if (character === ")") parentheses--;
    else if (character === "[") brackets++;
    else if (character === "]") {
      brackets--;
      if (parentheses !== 0) continue;
      if (brackets !== 0) throw invalidPath("Filter brackets are not balanced");
      return at + 1;
    }
  }
}

function parseCriteria(text: string, parts: Parts): Filter {
  const logical: string[] = [];
  const criteria: Criterion[] = [];
  for (const piece of text.split(/(?<=&&|\|\|)|(?=&&|\|\|)/).map(trimmed)) {
    if (piece === "&&" || piece === "||") logical.push(piece);
    else criteria.push(parseCriterion(withoutParentheses(piece), parts));
  }
  checkBalance(logical, criteria.length, text);
  const groups: Criterion[][] = [[]];
  for (const [i, criterion] of criteria.entries()) {
    if (logical[i - 1] === "||") groups.push([]);
    groups.at(-1)?.push(criterion);
  }
  return groups;
}

/** An operator stands between two criteria. Jayway pairs them from the end. */
function checkBalance(logical: readonly string[], criteria: number, text: string): void {
  if (logical.length === criteria - 1) return;
  const unpaired = criteria === 0 ? "&&" : logical[logical.length - criteria];
  if (unpaired === "&&") throw new SyntaxProblem("java.util.EmptyStackException");
  throw invalidPath(`Invalid operators ${text}`);
}

function withoutParentheses(text: string): string {
  let [start, end] = [0, text.length - 1];
  while ("[?( ".includes(characterAt(text, start))) start++;
  while (") ".includes(characterAt(text, end))) end--;
  return part(text, start, end + 1);
}

function parseCriterion(text: string, parts: Parts): Criterion {
  const operator = operators.find((candidate) => text.includes(candidate));
  const at = operator === undefined ? text.length : text.indexOf(operator);
  const leftText = trimmed(text.slice(0, at));
  const isNegated = leftText.startsWith("!@");
  const left = parseOperand(isNegated ? leftText.slice(1) : leftText, parts);
  const rightText = trimmed(text.slice(at + (operator?.length ?? 0)));
  if (rightText.startsWith("!@")) {
    throw invalidPath("Invalid negation! Can only be used for existence check e.g [?(!@.foo)]");
  }
  const right = parseOperand(rightText, parts);
  if (operator !== undefined) return { kind: "compare", operator, left, right };
  if (left.kind === "path") return { kind: "exists", path: left.path, isNegated };
  throw new SyntaxProblem("java.lang.UnsupportedOperationException: CriteriaType  can not be parsed");
}

function parseOperand(text: string, parts: Parts): Operand {
  if (text.startsWith("$") || text.startsWith("@")) return { kind: "path", path: parseDefinite(text, parts) };
  if (text.startsWith("'") && text.endsWith("'")) return textOf(part(text, 1, text.length - 1));
  if (text.startsWith("/") && /\/i?$/.test(text)) return { kind: "regex", regex: parseRegex(text, parts.work) };
  return textOf(text);
}

function textOf(text: string): Operand {
  return { kind: "text", text, double: doubleOf(text) };
}

function parseDefinite(text: string, parts: Parts): Path {
  const path = parsed(text, parts);
  if (!path.isDefinite) throw invalidPath(`the predicate path: ${text} is not definite`);
  return path;
}

/** A problem of a path within a path is told as both. */
function parsed(text: string, parts: Parts): Path {
  try {
    return parts.parsePath(text);
  } catch (error) {
    throw error instanceof SyntaxProblem ? invalidPath(error.message) : error;
  }
}
