// The floor of a cluster: a bare server that appends the same rows and bytes per execution to PostgreSQL as Pawl does, all that
// waits in one statement, on a connection of its own for reads and one for writes, and understands nothing of them.
import { randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Client } from "pg";
import { answer, optionsOfProcess } from "./answer.ts";

export interface PostgresFloorOptions {
  readonly db: string;
  /** Stands for the row of an execution, its unique name left out. */
  readonly record: string;
  readonly events: string;
}

const { db, record, events } = optionsOfProcess<PostgresFloorOptions>();
const [writer, reader] = [1, 2].map(() => new Client({ connectionString: db, pipeline: true })) as [Client, Client];
await Promise.all([writer.connect(), reader.connect()]);
await writer.query(`
  DROP SCHEMA IF EXISTS floor CASCADE;
  CREATE SCHEMA floor;
  CREATE TABLE floor.execution (id bigint PRIMARY KEY, key text COLLATE "C" NOT NULL UNIQUE, record text NOT NULL);
  CREATE TABLE floor.journal (execution_id bigint PRIMARY KEY, events text NOT NULL)
`);
const insert = {
  name: "insert",
  text: `WITH e AS (INSERT INTO floor.execution SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[]))
    INSERT INTO floor.journal SELECT * FROM unnest($1::bigint[], $4::text[])`,
};
const select = { name: "select", text: "SELECT id, record FROM floor.execution WHERE key = $1" };
const selectEvents = { name: "events", text: "SELECT events FROM floor.journal WHERE execution_id = $1" };

interface Entry {
  readonly key: string;
  readonly response: ServerResponse;
}
let waiting: Entry[] = [];
let isWriting = false;
let lastId = 0;

function append(entry: Entry): void {
  waiting.push(entry);
  if (!isWriting) void write();
}

/** All that waits while a batch is written goes into the next one. */
async function write(): Promise<void> {
  isWriting = true;
  await new Promise((resolve) => setImmediate(resolve));
  while (waiting.length > 0) {
    const batch = waiting;
    waiting = [];
    const ids = batch.map(() => (lastId += 1));
    const values = [ids, batch.map(({ key }) => key), batch.map(() => record), batch.map(() => events)];
    await writer.query({ ...insert, values });
    for (const { key, response } of batch) respond(response, `{"executionArn":"${key}","startDate":1}`);
  }
  isWriting = false;
}

async function read(key: string, response: ServerResponse): Promise<void> {
  const { rows } = await reader.query<{ id: string }>({ ...select, values: [key] });
  const found = await reader.query<{ events: string }>({ ...selectEvents, values: [rows[0]?.id] });
  respond(response, `{"status":"SUCCEEDED","text":${JSON.stringify(found.rows[0]?.events)}}`);
}

function respond(response: ServerResponse, body: string): void {
  response.writeHead(200, {
    "Content-Type": "application/x-amz-json-1.0",
    "Content-Length": String(Buffer.byteLength(body)),
  });
  response.end(body);
}

const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = JSON.parse(Buffer.concat(chunks).toString()) as { readonly executionArn?: string };
    if (String(request.headers["x-amz-target"]).endsWith(".StartExecution")) append({ key: randomUUID(), response });
    else void read(body.executionArn ?? "", response);
  });
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  answer({
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await Promise.all([writer.end(), reader.end()]);
    },
  });
});
