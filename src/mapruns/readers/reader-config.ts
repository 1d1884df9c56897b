// The evaluated ReaderConfig and the evaluated Parameters or Arguments of an ItemReader, read once.
import { isJsonArray, isJsonNumber, type Json, type JsonObject, memberOf, toDouble } from "../../asl/json.ts";
import { ItemReaderError } from "../ports.ts";
import type { CsvConfig } from "./csv.ts";

/** How a file's items are read. */
export type Format =
  | ({ readonly kind: "CSV" } & CsvConfig)
  | { readonly kind: "JSON"; readonly pointer: string }
  | { readonly kind: "JSONL" }
  | { readonly kind: "PARQUET" };

export interface ReaderConfig {
  readonly inputType: string | undefined;
  readonly isFlattened: boolean;
  readonly manifest: "S3_INVENTORY" | "ATHENA_DATA" | undefined;
  /** Infinity for as many as there are. */
  readonly maxItems: number;
  readonly csv: CsvConfig;
  readonly pointer: string;
}

/** Larger limits are taken for this one. */
const mostItems = 100_000_000;

const delimiters: Readonly<Record<string, string>> = { COMMA: ",", PIPE: "|", SEMICOLON: ";", SPACE: " ", TAB: "\t" };

/** @throws ItemReaderError */
export function readerConfigOf(config: JsonObject): ReaderConfig {
  const inputType = textOf(config, "InputType");
  const manifestType = textOf(config, "ManifestType");
  const manifest = manifestType ?? (inputType === "MANIFEST" ? "S3_INVENTORY" : undefined);
  if (manifest !== undefined && manifest !== "S3_INVENTORY" && manifest !== "ATHENA_DATA")
    throw unsupported("ManifestType", manifest);
  const transformation = textOf(config, "Transformation") ?? "NONE";
  if (transformation !== "NONE" && transformation !== "LOAD_AND_FLATTEN")
    throw unsupported("Transformation", transformation);
  return {
    inputType,
    isFlattened: transformation === "LOAD_AND_FLATTEN",
    manifest,
    maxItems: maxItemsOf(memberOf(config, "MaxItems")),
    csv: { delimiter: delimiterOf(config), headers: headersOf(config) },
    pointer: textOf(config, "ItemsPointer") ?? "",
  };
}

/** @throws ItemReaderError */
export function formatOf({ inputType, csv, pointer }: ReaderConfig): Format {
  switch (inputType) {
    case "CSV":
      return { kind: "CSV", ...csv };
    case "JSON":
      return { kind: "JSON", pointer };
    case "JSONL":
      return { kind: "JSONL" };
    case "PARQUET":
      return { kind: "PARQUET" };
    case undefined:
      throw new ItemReaderError("The field 'InputType' is required");
    default:
      throw unsupported("InputType", inputType);
  }
}

function maxItemsOf(value: Json | undefined): number {
  const number =
    typeof value === "string" && /^[+-]?\d{1,10}$/.test(value)
      ? Number(value)
      : isJsonNumber(value)
        ? toDouble(value)
        : value === undefined
          ? 0
          : Number.NaN;
  // AWS's words, recorded.
  if (number < 0) throw new ItemReaderError("field MaxItems must be positive");
  if (!Number.isInteger(number)) throw unsupported("MaxItems", value ?? null);
  return number === 0 ? Number.POSITIVE_INFINITY : Math.min(number, mostItems);
}

function delimiterOf(config: JsonObject): string {
  const name = textOf(config, "CSVDelimiter") ?? "COMMA";
  const { [name]: delimiter } = delimiters;
  if (delimiter === undefined || !Object.hasOwn(delimiters, name)) throw unsupported("CSVDelimiter", name);
  return delimiter;
}

function headersOf(config: JsonObject): readonly string[] | undefined {
  if (textOf(config, "CSVHeaderLocation") !== "GIVEN") return undefined;
  const headers = memberOf(config, "CSVHeaders");
  if (!isJsonArray(headers)) throw new ItemReaderError("These fields are required: [CSVHeaders]");
  return headers.map((header) => {
    if (typeof header !== "string") throw unsupported("CSVHeaders", header);
    return header;
  });
}

/** @throws ItemReaderError for something else than a text. */
export function textOf(object: JsonObject, name: string): string | undefined {
  const value = memberOf(object, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw unsupported(name, value);
  return value;
}

/** @throws ItemReaderError where it is missing. */
export function requiredText(object: JsonObject, name: string): string {
  const text = textOf(object, name);
  if (text === undefined || text === "") throw new ItemReaderError(`The field '${name}' is required but was missing`);
  return text;
}

/** @throws ItemReaderError for a field that has no meaning here. */
export function refuseOthers(object: JsonObject, known: readonly string[]): void {
  const unknown = Object.keys(object).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new ItemReaderError(
      `The field "${unknown}" of the ItemReader is not supported; these are: ${known.join(", ")}.`,
    );
}

function unsupported(name: string, value: Json): ItemReaderError {
  return new ItemReaderError(
    `The ItemReader cannot use the value ${JSON.stringify(value).slice(0, 200)} of the field '${name}'.`,
  );
}
