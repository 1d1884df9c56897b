// String functions that need no pattern.
import { decodeBase64, encodeBase64, isLatin1 } from "./base64.ts";
import { arrayAt, type Builtin, numberAt, stringAt } from "./builtin.ts";
import { textOf } from "../conversions.ts";
import { fail } from "../failures.ts";
import { TextSearch } from "../text-search.ts";
import type { Value, Run } from "../values.ts";

type TextFunction = (text: string, args: readonly Value[], run: Run) => Value;

/** A function of a text, which gives nothing for nothing. */
function ofText(perform: TextFunction): Builtin["perform"] {
  return (args, run) => {
    const text = stringAt(args, 0);
    if (text === undefined) return undefined;
    run.payString(text.length);
    return perform(text, args, run);
  };
}

/** Where code points are two units, they are taken one by one. */
const surrogate = /[\ud800-\udfff]/;

function codePoints(text: string, run: Run): number {
  if (!surrogate.test(text)) return text.length;
  run.pay(text.length >> 1);
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    const isPair = (text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800;
    if (isPair) count -= 1;
  }
  return count;
}

function substring(text: string, args: readonly Value[], run: Run): string {
  // Positions count code points.
  if (!surrogate.test(text)) return cut(text, args);
  run.pay(2 * text.length);
  return cut([...text], args).join("");
}

function cut<Text extends string | readonly string[]>(characters: Text, args: readonly Value[]): Text {
  const given = numberAt(args, 1);
  const length = numberAt(args, 2);
  const slice = (from: number, to?: number): Text => characters.slice(from, to) as Text;
  if (given === undefined) return length === undefined ? characters : slice(0, 0);
  const start = characters.length + given < 0 ? 0 : given;
  if (length === undefined) return slice(start);
  if (length <= 0) return slice(0, 0);
  return slice(start, start >= 0 ? start + length : characters.length + start + length);
}

const blank = /[\t\n\r]| {2}/;

function trim(text: string, _args: readonly Value[], run: Run): string {
  if (!blank.test(text))
    return text.slice(text.startsWith(" ") ? 1 : 0, text.length > 1 && text.endsWith(" ") ? -1 : undefined);
  run.pay(2 * text.length);
  return text.replace(/[ \t\n\r]+/g, " ").replace(/^ | $/g, "");
}

function pad(text: string, args: readonly Value[], run: Run): string {
  const width = Math.trunc(numberAt(args, 1) ?? Number.NaN);
  const filling = stringAt(args, 2) || " ";
  const missing = Math.abs(width) - codePoints(text, run);
  if (!(missing > 0)) return text;
  const characters = codePoints(filling, run);
  run.payString(Math.ceil((missing * filling.length) / characters));
  const rest = missing % characters;
  const padding = filling.repeat(Math.floor(missing / characters)) + (rest === 0 ? "" : beginning(filling, rest, run));
  return width > 0 ? text + padding : padding + text;
}

/** So many code points of a text. */
function beginning(text: string, count: number, run: Run): string {
  return substring(text, [text, 0, count], run);
}

function join(args: readonly Value[], run: Run): Value {
  const parts = arrayAt(args, 0);
  if (parts === undefined) return undefined;
  const separator = stringAt(args, 1) ?? "";
  let length = 0;
  for (const part of parts) length += (typeof part === "string" ? part.length : 0) + separator.length;
  run.pay(2 * parts.length);
  run.payString(length);
  return parts.join(separator);
}

function urlFunction(functionName: string, code: (text: string) => string): Builtin {
  const perform = ofText((text, _args, run) => {
    run.pay(text.length);
    try {
      return code(text);
    } catch (error) {
      if (error instanceof URIError) return fail("D3140", { value: text, functionName });
      throw error;
    }
  });
  return { name: functionName, signature: "<s-:s>", arity: 1, perform };
}

/** Letters whose other case is several characters make a text longer. */
function bounded(text: string, run: Run): string {
  run.payString(text.length);
  return text;
}

function codedIn(code: (text: string) => string, text: string, run: Run): string {
  run.pay(10 + (isLatin1(text) ? text.length >> 1 : 2 * text.length));
  return bounded(code(text), run);
}

export const stringFunctions: readonly Builtin[] = [
  {
    name: "string",
    signature: "<x-b?:s>",
    arity: 1,
    perform: ([value, prettify], run) =>
      value === undefined ? undefined : textOf(value, run, prettify === true ? "  " : ""),
  },
  { name: "substring", signature: "<s-nn?:s>", arity: 3, integers: [1, 2], perform: ofText(substring) },
  {
    name: "substringBefore",
    signature: "<s-s:s>",
    arity: 2,
    perform: ofText((text, args, run) => {
      const position = new TextSearch(String(args[1]), run).indexIn(text, 0, run);
      return position === -1 ? text : text.slice(0, position);
    }),
  },
  {
    name: "substringAfter",
    signature: "<s-s:s>",
    arity: 2,
    perform: ofText((text, args, run) => {
      const separator = String(args[1]);
      const position = new TextSearch(separator, run).indexIn(text, 0, run);
      return position === -1 ? text : text.slice(position + separator.length);
    }),
  },
  {
    name: "lowercase",
    signature: "<s-:s>",
    arity: 1,
    perform: ofText((text, _args, run) => bounded(text.toLowerCase(), run)),
  },
  {
    name: "uppercase",
    signature: "<s-:s>",
    arity: 1,
    perform: ofText((text, _args, run) => bounded(text.toUpperCase(), run)),
  },
  { name: "length", signature: "<s-:n>", arity: 1, perform: ofText((text, _args, run) => codePoints(text, run)) },
  { name: "trim", signature: "<s-:s>", arity: 1, perform: ofText(trim) },
  { name: "pad", signature: "<s-ns?:s>", arity: 3, integers: [1], perform: ofText(pad) },
  { name: "join", signature: "<a<s>s?:s>", arity: 2, perform: join },
  {
    name: "base64encode",
    signature: "<s-:s>",
    arity: 1,
    perform: ofText((text, _args, run) => codedIn(encodeBase64, text, run)),
  },
  {
    name: "base64decode",
    signature: "<s-:s>",
    arity: 1,
    perform: ofText((text, _args, run) => codedIn(decodeBase64, text, run)),
  },
  urlFunction("encodeUrlComponent", encodeURIComponent),
  urlFunction("encodeUrl", encodeURI),
  urlFunction("decodeUrlComponent", decodeURIComponent),
  urlFunction("decodeUrl", decodeURI),
];
