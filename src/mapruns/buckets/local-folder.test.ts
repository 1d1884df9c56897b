// Buckets that are local folders: nothing outside of them is reached, listings are in S3's order, and files are there whole.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { allOf, bucket, folderBucket, never, pieces } from "../../testing/map-data.ts";
import type { Buckets } from "../ports.ts";
import { BucketError } from "./bucket-error.ts";
import { byKey } from "./folder-key.ts";
import { localFolders } from "./local-folder.ts";

async function textOf(buckets: Buckets, key: string): Promise<string> {
  const { bytes } = await buckets.open(bucket, key, {}, never);
  return Buffer.concat(await allOf(bytes)).toString("utf8");
}

async function keysOf(buckets: Buckets, options: object = {}): Promise<readonly string[]> {
  return (await allOf(buckets.list(bucket, options, never))).map(({ key }) => key);
}

test("a file is an object with an etag in quotes, a size and a time", async (t) => {
  const { buckets } = folderBucket(t, { "a/b c é😀.txt": "hello" });
  const { info, pin } = await buckets.open(bucket, "a/b c é😀.txt", {}, never);
  assert.match(info.etag, /^"[0-9a-f]{32}"$/);
  assert.equal(pin, info.etag);
  assert.equal(info.size, 5);
  assert.ok(info.lastModified > 1_600_000_000_000 && Number.isInteger(info.lastModified));
  assert.equal(await textOf(buckets, "a/b c é😀.txt"), "hello");
  assert.deepEqual(await allOf(buckets.list(bucket, {}, never)), [info]);
});

test("a range is read alone", async (t) => {
  const { buckets } = folderBucket(t, { a: "0123456789" });
  const range = async (start: number, end: number): Promise<string> => {
    const { bytes } = await buckets.open(bucket, "a", { range: { start, end } }, never);
    return Buffer.concat(await allOf(bytes)).toString();
  };
  assert.deepEqual([await range(2, 5), await range(8, 99), await range(3, 3)], ["234", "89", ""]);
});

const outside = [
  "../secret",
  "a/../../secret",
  "..",
  ".",
  "/etc/passwd",
  "a//b",
  "a/",
  "",
  "a\0b",
  "..\\secret",
  "a\\..\\..\\secret",
  "\\\\server\\share",
  "x".repeat(256),
  "\ud800",
  `.pawl-${"0".repeat(32)}.part`,
];
for (const key of outside) {
  test(`the key ${JSON.stringify(key.slice(0, 30))} reaches nothing`, async (t) => {
    const { buckets, folder } = folderBucket(t, { "a/x": "in" });
    writeFileSync(join(folder, "..", "secret"), "out");
    const isRefused = (error: unknown): boolean => error instanceof BucketError && error.problem === "InvalidKey";
    await assert.rejects(buckets.open(bucket, key, {}, never), isRefused);
    await assert.rejects(buckets.put(bucket, key, pieces("x"), never), isRefused);
    assert.deepEqual(await keysOf(buckets), ["a/x"]);
  });
}

test("no key whatever reaches a file outside, or writes one", async (t) => {
  const { folder } = folderBucket(t, { "inner/a/x": "in", secret: "out" });
  const buckets = localFolders(new Map([[bucket, join(folder, "inner")]]));
  const part = fc.constantFrom("..", ".", "a", "x", "", "secret", "\\", "\0", "/", "C:", "%2e%2e", "~");
  const before = readdirSync(folder).toSorted();
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { minLength: 1, maxLength: 6 }),
      fc.constantFrom("/", "\\", ""),
      async (parts, by) => {
        const key = parts.join(by);
        const text = await textOf(buckets, key).catch((error: unknown) =>
          error instanceof BucketError ? "in" : "wrong",
        );
        assert.notEqual(text, "out", key);
        assert.notEqual(text, "wrong", key);
        await buckets
          .put(bucket, key, pieces("in"), never)
          .catch((error: unknown) => assert.ok(error instanceof BucketError));
        assert.deepEqual(readdirSync(folder).toSorted(), before);
        assert.equal(readFileSync(join(folder, "secret"), "utf8"), "out");
      },
    ),
    { numRuns: 300 },
  );
});

test("symbolic links are not followed, wherever they are and lead", async (t) => {
  const { folder } = folderBucket(t, { "inner/a/x": "in", "outer/secret": "out" });
  const inner = join(folder, "inner");
  symlinkSync(join(folder, "outer"), join(inner, "dir"));
  symlinkSync(join(folder, "outer", "secret"), join(inner, "file"));
  symlinkSync(join(inner, "a", "x"), join(inner, "within"));
  symlinkSync(join(folder, "outer", "new"), join(inner, "dangling"));
  const buckets = localFolders(new Map([[bucket, inner]]));
  for (const key of ["dir/secret", "file", "within", "dangling"]) {
    const isDenied = (error: unknown): boolean => error instanceof BucketError && error.problem === "AccessDenied";
    await assert.rejects(buckets.open(bucket, key, {}, never), isDenied, key);
    await assert.rejects(buckets.put(bucket, key, pieces("x"), never), isDenied, key);
  }
  await assert.rejects(buckets.put(bucket, "dir/sub/x", pieces("x"), never), { problem: "AccessDenied" });
  assert.deepEqual(readdirSync(join(folder, "outer")), ["secret"]);
  assert.deepEqual(await keysOf(buckets), ["a/x"]);
});

test("the folder of a bucket may itself be a symbolic link", async (t) => {
  const { folder } = folderBucket(t, { "real/a": "in" });
  symlinkSync(join(folder, "real"), join(folder, "link"));
  const buckets = localFolders(new Map([[bucket, join(folder, "link")]]));
  assert.equal(await textOf(buckets, "a"), "in");
  assert.deepEqual(await keysOf(buckets), ["a"]);
});

test("keys come in the order of their UTF-8 bytes, through folders", async (t) => {
  const keys = [
    "a",
    "a.txt",
    "a/b",
    "a/b/c",
    "a0",
    "B",
    "é",
    "\u{fb01}",
    "\u{1f600}",
    "a b",
    "a-b/x",
    "a/",
    "Z/\u{ff5e}",
    "Z/\u{10000}",
  ].filter((key) => !key.endsWith("/") && key !== "a" && key !== "a/b");
  const { buckets } = folderBucket(t, Object.fromEntries(keys.map((key) => [key, ""])));
  const sorted = keys.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  assert.deepEqual(await keysOf(buckets), sorted);
  for (const startAfter of [...sorted, "", "a/", "a/z", "~"]) {
    const after = sorted.filter((key) => byKey(key, startAfter) > 0);
    assert.deepEqual(await keysOf(buckets, { startAfter }), after, `after ${startAfter}`);
  }
  for (const prefix of ["a", "a/", "a/b", "a/b/", "Z/\u{1}", "é", "nothing"]) {
    assert.deepEqual(
      await keysOf(buckets, { prefix }),
      sorted.filter((key) => key.startsWith(prefix)),
      `below ${prefix}`,
    );
  }
});

test("the order of keys is that of their bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (one, other) => {
      assert.equal(Math.sign(byKey(one, other)), Buffer.compare(Buffer.from(one), Buffer.from(other)));
    }),
  );
});

test("what is written is there whole, in folders that are made for it", async (t) => {
  const { buckets, folder } = folderBucket(t);
  assert.deepEqual(await buckets.put(bucket, "a/b/c.json", pieces("[1,", "2]"), never), { size: 5 });
  assert.equal(await textOf(buckets, "a/b/c.json"), "[1,2]");
  await buckets.put(bucket, "a/b/c.json", pieces("[]"), never);
  assert.equal(await textOf(buckets, "a/b/c.json"), "[]");
  assert.deepEqual(readdirSync(join(folder, "a/b")), ["c.json"]);
  assert.deepEqual(await buckets.put(bucket, "empty", pieces(), never), { size: 0 });
});

test("what cannot be written to its end leaves what was there, and nothing beside it", async (t) => {
  const { buckets, folder } = folderBucket(t, { "a/x": "old" });
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("new");
    throw new Error("the source broke");
  }
  await assert.rejects(buckets.put(bucket, "a/x", failing(), never), { message: "the source broke" });
  assert.equal(await textOf(buckets, "a/x"), "old");
  assert.deepEqual(readdirSync(join(folder, "a")), ["x"]);
  await assert.rejects(buckets.put(bucket, "a/x/y", pieces("x"), never), BucketError);
  await assert.rejects(buckets.put(bucket, "a", pieces("x"), never), BucketError);
});

test("a folder that is missing, and a bucket that is none, are no buckets", async (t) => {
  const { folder } = folderBucket(t, { file: "x" });
  const buckets = localFolders(
    new Map([
      ["gone", join(folder, "gone")],
      ["file", join(folder, "file")],
    ]),
  );
  for (const name of ["gone", "file", "other"]) {
    const isMissing = { problem: "NoSuchBucket", message: /^The specified bucket does not exist\./ };
    await assert.rejects(async () => buckets.open(name, "x", {}, never), isMissing);
    await assert.rejects(async () => allOf(buckets.list(name, {}, never)), isMissing);
    await assert.rejects(async () => buckets.put(name, "x", pieces("x"), never), isMissing);
  }
});

test("a folder is no object", async (t) => {
  const { buckets } = folderBucket(t, { "a/x": "" });
  await assert.rejects(buckets.open(bucket, "a", {}, never), { problem: "NoSuchKey" });
  await assert.rejects(buckets.open(bucket, "a/x/y", {}, never), { problem: "NoSuchKey" });
});

test("messages have no path of this machine in them", async (t) => {
  const { buckets, folder } = folderBucket(t, { "a/x": "" });
  for (const key of ["gone", "a", "../x"]) {
    await assert.rejects(buckets.open(bucket, key, {}, never), (error: Error) => !error.message.includes(folder));
  }
});

test("files are listed while later folders have not been looked into", async (t) => {
  const { buckets, folder } = folderBucket(t);
  const folders = Array.from({ length: 20 }, (_, index) => `f${String(index).padStart(3, "0")}`);
  for (const name of folders) {
    mkdirSync(join(folder, name));
    for (let file = 0; file < 100; file++) writeFileSync(join(folder, name, String(file)), "");
  }
  const keys: string[] = [];
  for await (const { key } of buckets.list(bucket, {}, never)) {
    if (keys.length === 0) writeFileSync(join(folder, "f019", "later"), "");
    keys.push(key);
  }
  assert.equal(keys.length, 2001);
  assert.deepEqual(keys, keys.toSorted(byKey));
});
