// A place in a text that is being parsed, for the parser of intrinsic calls.

export type Cursor = { readonly text: string; at: number; depth: number };

/** Thrown by the parsers and turned into a problem by the function that started them. */
export class SyntaxProblem extends Error {}

export function startCursor(text: string): Cursor {
  return { text, at: 0, depth: 0 };
}

export function peek(cursor: Cursor): string {
  return cursor.text.charAt(cursor.at);
}

export function isAtEnd(cursor: Cursor): boolean {
  return cursor.at >= cursor.text.length;
}

export function skipSpaces(cursor: Cursor): void {
  while (isSpace(peek(cursor))) cursor.at++;
}

/** Takes a token if it comes next. */
export function accept(cursor: Cursor, token: string): boolean {
  if (!cursor.text.startsWith(token, cursor.at)) return false;
  cursor.at += token.length;
  return true;
}

export function expect(cursor: Cursor, token: string): void {
  if (!accept(cursor, token)) throw problemAt(cursor, `Expected '${token}'`);
}

/** Takes what a sticky expression matches here, or nothing. */
export function take(cursor: Cursor, sticky: RegExp): string {
  sticky.lastIndex = cursor.at;
  const matched = sticky.exec(cursor.text)?.[0] ?? "";
  cursor.at += matched.length;
  return matched;
}

export function problemAt(cursor: Cursor, what: string): SyntaxProblem {
  return new SyntaxProblem(`${what} at position ${cursor.at}`);
}

/** The problem of a parse, or its result. */
export function parsed<T>(parse: () => T): { readonly result: T } | { readonly problem: string } {
  try {
    return { result: parse() };
  } catch (error) {
    if (error instanceof SyntaxProblem) return { problem: error.message };
    throw error;
  }
}

function isSpace(character: string): boolean {
  return character === " " || character === "\t" || character === "\n" || character === "\r";
}
