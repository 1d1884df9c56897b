// Regular expressions of filters, `/pattern/flags`, compiled to an engine that matches in linear time.
import { RE2JS, RE2JSSyntaxException } from "re2js";
import { type Cursor, isAtEnd, peek, problemAt, take } from "./cursor.ts";

const regexFlags: ReadonlyMap<string, number> = new Map([
  ["i", RE2JS.CASE_INSENSITIVE],
  ["s", RE2JS.DOTALL],
  ["m", RE2JS.MULTILINE],
  ["u", 0],
]);

/** Parses what follows the opening slash. */
export function parseRegex(cursor: Cursor): RE2JS {
  let pattern = "";
  for (; peek(cursor) !== "/"; cursor.at++) {
    if (isAtEnd(cursor)) throw problemAt(cursor, "Missing closing '/'");
    if (peek(cursor) !== "\\") {
      pattern += peek(cursor);
      continue;
    }
    cursor.at++;
    pattern += peek(cursor) === "/" ? "/" : `\\${peek(cursor)}`;
  }
  cursor.at++;
  let flags = 0;
  for (const flag of take(cursor, /[a-zA-Z]+/y)) {
    const bit = regexFlags.get(flag);
    if (bit === undefined) throw problemAt(cursor, `The regular expression flag '${flag}' is not supported`);
    flags |= bit;
  }
  try {
    return RE2JS.compile(pattern, flags);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) throw problemAt(cursor, `Invalid regular expression /${pattern}/`);
    throw error;
  }
}
