// What is wrong with text that is not JSON, in the words and with the position of Jackson, the JSON parser of AWS. Only the
// first problem is found, as there; the text is scanned once, without recursion.

export interface JsonProblem {
  /** Jackson's sentence, without the position. */
  readonly message: string;
  /** 1-based; the column is that of the next unread character, as Jackson counts. */
  readonly line: number;
  readonly column: number;
  /** Jackson's position, `[Source: (String)"…"; line: 1, column: 4]`. */
  readonly location: string;
}

/** Jackson's sentence about text that is not one JSON value; `undefined` for JSON. */
export function describeJsonProblem(text: string): string | undefined {
  return jsonProblem(text)?.message;
}

/** The first problem of text that is not one JSON value; `undefined` for JSON. */
export function jsonProblem(text: string): JsonProblem | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return new Scanner(text).problem();
  }
}

interface Place {
  readonly line: number;
  readonly column: number;
}

interface Container extends Place {
  readonly kind: "Object" | "Array";
  entries: number;
}

class Failure extends Error {}

const valueList = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const identifierStart = /[\p{L}\p{Nl}\p{Sc}\p{Pc}]/u;
const identifierPart = /[\p{L}\p{Nl}\p{Sc}\p{Pc}\p{Nd}\p{Mn}\p{Mc}]/u;
const keywords: ReadonlyMap<string, string> = new Map([
  ["t", "true"],
  ["f", "false"],
  ["n", "null"],
]);
const maxTokenLength = 256;
const maxSourceLength = 500;

/** Reads text as Jackson's reader does; lives for one text. */
class Scanner {
  readonly #text: string;
  readonly #open: Container[] = [];
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #hasRootValue = false;

  constructor(text: string) {
    this.#text = text;
  }

  problem(): JsonProblem {
    const message = this.#failure();
    const column = this.#at - this.#lineStart + 1;
    return { message, line: this.#line, column, location: this.#position({ line: this.#line, column }) };
  }

  #failure(): string {
    try {
      while (this.#token());
    } catch (failure) {
      if (failure instanceof Failure) return failure.message;
      throw failure;
    }
    return this.#hasRootValue ? "Unexpected content" : "No content to map due to end-of-input";
  }

  #position({ line, column }: Place): string {
    const { length } = this.#text;
    const more = length > maxSourceLength ? `[truncated ${length - maxSourceLength} chars]` : "";
    return `[Source: (String)"${this.#text.slice(0, maxSourceLength)}"${more}; line: ${line}, column: ${column}]`;
  }

  /** Reads the next value, member or closing bracket; `false` at the end of the text. */
  #token(): boolean {
    let next = this.#nextCharacter();
    const container = this.#open.at(-1);
    if (next === undefined) {
      if (container !== undefined) {
        throw new Failure(
          `Unexpected end-of-input: expected close marker for ${container.kind} (start marker at ${this.#position(container)})`,
        );
      }
      return false;
    }
    if (next === "]" || next === "}") {
      this.#close(next, container);
      return true;
    }
    if (container === undefined) {
      if (this.#hasRootValue) throw new Failure(unexpected(next, "Expected end of the only root-level value"));
      this.#hasRootValue = true;
    } else if (container.entries++ > 0) {
      if (next !== ",")
        throw new Failure(unexpected(next, `was expecting comma to separate ${container.kind} entries`));
      next = this.#nextCharacter();
      if (next === undefined) throw new Failure(`Unexpected end-of-input within/between ${container.kind} entries`);
    }
    this.#value(container?.kind === "Object" ? this.#memberValue(next) : next, container);
    return true;
  }

  #close(marker: string, container: Container | undefined): void {
    const isRight = marker === (container?.kind === "Array" ? "]" : "}") && container !== undefined;
    if (!isRight) {
      const expected = marker === "]" ? "}" : "]";
      const of = container === undefined ? "root" : container.kind;
      const start = this.#position(container ?? { line: 1, column: 0 });
      throw new Failure(`Unexpected close marker '${marker}': expected '${expected}' (for ${of} starting at ${start})`);
    }
    this.#open.pop();
  }

  /** Reads a member's name and colon; gives the first character of its value. */
  #memberValue(first: string): string {
    if (first !== '"') throw new Failure(unexpected(first, "was expecting double-quote to start field name"));
    this.#string("name", " in field name");
    const colon = this.#nextCharacter();
    if (colon === ":") {
      const value = this.#nextCharacter();
      if (value !== undefined) return value;
    } else if (colon !== undefined) {
      throw new Failure(unexpected(colon, "was expecting a colon to separate field name and value"));
    }
    throw new Failure("Unexpected end-of-input within/between Object entries");
  }

  #value(first: string, container: Container | undefined): void {
    if (first === '"') return this.#string("string value", ": was expecting closing quote for a string value");
    if (first === "{" || first === "[") {
      const column = this.#at - this.#lineStart;
      this.#open.push({ kind: first === "{" ? "Object" : "Array", line: this.#line, column, entries: 0 });
      return;
    }
    if (first === "-" || isDigit(first)) return this.#number(first, container === undefined);
    const keyword = keywords.get(first);
    if (keyword !== undefined) return this.#keyword(keyword);
    if (first === "}" && container?.kind === "Array") throw new Failure(unexpected(first, "expected a value"));
    if (identifierStart.test(first)) this.#invalidToken(first);
    throw new Failure(unexpected(first, `expected a valid value ${valueList}`));
  }

  #keyword(keyword: string): void {
    for (const [i, character] of [...keyword].entries()) {
      if (i === 0) continue;
      if (this.#text[this.#at] !== character) this.#invalidToken(keyword.slice(0, i));
      this.#at++;
    }
    const after = this.#text[this.#at];
    if (after !== undefined && identifierPart.test(after)) this.#invalidToken(keyword);
  }

  #invalidToken(matched: string): never {
    let token = matched;
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] ?? "";
      if (!identifierPart.test(character)) break;
      token += character;
      if (token.length >= maxTokenLength) {
        token += "...";
        break;
      }
    }
    throw new Failure(`Unrecognized token '${token}': was expecting ${valueList}`);
  }

  #number(first: string, isRoot: boolean): void {
    let digit = first;
    if (first === "-") {
      digit = this.#digit("expected digit (0-9) to follow minus sign, for valid numeric value");
    }
    if (digit === "0" && isDigit(this.#text[this.#at])) {
      throw new Failure("Invalid numeric value: Leading zeroes not allowed");
    }
    this.#digits();
    if (this.#text[this.#at] === ".") {
      this.#at++;
      this.#digit("Decimal point not followed by a digit");
      this.#digits();
    }
    if (this.#text[this.#at] === "e" || this.#text[this.#at] === "E") {
      this.#at++;
      if (this.#text[this.#at] === "+" || this.#text[this.#at] === "-") this.#at++;
      this.#digit("Exponent indicator not followed by a digit");
      this.#digits();
    }
    const after = this.#text[this.#at];
    if (isRoot && after !== undefined && !/[ \t\r\n]/.test(after)) {
      this.#at++;
      throw new Failure(unexpected(after, "Expected space separating root-level values"));
    }
  }

  #digit(comment: string): string {
    const character = this.#text[this.#at];
    if (character === undefined) throw new Failure("Unexpected end-of-input in a Number value");
    this.#at++;
    if (isDigit(character)) return character;
    throw new Failure(`Unexpected character (${describe(character)}) in numeric value: ${comment}`);
  }

  #digits(): void {
    while (isDigit(this.#text[this.#at])) this.#at++;
  }

  /** Reads a string after its opening quote. */
  #string(context: string, atEnd: string): void {
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) throw new Failure(`Unexpected end-of-input${atEnd}`);
      this.#at++;
      if (character === '"') return;
      if (character === "\\") this.#escape();
      else if (character < " ") {
        const message = `Illegal unquoted character (${describe(character)}): has to be escaped using backslash to be included in ${context}`;
        throw new Failure(message);
      }
    }
  }

  #escape(): void {
    const character = this.#text[this.#at];
    if (character === undefined) throw new Failure("Unexpected end-of-input in character escape sequence");
    this.#at++;
    if ('"\\/bfnrt'.includes(character)) return;
    if (character !== "u") throw new Failure(`Unrecognized character escape ${describe(character)}`);
    for (let i = 0; i < 4; i++) {
      const digit = this.#text[this.#at];
      if (digit === undefined) throw new Failure("Unexpected end-of-input in character escape sequence");
      this.#at++;
      if (!/[0-9a-fA-F]/.test(digit)) {
        throw new Failure(unexpected(digit, "expected a hex-digit for character escape sequence"));
      }
    }
  }

  /** The next character that is not white space, as read. */
  #nextCharacter(): string | undefined {
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) return undefined;
      this.#at++;
      if (character === "\n" || (character === "\r" && this.#text[this.#at] !== "\n")) {
        this.#line++;
        this.#lineStart = this.#at;
      } else if (character !== " " && character !== "\t" && character !== "\r") {
        if (character < " ") throw new Failure(illegalSpace(character));
        return character;
      }
    }
  }
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}

function unexpected(character: string, comment: string): string {
  return `Unexpected character (${describe(character)}): ${comment}`;
}

function illegalSpace(character: string): string {
  return `Illegal character (${describe(character)}): only regular white space (\\r, \\n, \\t) is allowed between tokens`;
}

function describe(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `(CTRL-CHAR, code ${code})`;
  const hexadecimal = code > 255 ? ` / 0x${code.toString(16)}` : "";
  return `'${character}' (code ${code}${hexadecimal})`;
}
