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

/** A row with too few fields is filled up with empty texts; fields without a header are left out. */
export function readCsv(
  { csvDelimiter = "COMMA", csvHeaders }: ItemReader,
  text: string,
): { readonly items: readonly Json[] } | { readonly problem: string } {
  const rows = csvRows(text, delimiters.get(csvDelimiter) ?? ",");
  const headers = csvHeaders ?? rows.shift() ?? [];
  if (new Set(headers).size < headers.length) return { problem: "CSV headers cannot contain duplicates." };
  const items = rows.map((row) => {
    const item: { [name: string]: Json } = {};
    for (const [column, header] of headers.entries()) setMember(item, header, row[column] ?? "");
    return item;
  });
  return { items };
}

/**
 * Inside double quotes a delimiter and the end of a line are text, and `""` is a quote. A backslash escapes a backslash,
 * a double quote or the delimiter; before anything else it is dropped.
 */
function csvRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let isQuoted = false;
  const endRow = (): void => {
    if (row.length > 0 || field !== "") rows.push([...row, field]);
    row = [];
    field = "";
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? "";
    if (character === "\\") {
      const next = text[i + 1] ?? "";
      if (next === "\\" || next === '"' || next === delimiter) {
        field += next;
        i++;
      }
    } else if (character === '"') {
      if (isQuoted && text[i + 1] === '"') field += text[++i] ?? "";
      else isQuoted = !isQuoted;
    } else if (isQuoted) field += character;
    else if (character === delimiter) {
      row.push(field);
      field = "";
    } else if (character === "\n") endRow();
    else if (character !== "\r" || text[i + 1] !== "\n") field += character;
  }
  endRow();
  return rows;
}
