// Reads CSV: rows become objects of texts. The rules of quotes and backslashes are those of engine/map/csv.ts; rows that have
// neither, which most are, are cut here, several times as fast.
import { type Json, setMember } from "../../asl/json.ts";
import { csvRows } from "../../engine/map/csv.ts";
import { ItemReaderError } from "../ports.ts";
import { maxItemBytes, type Parser, tooLargeItem } from "./parsed-items.ts";

export interface CsvConfig {
  readonly delimiter: string;
  /** Given headers; without them the first row holds them. */
  readonly headers?: readonly string[] | undefined;
}

/** A row: the text of a line without quotes and backslashes, or the fields of another. */
type Row = string | readonly string[];

const quote = 0x22;
const newline = 0x0a;

export class CsvParser implements Parser<Row> {
  readonly isMembers = false;
  readonly #delimiter: string;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #headers: readonly string[] | undefined;
  /** The text of a row that has not come to its end. */
  #rest = "";
  /** So much of it has been looked at, and whether that ends within quotes. */
  #seen = 0;
  #isQuoted = false;

  /** @throws ItemReaderError */
  constructor({ delimiter, headers }: CsvConfig) {
    this.#delimiter = delimiter;
    if (headers !== undefined) this.#headers = checked(headers);
  }

  push(bytes: Uint8Array): Iterable<Row> {
    return this.#rows(this.#decoder.decode(bytes, { stream: true }));
  }

  *end(): Generator<Row, void, undefined> {
    const text = this.#rest + this.#decoder.decode();
    this.#rest = "";
    for (const row of csvRows([text], this.#delimiter)) if (this.#isItem(row)) yield row;
  }

  itemOf(row: Row): Json {
    const headers = this.#headers ?? [];
    const item: { [name: string]: Json } = {};
    if (typeof row !== "string") {
      for (const [column, header] of headers.entries()) setMember(item, header, row[column] ?? "");
      return item;
    }
    let start = 0;
    for (const header of headers) {
      const at = start > row.length ? -1 : row.indexOf(this.#delimiter, start);
      const end = at === -1 ? row.length : at;
      setMember(item, header, row.slice(start, end));
      start = end + 1;
    }
    return item;
  }

  bytesOf(row: Row): number {
    return typeof row === "string" ? row.length : row.reduce((bytes, field) => bytes + field.length, 0);
  }

  *#rows(text: string): Generator<Row, void, undefined> {
    const all = this.#rest + text;
    const isPlain = !this.#isQuoted && !all.includes('"') && !all.includes("\\");
    let start = 0;
    for (;;) {
      const end = isPlain ? all.indexOf("\n", start) : this.#endOfRow(all, start);
      if (end === -1) break;
      const row = isPlain ? plainRow(all, start, end) : this.#rowOf(all.slice(start, end + 1));
      start = end + 1;
      if (row !== undefined && this.#isItem(row)) yield row;
    }
    this.#rest = all.slice(start);
    if (isPlain) this.#seen = this.#rest.length;
    if (this.#rest.length > maxItemBytes) throw tooLargeItem();
  }

  /** The line break at the end of the row that starts there; what has been looked at before is not looked at again. */
  #endOfRow(text: string, start: number): number {
    let at = start + this.#seen;
    let isQuoted = this.#isQuoted;
    for (; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit === backslash) {
        // The next character decides what it is.
        if (at + 1 === text.length) break;
        const next = text.charCodeAt(at + 1);
        if (next === backslash || next === quote) at += 1;
      } else if (unit === quote) isQuoted = !isQuoted;
      else if (unit === newline && !isQuoted) {
        this.#seen = 0;
        this.#isQuoted = false;
        return at;
      }
    }
    this.#seen = at - start;
    this.#isQuoted = isQuoted;
    return -1;
  }

  #rowOf(text: string): Row | undefined {
    if (!text.includes('"') && !text.includes("\\")) return plainRow(text, 0, text.length - 1);
    for (const row of csvRows([text], this.#delimiter)) return row;
    return undefined;
  }

  /** The first row may hold the headers. */
  #isItem(row: Row): boolean {
    if (this.#headers !== undefined) return true;
    this.#headers = checked(typeof row === "string" ? row.split(this.#delimiter) : row);
    return false;
  }
}

const backslash = 0x5c;

/** Empty lines are no rows. */
function plainRow(text: string, start: number, lineBreak: number): string | undefined {
  const end = lineBreak > start && text[lineBreak - 1] === "\r" ? lineBreak - 1 : lineBreak;
  return end === start ? undefined : text.slice(start, end);
}

function checked(headers: readonly string[]): readonly string[] {
  if (new Set(headers).size === headers.length) return headers;
  throw new ItemReaderError("CSV headers cannot contain duplicates.");
}
