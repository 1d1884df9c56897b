// Execution logs as lines of JSON: in a file that may be moved away, and for whoever writes text.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { linesTo, type LogDestination } from "./destination.ts";
import type { LogEntry } from "./log-executions.ts";
import { appending, openLogDestination } from "./open-log-destination.ts";

const entry = (line: string): LogEntry => ({
  logGroupArn: "arn:aws:logs:us-east-1:123456789012:log-group:orders:*",
  stateMachineName: "orders",
  at: 0,
  line,
  lineBytes: line.length,
});

function addAll(destination: LogDestination | undefined, ...lines: readonly string[]): void {
  for (const line of lines) destination?.add(entry(line));
}

test("a file gets a line per event, is its owner's alone, and is begun again where it was moved away", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-logs-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "executions.jsonl");
  const clock = new SimulatedClock();
  const options = {
    credentials: { accessKeyId: "", secretAccessKey: "" },
    clock,
    random: () => 0,
    log: (message: string) => assert.fail(message),
  };
  const open = (): LogDestination | undefined => openLogDestination({ to: "file", file }, options);
  const first = open();
  addAll(first, "{}", '{"a":1}');
  await first?.close();
  assert.equal(readFileSync(file, "utf8"), '{}\n{"a":1}\n');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const second = open();
  addAll(second, "2");
  clock.advance(100);
  while (clock.nextAt !== undefined) await new Promise((resolve) => void setImmediate(resolve));
  assert.match(readFileSync(file, "utf8"), /\n2\n$/);
  renameSync(file, `${file}.1`);
  addAll(second, "3");
  await second?.close();
  assert.equal(readFileSync(file, "utf8"), "3\n");
});

test("a batch is one write, and one that fails is repeated", async () => {
  const clock = new SimulatedClock();
  const written: string[] = [];
  let isFull = true;
  const destination = linesTo("Logs", { clock, random: () => 0, log: () => undefined }, async (text) => {
    written.push(text);
    if (isFull) throw new Error("no space left on device");
  });
  addAll(destination, "1", "2");
  clock.advance(100);
  while (clock.nextAt !== clock.now() + 125) await new Promise((resolve) => void setImmediate(resolve));
  isFull = false;
  await destination.close();
  assert.deepEqual(written, ["1\n2\n", "1\n2\n"]);
  assert.equal(await destination.hasLogGroup("any"), true);
});

test("nowhere is no destination", () => {
  const context = {
    credentials: { accessKeyId: "", secretAccessKey: "" },
    clock: new SimulatedClock(),
    random: () => 0,
    log: () => undefined,
  };
  assert.equal(openLogDestination({ to: "nowhere" }, context), undefined);
});

test("a line that was cut off by a full disk does not spoil the one that follows", async () => {
  let content = "";
  let room = 8;
  const write = appending("full.jsonl", async (_file, text) => {
    content += text.slice(0, room);
    if (text.length > room) throw new Error("ENOSPC");
  });
  await write("1\n2\n");
  await assert.rejects(write("first\nsecond\n"));
  room = 100;
  await write("first\nsecond\n");
  await write("third\n");
  assert.equal(content, "1\n2\nfirst\nse\nfirst\nsecond\nthird\n");
});
