// Databases for tests, each made for one and dropped after it: on the server that PAWL_TEST_POSTGRES names, or on one of our
// own, which all test files of a run share.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { serverPrograms } from "./binaries.ts";
import { databaseUrl } from "./server.ts";

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

export interface TestDatabases {
  create(): Promise<TestDatabase>;
}

/** Says why there is none, for tests that are skipped then. */
export const noPostgres = "there is no PostgreSQL: install it, or name a server in PAWL_TEST_POSTGRES";

/** `undefined` where there is neither a server nor the programs of one. */
export function testDatabases(): TestDatabases | undefined {
  const given = process.env["PAWL_TEST_POSTGRES"];
  if (given === undefined && serverPrograms() === undefined) return undefined;
  let urlOf: Promise<(database: string) => string> | undefined;
  /** Those whose proofs are over: making one anew takes longer than emptying it. */
  const free: string[] = [];
  return {
    async create() {
      urlOf ??= given === undefined ? sharedServer() : Promise.resolve((database) => withDatabase(given, database));
      const url = await urlOf;
      const database = free.pop() ?? (await made(url("postgres")));
      return {
        url: url(database),
        async drop() {
          // Somebody else's server is left as it was.
          if (given !== undefined) return asked(url("postgres"), `DROP DATABASE ${database} WITH (FORCE)`);
          await asked(url(database), "DROP SCHEMA IF EXISTS pawl CASCADE");
          free.push(database);
        },
      };
    },
  };
}

async function made(admin: string): Promise<string> {
  const database = `pawl_test_${randomBytes(8).toString("hex")}`;
  await asked(admin, `CREATE DATABASE ${database} ENCODING 'UTF8' TEMPLATE template0`);
  return database;
}

function withDatabase(given: string, database: string): string {
  const url = new URL(given);
  url.pathname = `/${database}`;
  return url.href;
}

async function asked(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The server of the run: whoever comes first starts its keeper. */
async function sharedServer(): Promise<(database: string) => string> {
  // A process of the test runner has the run as its parent; otherwise it is a run by itself.
  const run = process.env["NODE_TEST_CONTEXT"] === undefined ? process.pid : process.ppid;
  const folder = join(tmpdir(), `pawl-postgres-of-${run}`);
  try {
    mkdirSync(folder);
    const keeper = fileURLToPath(new URL("keeper.ts", import.meta.url));
    const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
    const options = { detached: true, stdio: "ignore", env: environment } as const;
    spawn(process.execPath, [keeper, folder, String(run)], options).unref();
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
  for (let tries = 0; tries < 1_200; tries++) {
    if (existsSync(join(folder, "failed"))) throw new Error(readFileSync(join(folder, "failed"), "utf8"));
    if (existsSync(join(folder, "ready"))) {
      const server = readFileSync(join(folder, "ready"), "utf8");
      return (database) => databaseUrl(server, database);
    }
    await pause(50);
  }
  throw new Error("the PostgreSQL server of the tests did not start within a minute");
}
