// Regular expressions of filters, `/pattern/` or `/pattern/i`, compiled to an engine that matches in linear time.
import { RE2JS, RE2JSSyntaxException } from "re2js";
import { SyntaxProblem } from "./cursor.ts";
import { part } from "./syntax-error.ts";

export class Regex {
  readonly pattern: string;
  readonly #compiled: RE2JS;

  constructor(pattern: string, compiled: RE2JS) {
    this.pattern = pattern;
    this.#compiled = compiled;
  }

  /** Whether it matches all of a text. */
  matches(text: string): boolean {
    return this.#compiled.matches(text);
  }
}

/** @param text with its slashes */
export function parseRegex(text: string): Regex {
  const pattern = part(text, 1, text.lastIndexOf("/"));
  try {
    return new Regex(pattern, RE2JS.compile(pattern, text.endsWith("i") ? RE2JS.CASE_INSENSITIVE : 0));
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    throw new SyntaxProblem(`Not a regular expression that can be matched in linear time: ${pattern}`);
  }
}
