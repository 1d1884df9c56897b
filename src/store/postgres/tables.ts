// Rows on their way into a table: one statement takes all of a batch, each column as an array.
export type Cell = string | number | boolean | null | Uint8Array;

/** The columns of a table that a statement writes, with their types. */
export type Columns = readonly (readonly [name: string, type: string])[];

/** The rows that a statement's parameters hold, from $1 on, as the table `u`. */
export function unnested(columns: Columns): string {
  const parameters = columns.map(([, type], i) => `$${i + 1}::${type}[]`);
  return `unnest(${parameters.join(", ")}) AS u (${namesOf(columns).join(", ")})`;
}

export function namesOf(columns: Columns): readonly string[] {
  return columns.map(([name]) => name);
}

/** Rows as the parameters of `unnested`. */
export function transposed(columns: Columns, rows: readonly (readonly Cell[])[]): readonly (readonly Cell[])[] {
  return columns.map((_, column) => rows.map((row) => row[column] ?? null));
}

/** One statement that inserts all rows. */
export function insertion(table: string, columns: Columns): string {
  const names = namesOf(columns).join(", ");
  return `INSERT INTO pawl.${table} (${names}) SELECT ${names} FROM ${unnested(columns)}`;
}

/** Fails, with a division by zero, where fewer rows of `changed` were changed than were to be. */
export function countingSql(parameter: number): string {
  return `SELECT 1 / (count(*) = $${parameter}::bigint)::int AS n FROM changed`;
}

/** SQLSTATE of what `countingSql` ends with. */
export const isMissingCode = "22012";

/** A text that may hold what PostgreSQL's text may not: a NUL, half a character. */
export const freeText = (text: string | undefined): string | null => (text === undefined ? null : JSON.stringify(text));
export const readFreeText = (cell: unknown): string | undefined =>
  typeof cell === "string" ? (JSON.parse(cell) as string) : undefined;
