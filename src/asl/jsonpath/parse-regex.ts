// Regular expressions of filters, `/pattern/` or `/pattern/i`, compiled to an engine that matches in linear time.
import { RE2JS, RE2JSSyntaxException } from "re2js";
import type { Work } from "../work.ts";
import { SyntaxProblem } from "./cursor.ts";
import { type MatchesAll, runProgram } from "./regex-program.ts";
import { compilationSteps } from "./regex-weight.ts";
import { part } from "./syntax-error.ts";

/** The most that one expression may take to compile: a fifth of a second. */
const maxSteps = 10_000_000;

export class Regex {
  readonly pattern: string;
  /** Whether it matches all of a text. @throws WorkExceeded */
  readonly matches: MatchesAll;

  constructor(pattern: string, matches: MatchesAll) {
    this.pattern = pattern;
    this.matches = matches;
  }
}

/** @param text with its slashes @throws WorkExceeded */
export function parseRegex(text: string, work: Work): Regex {
  const pattern = part(text, 1, text.lastIndexOf("/"));
  const steps = compilationSteps(pattern);
  if (steps > maxSteps) throw new SyntaxProblem(`The regular expression amounts to too much: ${pattern}`);
  work.pay(steps);
  try {
    return new Regex(pattern, runProgram(RE2JS.compile(pattern, text.endsWith("i") ? RE2JS.CASE_INSENSITIVE : 0)));
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    throw new SyntaxProblem(`Not a regular expression that can be matched in linear time: ${pattern}`);
  }
}
