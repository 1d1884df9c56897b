// The floor: the least that any durable engine behind HTTP does. A bare server that appends the same rows and bytes per
// execution to SQLite as Pawl does, with the same group commit and the same durability, and understands nothing of them.
import { randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { answer, optionsOfProcess } from "./answer.ts";

export interface FloorOptions {
  readonly db: string;
  /** Stands for the row of an execution, its unique name left out. */
  readonly record: string;
  readonly events: string;
  /** The answer to a request that stores nothing. */
  readonly plain: string;
}

const { db, record, events, plain } = optionsOfProcess<FloorOptions>();
const database = new DatabaseSync(db);
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA cache_size = -16384;
  CREATE TABLE execution (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, journal_id INTEGER NOT NULL, record TEXT);
  CREATE TABLE journal (id INTEGER PRIMARY KEY, events TEXT NOT NULL);
`);
const insertExecution = database.prepare("INSERT INTO execution (key, journal_id, record) VALUES (?, ?, ?)");
const insertEvents = database.prepare("INSERT INTO journal (events) VALUES (?)");
const selectExecution = database.prepare("SELECT journal_id, record FROM execution WHERE key = ?");
const selectEvents = database.prepare("SELECT events FROM journal WHERE id = ?");

interface Entry {
  readonly key: string;
  readonly response: ServerResponse;
}
let waiting: Entry[] = [];

/** All that this turn of the event loop brings in goes into one commit. */
function append(entry: Entry): void {
  if (waiting.push(entry) === 1) setImmediate(commit);
}

function commit(): void {
  const batch = waiting;
  waiting = [];
  database.exec("BEGIN IMMEDIATE");
  for (const { key } of batch) insertExecution.run(key, insertEvents.run(events).lastInsertRowid, record);
  database.exec("COMMIT");
  for (const { key, response } of batch) respond(response, `{"executionArn":"${key}","startDate":1}`);
}

function read(key: string): string {
  const row = selectExecution.get(key);
  return `{"status":"SUCCEEDED","text":${JSON.stringify(selectEvents.get(row?.["journal_id"] ?? 0)?.["events"])}}`;
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
    const target = String(request.headers["x-amz-target"]);
    if (target.endsWith(".StartExecution")) append({ key: randomUUID(), response });
    else respond(response, target.endsWith(".DescribeExecution") ? read(body.executionArn ?? "") : plain);
  });
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  answer({
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      database.close();
    },
  });
});
