// Parquet as an ItemReader reads it: its types, its compressions, by parts, and files that are none.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { type Json, stringifyJson } from "../../asl/json.ts";
import { allOf, folderBucket, never, opened, readAll } from "../../testing/map-data.ts";
import type { Buckets } from "../ports.ts";

type Written = Omit<Parameters<typeof parquetWriteBuffer>[0], "writer">;

function parquet(written: Written): Buffer {
  return Buffer.from(parquetWriteBuffer(written));
}

const reader = { arguments: { Key: "a.parquet" }, config: { InputType: "PARQUET" } };

async function textsOf(buckets: Buckets, skip = 0): Promise<readonly string[]> {
  const items = await readAll(buckets, reader, skip);
  return typeof items === "string" ? [items] : items.map((item: Json) => stringifyJson(item));
}

test("rows are objects, with all digits of numbers, times in ISO 8601 and bytes in base64", async (t) => {
  const content = parquet({
    columnData: [
      { name: "int", data: [1, -2], type: "INT32" },
      { name: "long", data: [9_007_199_254_740_993n, -1n], type: "INT64" },
      { name: "double", data: [1.5, Number.NaN], type: "DOUBLE" },
      { name: "flag", data: [true, false], type: "BOOLEAN" },
      { name: "text", data: ["é😀\n", ""], type: "STRING" },
      { name: "none", data: ["x", null], type: "STRING", nullable: true },
      { name: "time", data: [new Date("2026-01-02T03:04:05.678Z"), new Date(0)], type: "TIMESTAMP" },
      { name: "json", data: [{ a: [1, { b: null }] }, [2]], type: "JSON" },
    ],
  });
  const { buckets } = folderBucket(t, { "a.parquet": content });
  assert.deepEqual(await textsOf(buckets), [
    '{"int":1,"long":9007199254740993,"double":1.5,"flag":true,"text":"é😀\\n","none":"x","time":"2026-01-02T03:04:05.678Z","json":{"a":[1,{"b":null}]}}',
    '{"int":-2,"long":-1,"double":"NaN","flag":false,"text":"","none":null,"time":"1970-01-01T00:00:00.000Z","json":[2]}',
  ]);
});

const compressions = [
  ["UNCOMPRESSED", undefined],
  ["SNAPPY", undefined],
  ["GZIP", gzipSync],
  ["ZSTD", zstdCompressSync],
  ["BROTLI", brotliCompressSync],
] as const;
for (const [codec, compress] of compressions) {
  test(`pages in ${codec} are read`, async (t) => {
    const compressors =
      compress === undefined ? {} : { [codec]: (input: Uint8Array) => new Uint8Array(compress(input)) };
    const data = Array.from({ length: 1000 }, (_, index) => `row ${index % 7}`);
    const content = parquet({ columnData: [{ name: "a", data }], codec, compressors });
    const { buckets } = folderBucket(t, { "a.parquet": content });
    assert.deepEqual(await textsOf(buckets, 997), ['{"a":"row 3"}', '{"a":"row 4"}', '{"a":"row 5"}']);
  });
}

test("a compression that is not known is refused by its name", async (t) => {
  const codec = "LZ4_RAW";
  const content = parquet({
    columnData: [{ name: "a", data: ["x".repeat(100)] }],
    codec,
    compressors: { LZ4_RAW: (input) => input },
  });
  const { buckets } = folderBucket(t, { "a.parquet": content });
  assert.match(String(await textsOf(buckets)), /^The dataset cannot be read as Parquet: .*LZ4_RAW/);
});

test("row groups, pages and windows of rows give every row once, from any row on", async (t) => {
  const ids = Array.from({ length: 30_000 }, (_, index) => index);
  const written: Written = {
    columnData: [
      { name: "id", data: ids, type: "INT32", offsetIndex: false },
      { name: "text", data: ids.map((id) => `row ${id}`), type: "STRING", offsetIndex: false },
    ],
    rowGroupSize: 12_345,
    pageSize: 4096,
  };
  const { buckets } = folderBucket(t, { "a.parquet": parquet(written) });
  for (const skip of [0, 1, 4095, 4096, 12_344, 12_345, 12_346, 29_999, 30_000, 99_999]) {
    const items = await readAll(buckets, reader, skip);
    assert.ok(typeof items !== "string", String(items));
    assert.deepEqual(
      items.map((item) => item as unknown),
      ids.slice(skip).map((id) => ({ id, text: `row ${id}` })),
      `from ${skip}`,
    );
  }
  const limited = await readAll(buckets, { ...reader, config: { ...reader.config, MaxItems: 5 } }, 2);
  assert.equal(limited.length, 3);
});

test("rows with lists are read whole, with and without an index of pages", async (t) => {
  const rows = Array.from({ length: 10_000 }, (_, index) => ({ list: [index, index + 1] }));
  const written = (offsetIndex: boolean): Written => ({
    columnData: [{ name: "list", data: rows.map(({ list }) => list), offsetIndex }],
    schema: [
      { name: "root", num_children: 1 },
      { name: "list", repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST" },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      { name: "element", repetition_type: "OPTIONAL", type: "INT32" },
    ],
    pageSize: 4096,
    rowGroupSize: 6000,
  });
  for (const offsetIndex of [true, false]) {
    const { buckets } = folderBucket(t, { "a.parquet": parquet(written(offsetIndex)) });
    assert.deepEqual(await readAll(buckets, reader, 1), rows.slice(1));
    assert.deepEqual(await readAll(buckets, reader, 5000), rows.slice(5000));
  }
});

test("no more of a file is read than its footer and what the wanted rows are in", async (t) => {
  const data = Array.from({ length: 40_000 }, (_, index) => `a text that is not like the others: ${index * 7919}`);
  const { buckets } = folderBucket(t, {
    "a.parquet": parquet({ columnData: [{ name: "a", data }], rowGroupSize: 1000 }),
  });
  let read = 0;
  const watched: Buckets = {
    ...buckets,
    open: async (bucket, key, options, signal) => {
      const object = await buckets.open(bucket, key, options, signal);
      read += options.range === undefined ? 0 : options.range.end - options.range.start;
      return object;
    },
  };
  const items = await readAll(watched, { ...reader, config: { ...reader.config, MaxItems: 38_001 } }, 38_000);
  assert.deepEqual(items, [{ a: data[38_000] }]);
  const { info } = await buckets.open("item-reader", "a.parquet", {}, never);
  assert.ok(read < info.size / 4, `${read} of ${info.size}`);
});

const valid = parquet({ columnData: [{ name: "a", data: ["x", "y"] }] });

const unreadable: readonly (readonly [title: string, content: Uint8Array, cause: RegExp])[] = [
  ["an empty file", Buffer.of(), /it is too short/],
  ["a text", Buffer.from("id,name\n1,Alice\n2,Bob\n"), /it does not end with PAR1/],
  [
    "a footer that is longer than the file",
    Buffer.from("PAR1\xff\xff\x00\x00PAR1", "latin1"),
    /its footer is longer than the file/,
  ],
  [
    "a footer that is too large",
    Buffer.from("PAR1\xff\xff\xff\x7fPAR1", "latin1"),
    /its footer is larger than 5242880 bytes/,
  ],
  [
    "a footer of zeros",
    Buffer.concat([Buffer.alloc(100), Buffer.from("\x40\x00\x00\x00PAR1", "latin1")]),
    /cannot be read as Parquet/,
  ],
  ["a file whose beginning is lost", valid.subarray(20), /cannot be read as Parquet/],
];
for (const [title, content, cause] of unreadable) {
  test(`${title} is a failure of the reader`, async (t) => {
    const { buckets } = folderBucket(t, { "a.parquet": content });
    const [said] = await textsOf(buckets);
    assert.match(said ?? "", cause);
    assert.match(said ?? "", /^The dataset cannot be read as Parquet: /);
  });
}

test("bytes that are wrong anywhere never do worse than fail the reader", { timeout: 120_000 }, async (t) => {
  const { buckets, folder } = folderBucket(t, { "a.parquet": valid });
  let failures = 0;
  for (let at = 4; at < valid.length; at += 13) {
    const broken = Buffer.from(valid);
    broken[at] = (broken[at] ?? 0) ^ 0xff;
    writeFileSync(join(folder, "a.parquet"), broken);
    const items = await readAll(buckets, reader);
    if (typeof items === "string") failures += 1;
  }
  assert.ok(failures > 3);
  assert.ok(readFileSync(join(folder, "a.parquet")).length === valid.length);
});

test("an abort ends the reading, and the thread with it", async (t) => {
  const data = Array.from({ length: 20_000 }, (_, index) => index);
  const { buckets } = folderBucket(t, { "a.parquet": parquet({ columnData: [{ name: "a", data, type: "INT32" }] }) });
  const source = await opened(buckets, reader);
  const controller = new AbortController();
  const reason = new Error("stopped");
  await assert.rejects(async () => {
    for await (const _chunk of source.read(0, controller.signal)) controller.abort(reason);
  }, reason);
  const chunks = await allOf(source.read(19_999, never));
  assert.equal(chunks[0]?.length, 1);
});
