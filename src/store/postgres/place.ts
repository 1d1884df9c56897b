// The place of the database, as a URL says it, and what is told of it: never the password.
import type { ClientConfig } from "pg";

export interface Place {
  readonly config: ClientConfig;
  /** For messages: `PostgreSQL at db.internal:5432, database pawl`. */
  readonly name: string;
}

const schemes: ReadonlySet<string> = new Set(["postgres:", "postgresql:"]);

/**
 * Reads `postgres://user:password@host:5432/database?sslmode=require`. Parts that the URL leaves out are taken from the variables of
 * the environment that PostgreSQL's own tools read, PGPASSWORD among them.
 * @throws Error that says what is wrong with the URL, and not what stands in it.
 */
export function placeOf(url: string): Place {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !schemes.has(parsed.protocol)) {
    throw new Error(
      "The URL of the PostgreSQL database cannot be read: it must look like " +
        "postgres://user:password@host:5432/database, where special characters of the password are written as %40 and such",
    );
  }
  const host = parsed.searchParams.get("host") ?? decodeURIComponent(parsed.hostname);
  const at = host === "" ? "the host of PGHOST, or localhost" : host + (parsed.port === "" ? "" : `:${parsed.port}`);
  const database = decodeURIComponent(parsed.pathname.slice(1));
  return {
    config: { connectionString: url },
    name: `PostgreSQL at ${at}, database ${database === "" ? "of PGDATABASE or the user's name" : database}`,
  };
}
