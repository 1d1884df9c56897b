// String functions that need no pattern.
import { arrayAt, type Builtin, numberAt, stringAt } from "./builtin.ts";
import { textOf } from "../conversions.ts";
import { fail } from "../failures.ts";
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

function substring(text: string, args: readonly Value[]): string {
  // Positions count code points.
  const characters = [...text];
  const given = numberAt(args, 1);
  const length = numberAt(args, 2);
  if (given === undefined) return length === undefined ? text : "";
  const start = characters.length + given < 0 ? 0 : given;
  if (length === undefined) return characters.slice(start).join("");
  if (length <= 0) return "";
  return characters.slice(start, start >= 0 ? start + length : characters.length + start + length).join("");
}

function trim(text: string): string {
  return text.replace(/[ \t\n\r]+/g, " ").replace(/^ | $/g, "");
}

function pad(text: string, args: readonly Value[], run: Run): string {
  const width = Math.trunc(numberAt(args, 1) ?? Number.NaN);
  const filling = stringAt(args, 2) || " ";
  const missing = Math.abs(width) - [...text].length;
  if (!(missing > 0)) return text;
  run.payString(missing * filling.length);
  const repeated = filling.repeat(missing);
  const padding = filling.length > 1 ? [...repeated].slice(0, missing).join("") : repeated;
  return width > 0 ? text + padding : padding + text;
}

function join(args: readonly Value[], run: Run): Value {
  const parts = arrayAt(args, 0);
  if (parts === undefined) return undefined;
  const separator = stringAt(args, 1) ?? "";
  let length = 0;
  for (const part of parts) length += (typeof part === "string" ? part.length : 0) + separator.length;
  run.pay(parts.length);
  run.payString(length);
  return parts.join(separator);
}

const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** One byte for each UTF-16 unit, as the package does it: characters beyond Latin-1 lose their upper byte. */
function base64Encode(text: string): string {
  let encoded = "";
  for (let i = 0; i < text.length; i += 3) {
    const [a, b, c] = [text.charCodeAt(i) & 255, text.charCodeAt(i + 1) & 255, text.charCodeAt(i + 2) & 255];
    const word = (a << 16) | (b << 8) | c;
    const given = Math.min(3, text.length - i);
    for (let digit = 0; digit < 4; digit++) {
      encoded += digit <= given ? base64Alphabet.charAt((word >> (18 - 6 * digit)) & 63) : "=";
    }
  }
  return encoded;
}

/** Lenient: both alphabets, other characters skipped, ends at the padding. */
export function decodeBase64(text: string): string {
  let decoded = "";
  let [word, bits] = [0, 0];
  for (const char of text) {
    if (char === "=") break;
    const digit = base64Alphabet.indexOf(char === "-" ? "+" : char === "_" ? "/" : char);
    if (digit === -1) continue;
    word = ((word << 6) | digit) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    decoded += String.fromCharCode((word >> bits) & 255);
  }
  return decoded;
}

function urlFunction(functionName: string, code: (text: string) => string): Builtin {
  const perform = ofText((text) => {
    try {
      return code(text);
    } catch (error) {
      if (error instanceof URIError) return fail("D3140", { value: text, functionName });
      throw error;
    }
  });
  return { name: functionName, signature: "<s-:s>", arity: 1, perform };
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
    perform: ofText((text, args) => {
      const position = text.indexOf(String(args[1]));
      return position === -1 ? text : text.slice(0, position);
    }),
  },
  {
    name: "substringAfter",
    signature: "<s-s:s>",
    arity: 2,
    perform: ofText((text, args) => {
      const separator = String(args[1]);
      const position = text.indexOf(separator);
      return position === -1 ? text : text.slice(position + separator.length);
    }),
  },
  { name: "lowercase", signature: "<s-:s>", arity: 1, perform: ofText((text) => text.toLowerCase()) },
  { name: "uppercase", signature: "<s-:s>", arity: 1, perform: ofText((text) => text.toUpperCase()) },
  { name: "length", signature: "<s-:n>", arity: 1, perform: ofText((text) => [...text].length) },
  { name: "trim", signature: "<s-:s>", arity: 1, perform: ofText(trim) },
  { name: "pad", signature: "<s-ns?:s>", arity: 3, integers: [1], perform: ofText(pad) },
  { name: "join", signature: "<a<s>s?:s>", arity: 2, perform: join },
  { name: "base64encode", signature: "<s-:s>", arity: 1, perform: ofText(base64Encode) },
  { name: "base64decode", signature: "<s-:s>", arity: 1, perform: ofText(decodeBase64) },
  urlFunction("encodeUrlComponent", encodeURIComponent),
  urlFunction("encodeUrl", encodeURI),
  urlFunction("decodeUrlComponent", decodeURIComponent),
  urlFunction("decodeUrl", decodeURI),
];
