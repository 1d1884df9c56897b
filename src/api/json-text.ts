// Why a text is not JSON, in the words that AWS uses: those of the parser behind it (Jackson's ReaderBasedJsonParser,
// whose messages were recorded of StartExecution and ValidateStateMachineDefinition). Reads without recursion.

/** Deeper state data is refused: everything that walks it afterwards may recurse. The bound is Jackson's own. */
export const deepestNesting = 1000;

const quote = 0x22;
const backslash = 0x5c;

/** Whether arrays and objects nest deeper than allowed, in a text that need not be JSON. */
export function nestsTooDeeply(text: string): boolean {
  if (text.length <= 2 * deepestNesting) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === quote) {
      for (i++; i < text.length && text.charCodeAt(i) !== quote; i++) if (text.charCodeAt(i) === backslash) i++;
    } else if (unit === 0x5b || unit === 0x7b) {
      depth++;
      if (depth > deepestNesting) return true;
    } else if (unit === 0x5d || unit === 0x7d) depth--;
  }
  return false;
}

interface Container {
  readonly kind: "Object" | "Array";
  readonly start: number;
}
/** What was found at a position: where reading goes on, or why it cannot. */
type Step = number | string;

/** The parser's complaint about a text; `undefined` when its first value is JSON, or when there is nothing but space. */
export function jsonProblem(text: string): string | undefined {
  const open: Container[] = [];
  let at = skipSpace(text, 0);
  if (at >= text.length) return undefined;
  let expects: "value" | "name" | "separator" = "value";
  let isFresh = false;
  for (;;) {
    const container = open.at(-1);
    const char = text[at];
    if (char === undefined) return endProblem(text, container, expects === "separator" || isFresh);
    if (char < " ")
      return `Illegal character (${described(char)}): only regular white space (\\r, \\n, \\t) is allowed between tokens`;
    const closes = container !== undefined && (expects === "separator" || isFresh) && (char === "}" || char === "]");
    if (closes) {
      if ((char === "}") !== (container.kind === "Object")) return closeProblem(text, container, char);
      open.pop();
      at++;
      expects = "separator";
    } else if (expects === "separator") {
      if (container === undefined) return undefined;
      if (char !== ",") return unexpected(char, `was expecting comma to separate ${container.kind} entries`);
      at++;
      expects = container.kind === "Object" ? "name" : "value";
    } else if (expects === "name") {
      const after = nameStep(text, at);
      if (typeof after === "string") return after;
      at = after;
      expects = "value";
    } else if (char === "{" || char === "[") {
      open.push({ kind: char === "{" ? "Object" : "Array", start: at });
      at = skipSpace(text, at + 1);
      expects = char === "{" ? "name" : "value";
      isFresh = true;
      continue;
    } else {
      const after = scalarStep(text, at, open.length === 0);
      if (typeof after === "string") return after;
      at = after;
      expects = "separator";
    }
    isFresh = false;
    if (expects === "separator" && open.length === 0) return undefined;
    at = skipSpace(text, at);
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return at;
}

/** A member's name and its colon. */
function nameStep(text: string, from: number): Step {
  const char = text[from] ?? "";
  if (char !== '"') return unexpected(char, "was expecting double-quote to start field name");
  const after = stringStep(text, from, " in field name");
  if (typeof after === "string") return after;
  const colon = skipSpace(text, after);
  const found = text[colon];
  if (found === undefined) return endOfInput(" within/between Object entries");
  return found === ":" ? colon + 1 : unexpected(found, "was expecting a colon to separate field name and value");
}

function scalarStep(text: string, from: number, isRoot: boolean): Step {
  const char = text[from] ?? "";
  if (char === '"') return stringStep(text, from, ": was expecting closing quote for a string value");
  if (char === "-" || isDigit(char)) return numberStep(text, from, isRoot);
  if (!identifierStart.test(char)) return unexpected(char, `expected a valid value ${validTokens}`);
  const word = wordAt(text, from);
  if (word === "true" || word === "false" || word === "null") return from + word.length;
  if (word === "NaN" || word === "Infinity") {
    return `Non-standard token '${word}': enable \`JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS\` to allow`;
  }
  return `Unrecognized token '${word}': was expecting ${validTokens}`;
}

function stringStep(text: string, from: number, endMessage: string): Step {
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === '"') return at + 1;
    if (char < " ") {
      const place = endMessage.endsWith("name") ? "name" : "string value";
      return `Illegal unquoted character (${described(char)}): has to be escaped using backslash to be included in ${place}`;
    }
    if (char !== "\\") continue;
    at++;
    const escaped = text[at];
    if (escaped === undefined) return endOfInput(" in character escape sequence");
    if (escaped === "u") {
      for (let digit = 0; digit < 4; digit++) {
        at++;
        const found = text[at];
        if (found === undefined) return endOfInput(" in character escape sequence");
        if (!/[0-9a-fA-F]/.test(found)) return unexpected(found, "expected a hex-digit for character escape sequence");
      }
    } else if (!'"\\/bfnrt'.includes(escaped)) return `Unrecognized character escape ${described(escaped)}`;
  }
  return endOfInput(endMessage);
}

function numberStep(text: string, from: number, isRoot: boolean): Step {
  let at = text[from] === "-" ? from + 1 : from;
  const first = text[at];
  if (first === undefined) return endOfInput(" in a Number value");
  if (!isDigit(first)) {
    return unexpectedInNumber(first, "expected digit (0-9) to follow minus sign, for valid numeric value");
  }
  if (first === "0" && isDigit(text[at + 1])) return "Invalid numeric value: Leading zeroes not allowed";
  while (isDigit(text[at])) at++;
  if (text[at] === ".") {
    at++;
    if (!isDigit(text[at])) return unexpectedInNumber(text[at], "Decimal point not followed by a digit");
    while (isDigit(text[at])) at++;
  }
  if (text[at] === "e" || text[at] === "E") {
    at += text[at + 1] === "+" || text[at + 1] === "-" ? 2 : 1;
    if (!isDigit(text[at])) return unexpectedInNumber(text[at], "Exponent indicator not followed by a digit");
    while (isDigit(text[at])) at++;
  }
  const next = text[at];
  if (isRoot && next !== undefined && !" \n\r\t".includes(next)) {
    return unexpected(next, "Expected space separating root-level values");
  }
  return at;
}

const validTokens = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const longestWord = 256;
const identifierStart = /^[\p{L}\p{Nl}\p{Sc}\p{Pc}]/u;
const identifierPart = /^[\p{L}\p{Nl}\p{Sc}\p{Pc}\p{Nd}\p{Mn}\p{Mc}]/u;

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= "0" && char <= "9";
}

function wordAt(text: string, from: number): string {
  let at = from;
  while (at - from < longestWord && identifierPart.test(text[at] ?? "")) at++;
  return text.slice(from, at) + (at - from < longestWord ? "" : "...");
}

function described(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 32) return `(CTRL-CHAR, code ${code})`;
  return code > 255 ? `'${char}' (code ${code} / 0x${code.toString(16)})` : `'${char}' (code ${code})`;
}

const unexpected = (char: string, comment: string): string => `Unexpected character (${described(char)}): ${comment}`;
const endOfInput = (where: string): string => `Unexpected end-of-input${where}`;

function unexpectedInNumber(char: string | undefined, comment: string): string {
  if (char === undefined) return endOfInput(" in a Number value");
  return `Unexpected character (${described(char)}) in numeric value: ${comment}`;
}

function endProblem(text: string, container: Container | undefined, mayClose: boolean): string {
  if (container === undefined) return endOfInput("");
  if (!mayClose) return endOfInput(` within/between ${container.kind} entries`);
  return endOfInput(
    `: expected close marker for ${container.kind} (start marker at ${location(text, container.start)})`,
  );
}

function closeProblem(text: string, { kind, start }: Container, found: string): string {
  const expected = kind === "Object" ? "}" : "]";
  return `Unexpected close marker '${found}': expected '${expected}' (for ${kind} starting at ${location(text, start)})`;
}

const longestSource = 500;

function location(text: string, offset: number): string {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  const excess = text.length - longestSource;
  const source = excess > 0 ? `"${text.slice(0, longestSource)}"[truncated ${excess} chars]` : `"${text}"`;
  return `[Source: (String)${source}; line: ${lines.length}, column: ${(lines.at(-1)?.length ?? 0) + 1}]`;
}
