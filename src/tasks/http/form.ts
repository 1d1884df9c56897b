// URL encoding of forms and query strings, as Step Functions was recorded to do it: spaces as `%20`, members of members in
// brackets, and arrays in one of four ways.
import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type Json,
  type JsonObject,
  numberText,
  stringifyJson,
} from "../../asl/json.ts";

export const arrayFormats = ["INDICES", "REPEAT", "COMMAS", "BRACKETS"] as const;
export type ArrayFormat = (typeof arrayFormats)[number];

/** Characters. Members of members repeat the names above them, so that a small value can become a very large form. */
export const longestForm = 1_048_576;

/** @returns `undefined` for a form that is too long. */
export function encodeForm(members: JsonObject, format: ArrayFormat): string | undefined {
  const pairs: string[] = [];
  let length = 0;
  const add = (key: string, value: string): boolean => {
    const pair = `${key}=${encodeText(value)}`;
    length += pair.length + 1;
    pairs.push(pair);
    return length <= longestForm;
  };
  const isWhole = Object.entries(members).every(([name, value]) =>
    encodeMember(encodeText(name), value, { format, add }),
  );
  return isWhole ? pairs.join("&") : undefined;
}

interface Encoding {
  readonly format: ArrayFormat;
  /** @returns false when the form has become too long. */
  readonly add: (key: string, value: string) => boolean;
}

function encodeMember(key: string, value: Json, encoding: Encoding): boolean {
  if (key.length > longestForm) return false;
  if (isJsonObject(value)) {
    return Object.entries(value).every(([name, each]) =>
      encodeMember(`${key}%5B${encodeText(name)}%5D`, each, encoding),
    );
  }
  if (!isJsonArray(value)) return encoding.add(key, scalarText(value));
  if (encoding.format === "COMMAS") return encoding.add(key, value.map(scalarText).join(","));
  return value.every((item, index) => encodeMember(`${key}${suffixOf(encoding.format, index)}`, item, encoding));
}

function suffixOf(format: ArrayFormat, index: number): string {
  if (format === "INDICES") return `%5B${index}%5D`;
  return format === "BRACKETS" ? "%5B%5D" : "";
}

/** The address with more in its query, which is encoded already. */
export function withQuery(url: URL, parts: readonly string[]): URL {
  const whole = new URL(url);
  const query = [url.search.slice(1), ...parts].filter((part) => part !== "").join("&");
  whole.search = query === "" ? "" : `?${query}`;
  return whole;
}

/** The text of a value; arrays and objects, where there can be none, as JSON. */
export function scalarText(value: Json): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  return isJsonNumber(value) ? numberText(value) : stringifyJson(value);
}

/** All but letters, digits and `-._~` (RFC 3986). */
export function encodeText(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
