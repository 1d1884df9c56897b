// The files of a ResultWriter, and results that are written nowhere.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { allOf, bucket, folderBucket, never } from "../../testing/map-data.ts";
import type {
  Buckets,
  ChildResult,
  ChildStatus,
  EndedChildResult,
  ListChildren,
  Transformation,
  WriterRun,
} from "../ports.ts";
import { inlineResult } from "./inline-result.ts";
import { resultsWriter, tryDestination } from "./write-results.ts";

const uuid = "fd5d5e09-8644-4804-b61a-9860092818fd";
const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:SM/TestMap";

function runOf(config: Partial<WriterRun["config"]> = {}, prefix = "mapJobs"): WriterRun {
  const mapRunArn = `arn:aws:states:us-east-1:123456789012:mapRun:SM/TestMap:${uuid}`;
  const whole = { transformation: "NONE", outputType: "JSON", ...config } as const;
  return { mapRunArn, uuid, bucket, prefix, config: whole, redrive: 0, earlier: [] };
}

function child(
  name: string,
  status: EndedChildResult["status"],
  more: Partial<EndedChildResult> = {},
): EndedChildResult {
  return {
    executionArn: `arn:aws:states:us-east-1:123456789012:execution:SM/TestMap:${name}`,
    name,
    stateMachineArn: machine,
    status,
    input: `"${name}"`,
    startDate: 1_700_000_000_123,
    stopDate: 1_700_000_001_000,
    redriveCount: 0,
    redriveStatus: status === "SUCCEEDED" ? "NOT_REDRIVABLE" : "REDRIVABLE_BY_MAP_RUN",
    redriveStatusReason: status === "SUCCEEDED" ? "Execution is SUCCEEDED and cannot be redriven" : undefined,
    mapRunRedrive: 0,
    ...more,
  };
}

const children: readonly ChildResult[] = [
  child("c0", "SUCCEEDED", { output: '{ "a": 1.0 }' }),
  child("c1", "FAILED", { error: "Boom", cause: "why" }),
  child("c2", "SUCCEEDED", { output: '[1.50,\n[2],"x"]' }),
  child("c3", "TIMED_OUT", { error: "States.Timeout" }),
  child("c4", "SUCCEEDED", { output: "[]" }),
  child("c5", "ABORTED"),
  { status: "PENDING", input: '"c6"' },
];

function listing(all: readonly ChildResult[], isFiltered = true): ListChildren {
  return async function* list(statuses) {
    for (const each of all) if (!isFiltered || statuses.includes(each.status)) yield each;
  };
}

async function filesOf(buckets: Buckets): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {};
  for await (const { key } of buckets.list(bucket, {}, never)) {
    const { bytes } = await buckets.open(bucket, key, {}, never);
    files[key.replace(`mapJobs/${uuid}/`, "")] = Buffer.concat(await allOf(bytes)).toString("utf8");
  }
  return files;
}

async function write(
  buckets: Buckets,
  {
    config,
    maxFileBytes,
    all = children,
  }: { config?: Partial<WriterRun["config"]>; maxFileBytes?: number; all?: typeof children } = {},
): Promise<Readonly<Record<string, string>>> {
  const writer = resultsWriter(buckets, maxFileBytes === undefined ? {} : { maxFileBytes });
  const written = await writer(runOf(config), listing(all), never);
  assert.ok("key" in written);
  assert.equal(written.key, `mapJobs/${uuid}/manifest.json`);
  return filesOf(buckets);
}

test("results and their manifest have AWS's names and shapes", async (t) => {
  const files = await write(folderBucket(t).buckets);
  assert.deepEqual(Object.keys(files), ["FAILED_0.json", "PENDING_0.json", "SUCCEEDED_0.json", "manifest.json"]);
  const place = (name: string) => ({ Key: `mapJobs/${uuid}/${name}`, Size: Buffer.byteLength(files[name] ?? "") });
  assert.deepEqual(JSON.parse(files["manifest.json"] ?? ""), {
    DestinationBucket: bucket,
    MapRunArn: runOf().mapRunArn,
    ResultFiles: {
      FAILED: [place("FAILED_0.json")],
      PENDING: [place("PENDING_0.json")],
      SUCCEEDED: [place("SUCCEEDED_0.json")],
    },
  });
  const [first] = JSON.parse(files["SUCCEEDED_0.json"] ?? "") as readonly object[];
  assert.equal(
    JSON.stringify(first),
    JSON.stringify({
      ExecutionArn: "arn:aws:states:us-east-1:123456789012:execution:SM/TestMap:c0",
      Input: '"c0"',
      InputDetails: { Included: true },
      Name: "c0",
      Output: '{ "a": 1.0 }',
      OutputDetails: { Included: true },
      RedriveCount: 0,
      RedriveStatus: "NOT_REDRIVABLE",
      RedriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
      StartDate: "2023-11-14T22:13:20.123Z",
      StateMachineArn: machine,
      Status: "SUCCEEDED",
      StopDate: "2023-11-14T22:13:21.000Z",
    }),
  );
  const failed = JSON.parse(files["FAILED_0.json"] ?? "") as readonly {
    Name: string;
    Error?: string;
    Cause?: string;
    OutputDetails: object;
  }[];
  assert.deepEqual(
    failed.map(({ Name, Error: error, Cause, OutputDetails }) => [Name, error, Cause, OutputDetails]),
    [
      ["c1", "Boom", "why", { Included: true }],
      ["c3", "States.Timeout", undefined, { Included: true }],
      ["c5", undefined, undefined, { Included: true }],
    ],
  );
  assert.equal(
    files["PENDING_0.json"],
    String.raw`[{"Input":"\"c6\"","InputDetails":{"Included":true},"Status":"PENDING"}]`,
  );
});

const transformed: readonly (readonly [Transformation, "JSON" | "JSONL", string, string])[] = [
  ["COMPACT", "JSON", "SUCCEEDED_0.json", '[{ "a": 1.0 },[1.50,\n[2],"x"],[]]'],
  ["FLATTEN", "JSON", "SUCCEEDED_0.json", '[{ "a": 1.0 },1.50,[2],"x"]'],
  ["COMPACT", "JSONL", "SUCCEEDED_0.jsonl", '{ "a": 1.0 }\n[1.50,[2],"x"]\n[]\n'],
  ["FLATTEN", "JSONL", "SUCCEEDED_0.jsonl", '{ "a": 1.0 }\n1.50\n[2]\n"x"\n'],
];
for (const [transformation, outputType, name, content] of transformed) {
  test(`${transformation} as ${outputType} writes outputs, and all that is known of those that failed`, async (t) => {
    const files = await write(folderBucket(t).buckets, { config: { transformation, outputType } });
    assert.equal(files[name], content);
    const failed = Object.entries(files).find(([file]) => file.startsWith("FAILED_0"))?.[1] ?? "";
    assert.equal(failed.match(/"Status":/g)?.length, 3);
    assert.equal(outputType === "JSONL", failed.endsWith("}\n"));
  });
}

test("a run without children has a manifest and nothing else", async (t) => {
  const files = await write(folderBucket(t).buckets, { all: [] });
  assert.deepEqual(Object.keys(files), ["manifest.json"]);
  assert.match(files["manifest.json"] ?? "", /"ResultFiles":\{"FAILED":\[\],"PENDING":\[\],"SUCCEEDED":\[\]\}/);
});

test("files end where the limit is, and each is whole", async (t) => {
  const all = Array.from({ length: 500 }, (_, index) =>
    child(`c${index}`, "SUCCEEDED", { output: JSON.stringify("é".repeat(index % 40)) }),
  );
  for (const outputType of ["JSON", "JSONL"] as const) {
    const files = await write(folderBucket(t).buckets, {
      all,
      maxFileBytes: 1000,
      config: { transformation: "COMPACT", outputType },
    });
    const names = Object.keys(files).filter((name) => name.startsWith("SUCCEEDED_"));
    assert.ok(names.length > 10);
    const ordered = names.map((_, index) => files[`SUCCEEDED_${index}.${outputType.toLowerCase()}`] ?? "");
    for (const text of ordered) assert.ok(Buffer.byteLength(text) <= 1000);
    for (const text of ordered.slice(0, -1)) assert.ok(Buffer.byteLength(text) > 900);
    const read = (text: string): readonly unknown[] =>
      outputType === "JSON"
        ? (JSON.parse(text) as unknown[])
        : text
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as unknown);
    assert.deepEqual(
      ordered.flatMap(read),
      all.map(({ output }) => JSON.parse(output ?? "") as unknown),
    );
  }
});

test("a result that is larger than a file may be has a file of its own", async (t) => {
  const all = [child("a", "SUCCEEDED", { output: `"${"x".repeat(200)}"` }), child("b", "SUCCEEDED", { output: "1" })];
  const files = await write(folderBucket(t).buckets, { all, maxFileBytes: 100, config: { transformation: "COMPACT" } });
  assert.deepEqual(Object.keys(files), ["SUCCEEDED_0.json", "SUCCEEDED_1.json", "manifest.json"]);
});

test("the same children give the same bytes, also from a store that filters nothing", async (t) => {
  const { buckets } = folderBucket(t);
  const digest = async (): Promise<string> =>
    createHash("sha256")
      .update(JSON.stringify(await filesOf(buckets)))
      .digest("hex");
  await write(buckets);
  const first = await digest();
  await resultsWriter(buckets)(runOf(), listing(children, false), never);
  assert.equal(await digest(), first);
});

test("a redrive writes what ended since into files of its own, and its manifest names those before", async (t) => {
  const { buckets } = folderBucket(t);
  const before = await resultsWriter(buckets)(runOf(), listing(children), never);
  assert.ok("key" in before);
  const first = await filesOf(buckets);
  const earlier = [{ redrive: 0, files: before.succeeded }];
  // The second redrive was stopped, so that nobody wrote what had ended by then.
  const after = [
    ...children.slice(0, 4),
    child("c4", "SUCCEEDED", { output: "[]" }),
    child("c5", "SUCCEEDED", { output: "5", mapRunRedrive: 2 }),
    child("c6", "SUCCEEDED", { output: "6", mapRunRedrive: 3 }),
    child("c7", "FAILED", { mapRunRedrive: 3 }),
  ];
  const run = { ...runOf({ transformation: "COMPACT" }), redrive: 3, earlier };
  const written = await resultsWriter(buckets)(run, listing(after), never);
  assert.ok("key" in written);
  assert.equal(written.key, `mapJobs/${uuid}/Redrive-3/manifest.json`);
  const { "Redrive-3/SUCCEEDED_0.json": succeeded, ...rest } = await filesOf(buckets);
  assert.equal(succeeded, "[5,6]");
  const { "Redrive-3/manifest.json": manifest = "", "Redrive-3/FAILED_0.json": failed = "", ...untouched } = rest;
  assert.deepEqual(untouched, first);
  assert.deepEqual(
    (JSON.parse(failed) as readonly { Name: string }[]).map(({ Name }) => Name),
    ["c7"],
  );
  const { ResultFiles } = JSON.parse(manifest) as { ResultFiles: Record<string, readonly { Key: string }[]> };
  const names = Object.entries(ResultFiles).map(([kind, files]) => [
    kind,
    ...files.map(({ Key }) => Key.replace(`mapJobs/${uuid}/`, "")),
  ]);
  assert.deepEqual(names, [
    ["FAILED", "Redrive-3/FAILED_0.json"],
    ["PENDING"],
    ["SUCCEEDED", "SUCCEEDED_0.json", "Redrive-3/SUCCEEDED_0.json"],
  ]);
});

test("20,000 results go through memory in small pieces", async (t) => {
  const { buckets } = folderBucket(t);
  let largest = 0;
  const watched: Buckets = {
    ...buckets,
    put: (name, key, bytes, signal) =>
      buckets.put(
        name,
        key,
        (async function* measured() {
          for await (const piece of bytes) {
            largest = Math.max(largest, piece.length);
            yield piece;
          }
        })(),
        signal,
      ),
  };
  async function* many(statuses: readonly ChildStatus[]): AsyncGenerator<ChildResult> {
    if (!statuses.includes("SUCCEEDED")) return;
    for (let index = 0; index < 20_000; index++) yield child(`c${index}`, "SUCCEEDED", { output: String(index) });
  }
  const written = await resultsWriter(watched)(runOf(), many, never);
  assert.ok("key" in written);
  assert.ok(largest > 0 && largest < 256 * 1024, String(largest));
});

test("keys begin with the prefix, however that ends", async (t) => {
  const keys: string[] = [];
  for (const prefix of ["", "a", "a/", "a/b//"]) {
    const { buckets } = folderBucket(t);
    const written = await resultsWriter(buckets)(runOf({}, prefix), listing([]), never);
    keys.push("key" in written ? written.key : written.failure.cause);
  }
  assert.deepEqual(
    keys,
    ["", "a/", "a/", "a/b/"].map((folder) => `${folder}${uuid}/manifest.json`),
  );
});

test("a destination that cannot be written to is a failure of the writer, and found out before the work", async (t) => {
  const { buckets } = folderBucket(t);
  const nowhere = { ...runOf(), bucket: "gone" };
  assert.deepEqual(await resultsWriter(buckets)(nowhere, listing(children), never), {
    failure: { error: "States.ResultWriterFailed", cause: "The specified bucket does not exist." },
  });
  assert.deepEqual(await tryDestination(buckets, nowhere, never), {
    failure: {
      error: "States.ResultWriterFailed",
      cause: "Failed to write a test manifest into the specified output bucket. The specified bucket does not exist.",
    },
  });
  assert.deepEqual(await tryDestination(buckets, runOf(), never), { key: `mapJobs/${uuid}/manifest.json` });
  const climbing = await resultsWriter(buckets)(runOf({}, "../../x"), listing(children), never);
  assert.ok("failure" in climbing && climbing.failure.error === "States.ResultWriterFailed");
});

test("results that are written nowhere are the outputs of those that succeeded", async () => {
  const inline = (transformation: Transformation, maxBytes?: number) =>
    inlineResult(listing(children, false), transformation, maxBytes);
  assert.deepEqual(await inline("COMPACT"), { text: '[{ "a": 1.0 },[1.50,\n[2],"x"],[]]' });
  assert.deepEqual(await inline("FLATTEN"), { text: '[{ "a": 1.0 },1.50,[2],"x"]' });
  const all = await inline("NONE");
  assert.ok(typeof all === "object");
  const records = JSON.parse(all.text) as readonly { Name: string }[];
  assert.deepEqual(
    records.map(({ Name }) => Name),
    ["c0", "c1", "c2", "c3", "c4", "c5"],
  );
  assert.deepEqual(await inlineResult(listing([]), "COMPACT"), { text: "[]" });
});

test("results may be as large as a state's result, to the byte", async () => {
  const text = '[{ "a": 1.0 },1.50,[2],"x"]';
  assert.deepEqual(await inlineResult(listing(children), "FLATTEN", text.length), { text });
  assert.equal(await inlineResult(listing(children), "FLATTEN", text.length - 1), "tooLarge");
});

test("results that are too large are told of before all are read", async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<ChildResult> {
    for (;;) {
      read += 1;
      yield child("c", "SUCCEEDED", { output: `"${"x".repeat(1000)}"` });
    }
  }
  assert.equal(await inlineResult(endless, "COMPACT"), "tooLarge");
  assert.equal(read, 262);
});
