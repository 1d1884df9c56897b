// The values of a row of Parquet as JSON: numbers of 64 bits keep all their digits, times are ISO 8601, bytes are base64.

/** @param row by the names of its columns. */
export function rowText(row: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(jsonOf(row));
}

// Part of ECMAScript (JSON.parse source text access); TypeScript's library does not declare it yet.
const { rawJSON: rawJson } = JSON as unknown as { rawJSON: (text: string) => unknown };

function jsonOf(value: unknown): unknown {
  switch (typeof value) {
    case "bigint":
      return rawJson(String(value));
    case "number":
      // Jackson writes numbers that JSON has not as texts.
      return Number.isFinite(value) ? value : String(value);
    case "string":
    case "boolean":
      return value;
    case "object":
      return value === null ? null : objectOf(value);
    default:
      return null;
  }
}

function objectOf(value: object): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as ArrayLike<unknown>, jsonOf);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonOf(member)]));
}
