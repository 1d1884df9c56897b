// ItemReaders from their evaluated fields to their items, on a bucket that is a local folder.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { type Json, stringifyJson } from "../../asl/json.ts";
import { allOf, bucket, folderBucket, never, opened, type ReaderOfTest, readAll } from "../../testing/map-data.ts";
import { ItemReaderError } from "../ports.ts";

/** The bucket of cases that ran on AWS, and some more. */
const objects = {
  "json/items.json": '{"data":{"items":[{"id":"a"},{"id":"b"}]}}',
  "json/object.json": '{"Hello": "world"}',
  "json/empty.json": "",
  "json/none.json": "[]",
  "list/a.json": "",
  "list/b.json": "",
  "flat/one.json": '[{"id":"one-a"},{"id":"one-b"}]',
  "flat/two.json": '[{"id":"two-a"}]',
  "csv/first.csv": "id,name\n1,Alice\n2,Bob\n3,Carol",
  "csv/pipe.csv": "id|name\n1|Alice\n2|Bob",
  "csv/given.csv": "1,Alice\n2,Bob",
  "csv/first.csv.gz": gzipSync("id\n1\n2"),
  "csv/first.csv.zst": zstdCompressSync(Buffer.from("id\n1\n2")),
  "csv/broken.csv.gz": gzipSync("id\n1\n2").subarray(0, 15),
  "csv/plain.csv.gz": "id\n1\n2",
  "jsonl/items.jsonl": '{"id":"x"}\n{"id":"y"}',
  "jsonl/items.jsonl.zstd": zstdCompressSync(Buffer.from('{"id":"x"}\n{"id":"y"}')),
} as const;

const pointed = { InputType: "JSON", ItemsPointer: "/data/items" };
const firstRow = { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" };
const people = [
  { id: "1", name: "Alice" },
  { id: "2", name: "Bob" },
];

interface Row extends ReaderOfTest {
  readonly title: string;
  readonly key?: string;
  readonly gives: readonly Json[] | string;
}

const rows: readonly Row[] = [
  { title: "JSON at a pointer", key: "json/items.json", config: pointed, gives: [{ id: "a" }, { id: "b" }] },
  { title: "MaxItems of JSON", key: "json/items.json", config: { ...pointed, MaxItems: 1 }, gives: [{ id: "a" }] },
  { title: "MaxItems in a text", key: "json/items.json", config: { ...pointed, MaxItems: "1" }, gives: [{ id: "a" }] },
  { title: "no limit", key: "json/items.json", config: { ...pointed, MaxItems: 0 }, gives: [{ id: "a" }, { id: "b" }] },
  {
    title: "an object",
    key: "json/object.json",
    config: { InputType: "JSON" },
    gives: [{ Key: "Hello", Value: "world" }],
  },
  { title: "an empty array", key: "json/none.json", config: { InputType: "JSON" }, gives: [] },
  { title: "CSV", key: "csv/first.csv", config: firstRow, gives: [...people, { id: "3", name: "Carol" }] },
  {
    title: "a limit of 100 million and more",
    key: "csv/pipe.csv",
    config: { ...firstRow, CSVDelimiter: "PIPE", MaxItems: 900_000_000 },
    gives: people,
  },
  {
    title: "CSV with given headers",
    key: "csv/given.csv",
    config: { InputType: "CSV", CSVHeaderLocation: "GIVEN", CSVHeaders: ["id", "name"] },
    gives: people,
  },
  { title: "CSV in gzip", key: "csv/first.csv.gz", config: firstRow, gives: [{ id: "1" }, { id: "2" }] },
  { title: "CSV in zstd", key: "csv/first.csv.zst", config: firstRow, gives: [{ id: "1" }, { id: "2" }] },
  { title: "JSON Lines", key: "jsonl/items.jsonl", config: { InputType: "JSONL" }, gives: [{ id: "x" }, { id: "y" }] },
  {
    title: "JSON Lines in zstd",
    key: "jsonl/items.jsonl.zstd",
    config: { InputType: "JSONL" },
    gives: [{ id: "x" }, { id: "y" }],
  },
  {
    title: "all listed files as one",
    resource: "listObjectsV2",
    arguments: { Prefix: "flat/" },
    config: { InputType: "JSON", Transformation: "LOAD_AND_FLATTEN" },
    gives: [{ id: "one-a" }, { id: "one-b" }, { id: "two-a" }],
  },
  {
    title: "MaxItems over all listed files",
    resource: "listObjectsV2",
    arguments: { Prefix: "flat/" },
    config: { InputType: "JSON", Transformation: "LOAD_AND_FLATTEN", MaxItems: 2 },
    gives: [{ id: "one-a" }, { id: "one-b" }],
  },
  { title: "a listing without objects", resource: "listObjectsV2", arguments: { Prefix: "none/" }, gives: [] },

  {
    title: "a missing object",
    key: "json/gone.json",
    config: pointed,
    gives: "The specified key does not exist. (s3://item-reader/json/gone.json)",
  },
  {
    title: "a missing bucket",
    arguments: { Bucket: "gone", Key: "x" },
    config: pointed,
    gives: "The specified bucket does not exist.",
  },
  {
    title: "a listing of a missing bucket",
    resource: "listObjectsV2",
    arguments: { Bucket: "gone" },
    gives: "The specified bucket does not exist.",
  },
  {
    title: "a negative MaxItems",
    key: "csv/first.csv",
    config: { ...firstRow, MaxItems: -1 },
    gives: "field MaxItems must be positive",
  },
  {
    title: "an empty file",
    key: "json/empty.json",
    config: { InputType: "JSON" },
    gives: "Attempting to map over non-iterable node.",
  },
  {
    title: "a version of Parquet",
    arguments: { Key: "x.parquet", VersionId: "example-version-id" },
    config: { InputType: "PARQUET" },
    gives: "S3 Version ID selection is not currently supported for PARQUET files",
  },
  {
    title: "a version in a folder",
    arguments: { Key: "csv/first.csv", VersionId: "1" },
    config: firstRow,
    gives: "The specified version does not exist. (A local folder keeps no versions.)",
  },
  { title: "no InputType", key: "csv/first.csv", gives: "The field 'InputType' is required" },
  {
    title: "an unknown InputType",
    key: "csv/first.csv",
    config: { InputType: "XML" },
    gives: "The ItemReader cannot use the value \"XML\" of the field 'InputType'.",
  },
  { title: "no Key", config: firstRow, gives: "The field 'Key' is required but was missing" },
  {
    title: "a Key that is no text",
    arguments: { Key: 5 },
    config: firstRow,
    gives: "The ItemReader cannot use the value 5 of the field 'Key'.",
  },
  {
    title: "an unknown field",
    arguments: { Key: "x", Delimiter: "/" },
    config: firstRow,
    gives:
      'The field "Delimiter" of the ItemReader is not supported; these are: Bucket, Key, VersionId, ExpectedBucketOwner, RequestPayer.',
  },
  {
    title: "gzip that ends too early",
    key: "csv/broken.csv.gz",
    config: firstRow,
    gives: "The dataset cannot be decompressed with gzip: unexpected end of file.",
  },
  {
    title: "gzip that is none",
    key: "csv/plain.csv.gz",
    config: firstRow,
    gives: "The dataset cannot be decompressed with gzip: incorrect header check.",
  },
];
for (const { title, key, gives, ...reader } of rows) {
  test(`an ItemReader reads ${title}`, async (t) => {
    const { buckets } = folderBucket(t, objects);
    const place = { ...reader, arguments: { ...(key === undefined ? {} : { Key: key }), ...reader.arguments } };
    assert.deepEqual(await readAll(buckets, place), gives);
  });
}

test("listed objects are items in AWS's form, and tell where they are from", async (t) => {
  const { buckets, folder } = folderBucket(t, { "list/a.json": "abc", "list/sub/b": "" });
  utimesSync(join(folder, "list/a.json"), 1_789_180_622, 1_789_180_622);
  const source = await opened(buckets, { resource: "listObjectsV2", arguments: { Prefix: "list/" } });
  const [chunk] = await allOf(source.read(0, never));
  assert.equal(chunk?.source, "s3://item-reader");
  assert.match(
    stringifyJson(chunk?.[0] ?? null),
    /^\{"Etag":"\\"[0-9a-f]{32}\\"","Key":"list\/a\.json","LastModified":1\.789180622E9,"Size":3,"StorageClass":"STANDARD"\}$/,
  );
  assert.equal(chunk?.length, 2);
});

test("items of several files tell which one they are from", async (t) => {
  const { buckets } = folderBucket(t, objects);
  const source = await opened(buckets, {
    resource: "listObjectsV2",
    arguments: { Prefix: "flat/" },
    config: { InputType: "JSON", Transformation: "LOAD_AND_FLATTEN" },
  });
  const chunks = await allOf(source.read(1, never));
  assert.deepEqual(
    chunks.map((chunk) => [chunk.source, chunk.length]),
    [
      ["s3://item-reader/flat/one.json", 1],
      ["s3://item-reader/flat/two.json", 1],
    ],
  );
});

const data = gzipSync('"b","k%201","5","2026-01-02T03:04:05.000Z"\n"b","k2","","x"\n');
const inventory = {
  sourceBucket: "b",
  fileFormat: "CSV",
  fileSchema: "Bucket, Key, Size, LastModifiedDate",
  files: [{ key: "inv/data/1.csv.gz", size: data.length, MD5checksum: createHash("md5").update(data).digest("hex") }],
};
const inventoryItems = [
  { Bucket: "b", Key: "k%201", Size: "5", LastModifiedDate: "2026-01-02T03:04:05.000Z" },
  { Bucket: "b", Key: "k2", Size: "", LastModifiedDate: "x" },
];

test("an S3 inventory's items are the objects that its files list", async (t) => {
  const { buckets } = folderBucket(t, { "inv/manifest.json": JSON.stringify(inventory), "inv/data/1.csv.gz": data });
  const reader = { arguments: { Key: "inv/manifest.json" } };
  assert.deepEqual(await readAll(buckets, { ...reader, config: { InputType: "MANIFEST" } }), inventoryItems);
  const config = { ManifestType: "S3_INVENTORY", MaxItems: 1 };
  assert.deepEqual(await readAll(buckets, { ...reader, config }), inventoryItems.slice(0, 1));
});

const badManifests: readonly (readonly [text: string, cause: RegExp])[] = [
  ["{", /^The manifest is not JSON\.$/],
  ["[]", /needs the members fileSchema and files/],
  [JSON.stringify({ ...inventory, fileFormat: "ORC" }), /files of the format "ORC"; only CSV/],
  [JSON.stringify({ ...inventory, files: [{}] }), /has no key/],
  [
    JSON.stringify({ ...inventory, files: [{ key: "gone.csv" }] }),
    /key does not exist\. \(s3:\/\/item-reader\/gone\.csv\)/,
  ],
  [JSON.stringify({ ...inventory, files: [{ key: "../../etc/passwd" }] }), /cannot be a file in the local folder/],
];
for (const [text, cause] of badManifests) {
  test(`a manifest is refused: ${String(cause)}`, async (t) => {
    const { buckets } = folderBucket(t, { m: text });
    assert.match(String(await readAll(buckets, { arguments: { Key: "m" }, config: { InputType: "MANIFEST" } })), cause);
  });
}

test("a manifest of Athena's UNLOAD lists files whose items are read one file after the other", async (t) => {
  const manifest = `s3://${bucket}/out/1.csv.gz\n"s3://${bucket}/out/2, x.csv"\n\n`;
  const { buckets } = folderBucket(t, {
    "out/manifest.csv": manifest,
    "out/1.csv.gz": gzipSync("1,Alice\n"),
    "out/2, x.csv": "2,Bob\n",
    "out/bad.csv": "1\n",
    "out/bad": `s3://${bucket}/out/bad.csv\nhttps://example.com/x\n`,
  });
  const config = {
    ManifestType: "ATHENA_DATA",
    InputType: "CSV",
    CSVHeaderLocation: "GIVEN",
    CSVHeaders: ["id", "name"],
  };
  assert.deepEqual(await readAll(buckets, { arguments: { Key: "out/manifest.csv" }, config }), people);
  assert.deepEqual(await readAll(buckets, { arguments: { Key: "out/manifest.csv" }, config }, 1), people.slice(1));
  assert.equal(
    await readAll(buckets, { arguments: { Key: "out/bad" }, config }),
    'The manifest has "https://example.com/x" where the address of a file belongs: s3://bucket/key.',
  );
});

const changed = /changed since the Map Run began to read/;

/** The items after a restart, once something has been done to the bucket. */
async function afterRestart(
  t: Parameters<typeof folderBucket>[0],
  files: Readonly<Record<string, string>>,
  { reader, change }: { readonly reader: ReaderOfTest; readonly change: (folder: string) => void },
): Promise<readonly Json[] | string> {
  const { buckets, folder } = folderBucket(t, files);
  const long = new Date(Date.now() - 86_400_000);
  for (const key of Object.keys(files)) utimesSync(join(folder, key), long, long);
  const { pin } = await opened(buckets, reader);
  change(folder);
  return readAll(buckets, { ...reader, pin }, 1);
}

const file: ReaderOfTest = { arguments: { Key: "a.csv" }, config: firstRow };
const list: ReaderOfTest = { resource: "listObjectsV2" };
const flat: ReaderOfTest = { resource: "listObjectsV2", config: { ...firstRow, Transformation: "LOAD_AND_FLATTEN" } };
const two = { "a.csv": "x\n1\n2", "b.csv": "x\n3" };

test("a restart goes on where it was", async (t) => {
  const change = (): void => undefined;
  assert.deepEqual(await afterRestart(t, two, { reader: file, change }), [{ x: "2" }]);
  assert.deepEqual(await afterRestart(t, two, { reader: flat, change }), [{ x: "2" }, { x: "3" }]);
  const listing = await afterRestart(t, two, { reader: list, change });
  assert.ok(Array.isArray(listing) && listing.length === 1);
});

test("a restart notices what has changed", async (t) => {
  const rewrite = (folder: string): void => writeFileSync(join(folder, "a.csv"), "x\n8\n9");
  for (const reader of [file, list, flat]) {
    assert.match(String(await afterRestart(t, two, { reader, change: rewrite })), changed);
  }
  const remove = (folder: string): void => rmSync(join(folder, "a.csv"));
  assert.match(String(await afterRestart(t, two, { reader: list, change: remove })), changed);
  assert.match(String(await afterRestart(t, two, { reader: flat, change: remove })), changed);
});

test("objects that come later are no part of a listing, before a restart as after it", async (t) => {
  const add = (folder: string): void => writeFileSync(join(folder, "0.csv"), "x\n0");
  assert.deepEqual(await afterRestart(t, two, { reader: flat, change: add }), [{ x: "2" }, { x: "3" }]);
  const { buckets, folder } = folderBucket(t, two);
  const source = await opened(buckets, list);
  const later = new Date(Date.now() + 60_000);
  add(folder);
  utimesSync(join(folder, "0.csv"), later, later);
  const [chunk] = await allOf(source.read(0, never));
  assert.equal(chunk?.length, 2);
});

test("a file that changes while it is read is noticed", async (t) => {
  const { buckets, folder } = folderBucket(t, { "a.csv": `x\n${"1\n".repeat(600_000)}` });
  const source = await opened(buckets, file);
  let items = 0;
  await assert.rejects(
    async () => {
      for await (const chunk of source.read(0, never)) {
        if (items === 0) writeFileSync(join(folder, "a.csv"), "x\n9\n");
        items += chunk.length;
      }
    },
    (error) => error instanceof ItemReaderError && changed.test(error.failure.cause),
  );
  assert.ok(items > 0);
});

test("a file that changes between opening and reading is noticed", async (t) => {
  const { buckets, folder } = folderBucket(t, two);
  const sources = [await opened(buckets, file), await opened(buckets, flat)];
  writeFileSync(join(folder, "a.csv"), "x\n8\n9\n10");
  for (const source of sources) {
    await assert.rejects(async () => allOf(source.read(0, never)), { message: changed });
  }
});

test("a listed file that is gone when its turn comes is noticed", async (t) => {
  const { buckets, folder } = folderBucket(t, two);
  const source = await opened(buckets, flat);
  await assert.rejects(
    async () => {
      for await (const _chunk of source.read(0, never)) rmSync(join(folder, "b.csv"), { force: true });
    },
    { message: changed },
  );
});

test("an abort ends the reading with its reason", async (t) => {
  const { buckets } = folderBucket(t, { "a.csv": `x\n${"1\n".repeat(600_000)}` });
  const source = await opened(buckets, file);
  const controller = new AbortController();
  const reason = new Error("stopped");
  await assert.rejects(async () => {
    for await (const _chunk of source.read(0, controller.signal)) controller.abort(reason);
  }, reason);
});
