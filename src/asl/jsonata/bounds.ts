// Checks before an expression is parsed: its length, its nesting, and how much the parser would copy. The parser
// is recursive, and it clones the left side of `?:` and `??`, so nested ones double its tree each time: a short hostile
// text could take the process's memory. This reads tokens as the parser's own tokenizer does.
import type { Work } from "../work.ts";
import { fail } from "./failures.ts";

export const maxExpressionLength = 65_536;
const maxNesting = 256;
const maxNodes = 100_000;

type Group = {
  /** An upper bound of the tree below this bracket, copies included. */
  weight: number;
  /** The part of it since the last separator: what a `?:` would copy. */
  operand: number;
  /** Operators whose right side the parser reads recursively. */
  nesting: number;
  /** Steps of the path at hand, which the parser looks through at each further one. */
  steps: number;
};

/** Measured, of a step that is looked at again. */
const stepsPerStep = 2;

/** Measured: of reading tokens, and of parsing an expression. */
const [stepsPerCharacter, stepsPerExpression, stepsPerNode] = [5, 2_000, 50];

/**
 * Pays for the check and, once it is known how much that is, for the parser's work.
 * @throws JsonataFailure S0501 or S0502
 * @throws WorkExceeded
 */
export function checkBounds(text: string, work: Work): void {
  if (text.length > maxExpressionLength) fail("S0501", { value: maxExpressionLength });
  work.pay(stepsPerExpression + stepsPerCharacter * text.length);
  const groups: Group[] = [{ weight: 0, operand: 0, nesting: 0, steps: 0 }];
  let nesting = 0;
  for (const { token, position } of tokensOf(text)) {
    let group = groups.at(-1) as Group;
    if (token === "(" || token === "[" || token === "{") {
      groups.push({ weight: 0, operand: 0, nesting: 0, steps: 0 });
      nesting += 1;
    } else if ((token === ")" || token === "]" || token === "}") && groups.length > 1) {
      groups.pop();
      nesting -= 1 + group.nesting;
      const weight = group.weight + group.operand;
      group = groups.at(-1) as Group;
      group.operand += weight;
    }
    group.operand += 1;
    if (token === ".") work.pay(stepsPerStep * group.steps++);
    if (endsPath.has(token)) group.steps = 0;
    if (token === "?:" || token === "??") {
      group.weight += 2 * group.operand;
      group.operand = 0;
    }
    if (token === "," || token === ";") {
      nesting -= group.nesting;
      Object.assign(group, { weight: group.weight + group.operand, operand: 0, nesting: 0 });
    }
    if (recursive.has(token)) {
      group.nesting += 1;
      nesting += 1;
    }
    if (nesting > maxNesting || group.weight + group.operand > maxNodes) fail("S0502", { position });
  }
  const nodes = groups.reduce((sum, { weight, operand }) => sum + weight + operand, 0);
  work.pay(stepsPerNode * nodes);
}

/** Wildcards and parents are written as operators are, so that those are missing here. */
const endsPath = new Set([",", ";", "+", "&", "=", "!=", "<", "<=", ">", ">=", "~>", ":=", "?", ":", "?:", "??", ".."]);
const recursive = new Set(["?", "?:", "??", ":=", "prefix", "|"]);
const whitespace = " \t\n\r\v";
const doubleOperators = new Set(["..", ":=", "!=", ">=", "<=", "**", "~>", "?:", "??"]);
const operators = ".[]{}(),@#;:?+-*/%|=<>^&!~";
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?/y;

type Token = { readonly token: string; readonly position: number };

/** Operators as themselves, a sign as `prefix`, operands as `a`. */
function* tokensOf(text: string): Generator<Token> {
  let position = 0;
  let isOperandNext = true;
  while (position < text.length) {
    const char = text.charAt(position);
    if (whitespace.includes(char)) {
      position += 1;
    } else if (text.startsWith("/*", position)) {
      const end = text.indexOf("*/", position + 2);
      position = end === -1 ? text.length : end + 2;
    } else if (char === "/" && isOperandNext) {
      position = regexEnd(text, position + 1);
      isOperandNext = false;
      yield { token: "a", position };
    } else if (operators.includes(char)) {
      const double = text.slice(position, position + 2);
      const token = doubleOperators.has(double) ? double : char;
      yield { token: token === "-" && isOperandNext ? "prefix" : token, position };
      position += token.length;
      isOperandNext = !")]}".includes(char);
    } else {
      yield { token: "a", position };
      position = operandEnd(text, position);
      isOperandNext = false;
    }
  }
}

function operandEnd(text: string, start: number): number {
  const first = text.charAt(start);
  let position = start + 1;
  if (first === '"' || first === "'") {
    while (position < text.length && text.charAt(position) !== first)
      position += text.charAt(position) === "\\" ? 2 : 1;
    return position + 1;
  }
  if (first === "`") {
    const end = text.indexOf("`", position);
    return end === -1 ? text.length : end + 1;
  }
  number.lastIndex = start;
  if (number.test(text)) return number.lastIndex;
  while (
    position < text.length &&
    !whitespace.includes(text.charAt(position)) &&
    !operators.includes(text.charAt(position))
  ) {
    position += 1;
  }
  return position;
}

function regexEnd(text: string, start: number): number {
  let depth = 0;
  for (let position = start; position < text.length; position++) {
    const char = text.charAt(position);
    if (char === "/" && depth === 0 && !isEscaped(text, position)) return position + 1;
    const follows = text.charAt(position - 1) === "\\";
    if ("([{".includes(char) && !follows) depth += 1;
    if (")]}".includes(char) && !follows) depth -= 1;
  }
  return text.length;
}

function isEscaped(text: string, position: number): boolean {
  let backslashes = 0;
  while (text.charAt(position - backslashes - 1) === "\\") backslashes += 1;
  return backslashes % 2 === 1;
}
