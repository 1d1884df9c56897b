// CSV as an ItemReader reads it: rows become objects of texts, by the headers of the first row or given ones.
import { type Json, setMember } from "../../asl/json.ts";
import type { ItemReader } from "../../asl/program.ts";

const delimiters: ReadonlyMap<string, string> = new Map([
  ["COMMA", ","],
  ["PIPE", "|"],
  ["SEMICOLON", ";"],
  ["SPACE", " "],
  ["TAB", "\t"],
]);

/**
 * The items of a text that comes in pieces, made one by one as they are asked for. A row with too few fields is filled up
 * with empty texts; fields without a header are left out.
 */
export function readCsv(
  { csvDelimiter = "COMMA", csvHeaders }: Pick<ItemReader, "csvDelimiter" | "csvHeaders">,
  chunks: Iterable<string>,
): { readonly items: Iterable<Json> } | { readonly problem: string } {
  const rows = csvRows(chunks, delimiters.get(csvDelimiter) ?? ",");
  const headers = csvHeaders ?? rows.next().value ?? [];
  if (new Set(headers).size < headers.length) return { problem: "CSV headers cannot contain duplicates." };
  return { items: itemsOf(rows, headers) };
}

function* itemsOf(rows: Iterable<readonly string[]>, headers: readonly string[]): Generator<Json, undefined> {
  for (const row of rows) {
    const item: { [name: string]: Json } = {};
    for (const [column, header] of headers.entries()) setMember(item, header, row[column] ?? "");
    yield item;
  }
}

/**
 * The rows of a text, wherever it is cut into chunks; no more of them are read than the rows that are asked for need. Inside
 * double quotes a delimiter and the end of a line are text, and `""` is a quote. A backslash escapes a backslash, a double
 * quote or the delimiter; before anything else it is dropped.
 */
export function* csvRows(chunks: Iterable<string>, delimiter: string): Generator<readonly string[], undefined> {
  const special = new RegExp(`[\\\\"\\r\\n${delimiter}]`, "g");
  const specialInQuotes = /[\\"]/g;
  let row: string[] = [];
  let field = "";
  let isQuoted = false;
  /** A character at the end of a chunk that means one thing or another by what follows it. */
  let held = "";
  for (const chunk of chunks) {
    const text = held + chunk;
    held = "";
    for (let position = 0; position < text.length;) {
      const at = indexFrom(text, position, isQuoted ? specialInQuotes : special);
      field += text.slice(position, at);
      const character = text.charAt(at);
      const next = text.charAt(at + 1);
      position = at + 1;
      if (next === "" && (character === "\\" || character === "\r" || (character === '"' && isQuoted)))
        held = character;
      else if (character === "\\") {
        if (next === "\\" || next === '"' || next === delimiter) {
          field += next;
          position += 1;
        }
      } else if (character === '"') {
        if (isQuoted && next === '"') {
          field += next;
          position += 1;
        } else isQuoted = !isQuoted;
      } else if (character === delimiter) {
        row.push(field);
        field = "";
      } else if (character === "\n") {
        if (row.length > 0 || field !== "") yield [...row, field];
        row = [];
        field = "";
      } else if (character === "\r" && next !== "\n") field += character;
    }
  }
  if (held === "\r") field += held;
  if (row.length > 0 || field !== "") yield [...row, field];
  return undefined;
}

/** The place of the first match from a position on, or the end of the text. */
function indexFrom(text: string, position: number, pattern: RegExp): number {
  pattern.lastIndex = position;
  return pattern.exec(text)?.index ?? text.length;
}
