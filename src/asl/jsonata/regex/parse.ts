// Regular expressions, first half: JavaScript's pattern syntax (without the `u` flag, as JSONata has it) to a tree. The
// platform has already accepted the pattern, so what is left over here is unsupported, not wrong.
import { fail } from "../failures.ts";

export type CharTest = (code: number) => boolean;
export type RegexNode =
  | { readonly type: "char"; readonly test: CharTest }
  | { readonly type: "sequence"; readonly items: readonly RegexNode[] }
  | { readonly type: "choice"; readonly options: readonly RegexNode[] }
  | { readonly type: "group"; readonly index: number; readonly body: RegexNode }
  | { readonly type: "look"; readonly isBehind: boolean; readonly isNegative: boolean; readonly body: RegexNode }
  | { readonly type: "back"; readonly index: number }
  | { readonly type: "assert"; readonly kind: "start" | "end" | "boundary" | "inside" }
  | {
      readonly type: "repeat";
      readonly body: RegexNode;
      readonly min: number;
      readonly max: number;
      readonly isLazy: boolean;
      /** The groups inside, which forget what they matched at each turn. */
      readonly firstGroup: number;
      readonly lastGroup: number;
    };

export type ParsedRegex = { readonly root: RegexNode; readonly groups: number };

export const isWordCode: CharTest = (code) => code < 128 && /\w/.test(String.fromCharCode(code));
const isDigit: CharTest = (code) => code >= 48 && code <= 57;
const isSpace: CharTest = (code) => /\s/.test(String.fromCharCode(code));
export const isLineEnd: CharTest = (code) => code === 10 || code === 13 || code === 0x2028 || code === 0x2029;
const not =
  (test: CharTest): CharTest =>
  (code) =>
    !test(code);
const classes: ReadonlyMap<string, CharTest> = new Map([
  ["d", isDigit],
  ["D", not(isDigit)],
  ["w", isWordCode],
  ["W", not(isWordCode)],
  ["s", isSpace],
  ["S", not(isSpace)],
]);
const controls: ReadonlyMap<string, number> = new Map([
  ["t", 9],
  ["n", 10],
  ["v", 11],
  ["f", 12],
  ["r", 13],
  ["0", 0],
]);

export function parseRegex(pattern: string, options: { readonly ignoreCase: boolean }): ParsedRegex {
  return new RegexParser(pattern, options.ignoreCase).parse();
}

class RegexParser {
  readonly #pattern: string;
  readonly #ignoreCase: boolean;
  readonly #names: readonly string[];
  readonly #groupCount: number;
  #position = 0;
  #groups = 0;

  constructor(pattern: string, ignoreCase: boolean) {
    this.#pattern = pattern;
    this.#ignoreCase = ignoreCase;
    // Which groups exist decides whether `\1` and `\k<name>` are references.
    const openings = [...withoutClasses(pattern).matchAll(/\\.|\((?:\?<([^=!>][^>]*)>|(?!\?))/gs)].filter(
      ([text]) => !text.startsWith("\\"),
    );
    this.#groupCount = openings.length;
    this.#names = openings.map(([, name]) => name ?? "");
  }

  parse(): ParsedRegex {
    const root = this.#choice();
    if (this.#position < this.#pattern.length) this.#unsupported();
    return { root, groups: this.#groups };
  }

  #unsupported(): never {
    return fail("S0303", { message: this.#pattern });
  }

  #takes(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#position)) return false;
    this.#position += text.length;
    return true;
  }

  #choice(): RegexNode {
    const options = [this.#sequence()];
    while (this.#takes("|")) options.push(this.#sequence());
    return options.length === 1 && options[0] !== undefined ? options[0] : { type: "choice", options };
  }

  #sequence(): RegexNode {
    const items: RegexNode[] = [];
    while (this.#position < this.#pattern.length && !"|)".includes(this.#pattern.charAt(this.#position))) {
      const firstGroup = this.#groups + 1;
      items.push(this.#quantified(this.#atom(), firstGroup));
    }
    return { type: "sequence", items };
  }

  #quantified(body: RegexNode, firstGroup: number): RegexNode {
    const bounds = this.#bounds();
    if (bounds === undefined) return body;
    const isLazy = this.#takes("?");
    return { type: "repeat", body, ...bounds, isLazy, firstGroup, lastGroup: this.#groups };
  }

  #bounds(): { readonly min: number; readonly max: number } | undefined {
    if (this.#takes("*")) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#takes("+")) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#takes("?")) return { min: 0, max: 1 };
    const braces = /\{(\d+)(?:(,)(\d*))?\}/y;
    braces.lastIndex = this.#position;
    const match = braces.exec(this.#pattern);
    if (match === null) return undefined;
    this.#position = braces.lastIndex;
    const min = Number(match[1]);
    if (match[2] === undefined) return { min, max: min };
    return { min, max: match[3] === "" ? Number.POSITIVE_INFINITY : Number(match[3]) };
  }

  #atom(): RegexNode {
    if (this.#takes("(")) return this.#group();
    if (this.#takes("[")) return { type: "char", test: this.#class() };
    if (this.#takes("^")) return { type: "assert", kind: "start" };
    if (this.#takes("$")) return { type: "assert", kind: "end" };
    if (this.#takes(".")) return { type: "char", test: not(isLineEnd) };
    if (this.#takes("\\b")) return { type: "assert", kind: "boundary" };
    if (this.#takes("\\B")) return { type: "assert", kind: "inside" };
    if (this.#takes("\\")) return this.#backReference() ?? this.#charOf(this.#escape());
    const code = this.#pattern.charCodeAt(this.#position);
    this.#position += 1;
    return this.#charOf(code);
  }

  #charOf(member: number | CharTest): RegexNode {
    return { type: "char", test: this.#testOf([member]) };
  }

  #testOf(members: readonly (number | CharTest)[]): CharTest {
    const codes = new Set(members.filter((member) => typeof member === "number"));
    const tests = members.filter((member) => typeof member === "function");
    const only = codes.size === 1 && tests.length === 0 ? [...codes][0] : undefined;
    const test: CharTest = (code) => codes.has(code) || tests.some((one) => one(code));
    if (!this.#ignoreCase) return only === undefined ? test : (code) => code === only;
    return (code) => test(code) || otherCases(code).some(test);
  }

  #group(): RegexNode {
    const looks = [
      { opening: "?=", isBehind: false, isNegative: false },
      { opening: "?!", isBehind: false, isNegative: true },
      { opening: "?<=", isBehind: true, isNegative: false },
      { opening: "?<!", isBehind: true, isNegative: true },
    ];
    const look = looks.find(({ opening }) => this.#takes(opening));
    if (look !== undefined) {
      return { type: "look", isBehind: look.isBehind, isNegative: look.isNegative, body: this.#groupBody() };
    }
    if (this.#takes("?:")) return this.#groupBody();
    if (this.#takes("?<")) this.#position = this.#pattern.indexOf(">", this.#position) + 1;
    else if (this.#takes("?")) this.#unsupported();
    this.#groups += 1;
    const index = this.#groups;
    return { type: "group", index, body: this.#groupBody() };
  }

  #groupBody(): RegexNode {
    const body = this.#choice();
    if (!this.#takes(")")) this.#unsupported();
    return body;
  }

  #backReference(): RegexNode | undefined {
    const reference = /([1-9]\d*)|k<([^>]*)>/y;
    reference.lastIndex = this.#position;
    const match = reference.exec(this.#pattern);
    const index = match?.[2] === undefined ? Number(match?.[1]) : this.#names.indexOf(match[2]) + 1;
    if (!(index >= 1 && index <= this.#groupCount)) return undefined;
    this.#position = reference.lastIndex;
    return { type: "back", index };
  }

  /** The characters behind a backslash, in or out of a class. */
  #escape(): number | CharTest {
    const coded = /c([A-Za-z])|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|([0-3]?[0-7]{1,2})/y;
    coded.lastIndex = this.#position;
    const match = coded.exec(this.#pattern);
    if (match !== null) {
      this.#position = coded.lastIndex;
      if (match[1] !== undefined) return match[1].charCodeAt(0) % 32;
      return match[4] === undefined ? Number.parseInt(match[2] ?? match[3] ?? "", 16) : Number.parseInt(match[4], 8);
    }
    const char = this.#pattern.charAt(this.#position);
    if (char === "c") return 92;
    this.#position += 1;
    return classes.get(char) ?? controls.get(char) ?? char.charCodeAt(0);
  }

  #class(): CharTest {
    const isNegative = this.#takes("^");
    const members: (number | CharTest)[] = [];
    while (!this.#takes("]")) {
      if (this.#position >= this.#pattern.length) this.#unsupported();
      const from = this.#classMember();
      const isRange = this.#pattern.charAt(this.#position) === "-" && this.#pattern.charAt(this.#position + 1) !== "]";
      if (!isRange) {
        members.push(from);
        continue;
      }
      this.#position += 1;
      const to = this.#classMember();
      if (typeof from === "number" && typeof to === "number") members.push((code) => code >= from && code <= to);
      else members.push(from, 45, to);
    }
    const test = this.#testOf(members);
    return isNegative ? not(test) : test;
  }

  #classMember(): number | CharTest {
    if (this.#takes("\\b")) return 8;
    if (this.#takes("\\-")) return 45;
    if (this.#takes("\\")) return this.#escape();
    const code = this.#pattern.charCodeAt(this.#position);
    this.#position += 1;
    return code;
  }
}

/** The pattern with its classes blanked, so that brackets in them are not taken for groups. */
function withoutClasses(pattern: string): string {
  return pattern.replace(/\\.|\[(?:[^\]\\]|\\.)*\]/gs, (text) =>
    text.startsWith("\\") ? text : " ".repeat(text.length),
  );
}

/** The characters that equal this one when case is ignored; JavaScript folds by upper case. */
function otherCases(code: number): readonly number[] {
  const char = String.fromCharCode(code);
  const upper = char.toUpperCase();
  const lower = char.toLowerCase();
  return [upper, lower].filter((other) => other.length === 1 && other !== char).map((other) => other.charCodeAt(0));
}
