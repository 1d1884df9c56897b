// Jackson's reading of JSON text, as far as it tells what is wrong with it: AWS passes its sentences and positions on. Only
// the first problem is found, as there; the text is scanned once, without recursion.
import { tooDeep, tooLong } from "../json-limits.ts";

/** The differences between the editions of Jackson that AWS's parts run on. */
export interface JacksonEdition {
  /** How a position names the text it lies in. */
  readonly source: (text: string) => string;
  /** Whether a complaint about a character gives its own column; older editions give the next one's. */
  readonly pointsAtCharacter: boolean;
  readonly maxDepth: number;
  readonly maxNumberLength: number;
}

export interface JacksonProblem {
  /** The sentence, without the position. */
  readonly sentence: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** `[Source: …; line: 1, column: 4]`. */
  readonly location: string;
  /** All that the exception says: the sentence, and the position where it gives one. */
  readonly text: string;
}

export type JacksonReading =
  | { readonly kind: "value"; /** Behind the value. */ readonly end: number }
  | { readonly kind: "nothing" }
  | { readonly kind: "problem"; readonly problem: JacksonProblem };

/** Reads the first value of a text; as in Jackson, what follows it is nobody's concern. */
export function readFirstValue(text: string, edition: JacksonEdition): JacksonReading {
  return new Reader(text, edition).read({ isWhole: false });
}

/** Reads a text that is to hold one value and nothing else. */
export function readOnlyValue(text: string, edition: JacksonEdition): JacksonReading {
  return new Reader(text, edition).read({ isWhole: true });
}

interface Place {
  readonly line: number;
  readonly column: number;
}

interface Container extends Place {
  readonly kind: "Object" | "Array";
  entries: number;
}

class Failure extends Error {
  readonly about: "what comes next" | "the last character" | "a limit";

  constructor(message: string, about: Failure["about"] = "what comes next") {
    super(message);
    this.about = about;
  }
}

const valueList = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const identifierStart = /[\p{L}\p{Nl}\p{Sc}\p{Pc}]/u;
// oxlint-disable-next-line no-control-regex -- Java counts invisible control characters as parts of identifiers
const identifierPart = /[\p{L}\p{Nl}\p{Sc}\p{Pc}\p{Nd}\p{Mn}\p{Mc}\p{Cf}\u0000-\u0008\u000e-\u001b\u007f-\u009f]/u;
const keywords: ReadonlyMap<string, string> = new Map([
  ["t", "true"],
  ["f", "false"],
  ["n", "null"],
]);
const maxTokenLength = 256;

/** Reads text as Jackson's reader does; lives for one text. */
class Reader {
  readonly #text: string;
  readonly #edition: JacksonEdition;
  readonly #open: Container[] = [];
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #hasRootValue = false;

  constructor(text: string, edition: JacksonEdition) {
    this.#text = text;
    this.#edition = edition;
  }

  read({ isWhole }: { readonly isWhole: boolean }): JacksonReading {
    const isRead = (): boolean => !isWhole && this.#hasRootValue && this.#open.length === 0;
    try {
      while (!isRead() && this.#token());
    } catch (failure) {
      if (failure instanceof Failure) return { kind: "problem", problem: this.#problem(failure) };
      throw failure;
    }
    return this.#hasRootValue ? { kind: "value", end: this.#at } : { kind: "nothing" };
  }

  #problem({ message: sentence, about }: Failure): JacksonProblem {
    const isBefore = about === "the last character" && this.#edition.pointsAtCharacter;
    const column = this.#at - this.#lineStart + (isBefore ? 0 : 1);
    const location = this.#position({ line: this.#line, column });
    const text = about === "a limit" ? sentence : `${sentence}\n at ${location}`;
    return { sentence, line: this.#line, column, location, text };
  }

  #position({ line, column }: Place): string {
    const place = column === 0 && this.#edition.pointsAtCharacter ? "" : `, column: ${column}`;
    return `[Source: ${this.#edition.source(this.#text)}; line: ${line}${place}]`;
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
      if (this.#hasRootValue) throw unexpected(next, "Expected end of the only root-level value");
      this.#hasRootValue = true;
    } else if (container.entries++ > 0) {
      if (next !== ",") throw unexpected(next, `was expecting comma to separate ${container.kind} entries`);
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
      const sentence = `Unexpected close marker '${marker}': expected '${expected}' (for ${of} starting at ${start})`;
      throw new Failure(sentence, "the last character");
    }
    this.#open.pop();
  }

  /** Reads a member's name and colon; gives the first character of its value. */
  #memberValue(first: string): string {
    if (first !== '"') throw unexpected(first, "was expecting double-quote to start field name");
    this.#string("name", " in field name");
    const colon = this.#nextCharacter();
    if (colon === ":") {
      const value = this.#nextCharacter();
      if (value !== undefined) return value;
    } else if (colon !== undefined) {
      throw unexpected(colon, "was expecting a colon to separate field name and value");
    }
    throw new Failure("Unexpected end-of-input within/between Object entries");
  }

  #value(first: string, container: Container | undefined): void {
    if (first === '"') return this.#string("string value", ": was expecting closing quote for a string value");
    if (first === "{" || first === "[") return this.#enter(first === "{" ? "Object" : "Array");
    if (first === "-" || isDigit(first)) return this.#number(first, container === undefined);
    const keyword = keywords.get(first);
    if (keyword !== undefined) return this.#match(keyword, 1);
    if (first === "}" && container?.kind === "Array") throw unexpected(first, "expected a value");
    if (first === "N") this.#nonStandard("NaN", 1);
    if (first === "I") this.#nonStandard("Infinity", 1);
    if (first === "+") this.#invalidNumber(this.#characterOfNumber(), "+");
    if (identifierStart.test(first)) this.#invalidToken(first);
    throw unexpected(first, `expected a valid value ${valueList}`);
  }

  #enter(kind: Container["kind"]): void {
    this.#open.push({ kind, line: this.#line, column: this.#at - this.#lineStart, entries: 0 });
    const { maxDepth } = this.#edition;
    if (this.#open.length > maxDepth) {
      throw new Failure(tooDeep(this.#open.length, maxDepth), "a limit");
    }
  }

  /** Reads the rest of a keyword whose first characters are read. */
  #match(keyword: string, matched: number): void {
    for (let i = matched; i < keyword.length; i++) {
      if (this.#text[this.#at] !== keyword[i]) this.#invalidToken(keyword.slice(0, i));
      this.#at++;
    }
    const after = this.#text[this.#at];
    if (after !== undefined && after >= "0" && identifierPart.test(after)) this.#invalidToken(keyword);
  }

  #nonStandard(keyword: string, matched: number): never {
    this.#match(keyword, matched);
    throw new Failure(`Non-standard token '${keyword}': enable \`JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS\` to allow`);
  }

  #invalidToken(matched: string): never {
    let token = matched;
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] ?? "";
      if (!identifierPart.test(character)) break;
      token += character;
      if (token.length >= maxTokenLength) {
        token += "...";
        this.#at++;
        break;
      }
    }
    throw new Failure(`Unrecognized token '${token}': was expecting ${valueList}`);
  }

  #number(first: string, isRoot: boolean): void {
    const start = this.#at - 1;
    const digit = first === "-" ? this.#firstDigit() : first;
    if (digit === "0" && isDigit(this.#text[this.#at])) {
      throw new Failure("Invalid numeric value: Leading zeroes not allowed");
    }
    this.#digits();
    // Jackson's quick way through a number, which it leaves after a 0, tells no place behind the integer part.
    const told = digit === "0" ? undefined : this.#at + 1;
    if (this.#text[this.#at] === ".") {
      this.#at++;
      if (this.#at === this.#text.length) throw unexpectedInNumber(".", noFraction);
      this.#digit(noFraction, told);
    }
    if (this.#text[this.#at] === "e" || this.#text[this.#at] === "E") {
      this.#at++;
      if (this.#text[this.#at] === "+" || this.#text[this.#at] === "-") this.#at++;
      if (this.#at === this.#text.length) {
        throw new Failure("Unexpected end-of-inputexpected a digit for number exponent");
      }
      this.#digit("Exponent indicator not followed by a digit", told);
    }
    const { length } = this.#text.slice(start, this.#at).replaceAll(/\D/g, "");
    const after = this.#text[this.#at];
    if (isRoot && after !== undefined && !/[ \t\r\n]/.test(after)) {
      this.#at++;
      throw unexpected(after, "Expected space separating root-level values");
    }
    const { maxNumberLength } = this.#edition;
    if (length > maxNumberLength) throw new Failure(tooLong(length, maxNumberLength), "a limit");
  }

  /** The digit behind a minus sign. */
  #firstDigit(): string {
    const character = this.#text[this.#at];
    if (character === undefined) throw new Failure("Unexpected end-of-inputNo digit following sign");
    this.#at++;
    if (isDigit(character)) return character;
    if (character === ".") throw unexpected(character, `expected a valid value ${valueList}`);
    return this.#invalidNumber(character, "-");
  }

  #characterOfNumber(): string {
    const character = this.#text[this.#at];
    if (character === undefined) throw new Failure("Unexpected end-of-input in a Number value");
    this.#at++;
    return character;
  }

  /** The character behind a sign is no digit. */
  #invalidNumber(first: string, sign: "+" | "-"): never {
    let character = first;
    if (first === "I") {
      character = this.#characterOfNumber();
      if (character === "N") this.#nonStandard(`${sign}INF`, 3);
      if (character === "n") this.#nonStandard(`${sign}Infinity`, 3);
    }
    if (sign === "-") {
      throw unexpectedInNumber(character, "expected digit (0-9) to follow minus sign, for valid numeric value");
    }
    const feature = "enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow";
    throw unexpectedInNumber(sign, `JSON spec does not allow numbers to have plus signs: ${feature}`);
  }

  /** Reads digits, one at least. */
  #digit(comment: string, told: number | undefined): void {
    const character = this.#characterOfNumber();
    if (!isDigit(character)) {
      this.#at = told ?? this.#at;
      throw unexpectedInNumber(character, comment);
    }
    this.#digits();
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
        const sentence = `Illegal unquoted character (${describe(character)}): has to be escaped using backslash to be included in ${context}`;
        throw new Failure(sentence, "the last character");
      }
    }
  }

  #escape(): void {
    const character = this.#escaped();
    if ('"\\/bfnrt'.includes(character)) return;
    if (character !== "u") {
      throw new Failure(`Unrecognized character escape ${describe(character)}`, "the last character");
    }
    for (let i = 0; i < 4; i++) {
      const digit = this.#escaped();
      if (!/[0-9a-fA-F]/.test(digit)) throw unexpected(digit, "expected a hex-digit for character escape sequence");
    }
  }

  #escaped(): string {
    const character = this.#text[this.#at];
    if (character === undefined) throw new Failure("Unexpected end-of-input in character escape sequence");
    this.#at++;
    return character;
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
        if (character === "/") throw unexpected(character, noComments);
        return character;
      }
    }
  }
}

const noFraction = "Decimal point not followed by a digit";
const noComments =
  "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)";

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}

function unexpected(character: string, comment: string): Failure {
  return new Failure(`Unexpected character (${describe(character)}): ${comment}`, "the last character");
}

function unexpectedInNumber(character: string, comment: string): Failure {
  return new Failure(
    `Unexpected character (${describe(character)}) in numeric value: ${comment}`,
    "the last character",
  );
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
