import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { FunctionLogs } from "./function-logs.ts";
import { type FunctionLine, Printed, PrintedBudget } from "./printed.ts";

void test("a function that prints too much at once is told of, and may print again later", () => {
  let now = 0;
  const budget = new PrintedBudget(() => now, { burst: 100, perSecond: 10 });
  assert.equal(budget.admits("x".repeat(100)), true);
  assert.equal(budget.admits("y".repeat(7)), false);
  assert.equal(budget.admits("z".repeat(5)), false);
  now += 1_000;
  assert.equal(budget.admits("again"), true);
  assert.match(budget.rest() ?? "", /^… 12 characters more were printed, and are left out here/);
  assert.equal(budget.rest(), undefined, "it is told once");
});

function printedInto(lines: FunctionLine[], budget = new PrintedBudget(() => 0)): Printed {
  const callOf = (requestId: string): { requestId: string } => ({ requestId });
  return new Printed({ functionName: "fn", budget, callOf, take: (line) => lines.push(line) });
}

void test("a flood is read piece by piece, with others between", async () => {
  const stream = new PassThrough();
  const lines: FunctionLine[] = [];
  let looked = 0;
  printedInto(lines).passOn(stream, (chunk) => (looked += chunk.length));
  const piece = Buffer.alloc(16 * 1024, `${"x".repeat(1023)}\n`);
  for (let i = 0; i < 200; i++) stream.write(piece);
  stream.end();
  let turns = 0;
  while (!stream.readableEnded) {
    turns += 1;
    await setImmediate();
  }
  assert.ok(turns > 20, `${turns} turns`);
  assert.equal(looked, 200 * piece.length, "all of it is read");
  const taken = lines.reduce((sum, { text }) => sum + text.length, 0);
  assert.ok(taken > 1024 * 1024 - 2 * piece.length && taken < 1.5 * 1024 * 1024, `${taken} characters`);
});

void test("a function that is called often has no more room than one that runs long", async () => {
  const lines: FunctionLine[] = [];
  const budget = new PrintedBudget(() => 0, { burst: 100, perSecond: 10 });
  for (let calls = 0; calls < 50; calls++) {
    const stream = new PassThrough();
    printedInto(lines, budget).passOn(stream);
    stream.end(calls % 2 === 0 ? "x".repeat(30) : "y".repeat(5_000));
    await once(stream, "close");
  }
  const texts = lines.map(({ text }) => text);
  assert.equal(texts.filter((text) => /^x{30}$/.test(text)).length, 3);
  assert.ok(!texts.some((text) => text.includes("yy")));
  assert.ok(
    texts.some((text) => text.startsWith("… 5000 characters more")),
    "each call tells of its own",
  );
});

void test("lines are whole, each stream's and each process's own, and know the call that they were printed for", async () => {
  const lines: FunctionLine[] = [];
  const logs = new FunctionLogs({ take: (line) => lines.push(line) });
  const [out, err, other] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const printed = logs.of({ functionName: "charge" });
  const otherPrinted = logs.of({ functionName: "ship" });
  printed.passOn(out);
  printed.passOn(err);
  otherPrinted.passOn(other);
  const written = async (stream: PassThrough, text: string): Promise<void> => {
    stream.write(text);
    for (let turns = 0; turns < 3; turns++) await setImmediate();
  };
  await written(out, "loading\n");
  const close = logs.open({ requestId: "r1", executionArn: "arn:1", stateName: "Pay" });
  printed.begin("r1");
  otherPrinted.begin("r2");
  await written(out, "one ");
  await written(err, "warning");
  await written(other, "elsewhere\r\n");
  await written(out, "line\nno end");
  printed.end();
  close();
  await setImmediate();
  await written(out, "late\n");
  printed.begin("r3");
  await written(out, "");
  await written(out, "three\n");
  assert.deepEqual(
    lines.map(({ functionName, requestId, executionArn, stateName, text }) =>
      [functionName, requestId, executionArn, stateName, text].map((part) => part ?? "-").join(" "),
    ),
    [
      "charge - - - loading",
      "ship r2 - - elsewhere",
      "charge r1 arn:1 Pay one line",
      "charge r1 arn:1 Pay no end",
      "charge r1 arn:1 Pay warning",
      "charge r1 arn:1 Pay late",
      "charge r3 - - three",
    ],
  );
});

void test("what a call printed is read before it is the next one's turn", async () => {
  const lines: FunctionLine[] = [];
  const stream = new PassThrough();
  const printed = printedInto(lines);
  printed.passOn(stream);
  printed.begin("r1");
  stream.write("first\nrest");
  printed.end();
  printed.begin("r2");
  for (let turns = 0; turns < 3; turns++) await setImmediate();
  stream.write("second\n");
  for (let turns = 0; turns < 3; turns++) await setImmediate();
  assert.deepEqual(
    lines.map(({ requestId, text }) => [requestId, text]),
    [
      ["r1", "first"],
      ["r1", "rest"],
      ["r2", "second"],
    ],
  );
});

void test("a line that never ends is cut, and a character in two pieces is one", async () => {
  const lines: FunctionLine[] = [];
  const stream = new PassThrough();
  printedInto(lines).passOn(stream);
  const euro = Buffer.from("€");
  for (const piece of [euro.subarray(0, 1), euro.subarray(1), Buffer.alloc(40_000, "x"), Buffer.from("y\n")]) {
    stream.write(piece);
    for (let turns = 0; turns < 2; turns++) await setImmediate();
  }
  stream.end();
  await once(stream, "close");
  assert.deepEqual(
    lines.map(({ text }) => [text.slice(0, 2), text.length]),
    [
      ["€x", 40_001],
      ["y", 1],
    ],
  );
});
