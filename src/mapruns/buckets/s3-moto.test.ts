// Buckets of moto, which is S3's protocol as somebody else reads it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { howToGiveEndpoint, openEndpoint } from "../../../conformance/endpoint.ts";
import { allOf, never, pieces } from "../../testing/map-data.ts";
import { sourceOpener } from "../readers/open-source.ts";
import { resultsWriter } from "../results/write-results.ts";
import { s3Buckets } from "./s3-buckets.ts";
import { callS3, type S3Client, waitFor } from "./s3-request.ts";

function clientOf(url: string): S3Client {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const find = async (bucket: string) => ({ url: new URL(`${url}/${bucket}`), region: "us-east-1", credentials });
  return { find, now: () => Date.now(), wait: waitFor };
}

test("moto gives back what is written, lists it, and pins it", { timeout: 120_000 }, async (t) => {
  const endpoint = await openEndpoint((message) => t.diagnostic(message));
  if (endpoint === undefined) {
    t.skip(howToGiveEndpoint);
    return;
  }
  t.after(() => endpoint.close());
  const client = clientOf(endpoint.url);
  (await callS3(client, { method: "PUT", bucket: "data", signal: never })).resume();
  const buckets = s3Buckets(client);
  const textOf = async (key: string, more = {}): Promise<string> => {
    const { bytes } = await buckets.open("data", key, more, never);
    return Buffer.concat(await allOf(bytes)).toString("utf8");
  };

  await t.test("keys of any characters", async () => {
    const keys = ["a b+c.csv", "a/sub/x", "a/é&<>'(*)!", "a/😀%41", "b"];
    for (const key of keys) await buckets.put("data", key, pieces(key), never);
    const found = await allOf(buckets.list("data", {}, never));
    assert.deepEqual(
      found.map(({ key }) => key),
      keys,
    );
    for (const { key, etag, size } of found) {
      const { info } = await buckets.open("data", key, {}, never);
      assert.deepEqual([info.etag, info.size, await textOf(key)], [etag, size, key]);
    }
    const below = await allOf(buckets.list("data", { prefix: "a/", startAfter: "a/é&<>'(*)!" }, never));
    assert.deepEqual(
      below.map(({ key }) => key),
      ["a/😀%41"],
    );
  });

  await t.test("a listing of more than one page", async () => {
    const write = async (index: number): Promise<void> => {
      const key = `many/${String(index).padStart(5, "0")}`;
      (await callS3(client, { method: "PUT", bucket: "data", key, body: Buffer.of(), signal: never })).resume();
    };
    for (let index = 0; index < 1001; index += 91)
      await Promise.all(Array.from({ length: 91 }, async (_, more) => write(index + more)));
    const found = await allOf(buckets.list("data", { prefix: "many/" }, never));
    assert.equal(found.length, 1001);
    assert.ok(found.every(({ key }, index) => key === `many/${String(index).padStart(5, "0")}`));
  });

  await t.test("ranges, pins and what has changed", async () => {
    await buckets.put("data", "pinned", pieces("0123456789"), never);
    const { info, pin } = await buckets.open("data", "pinned", {}, never);
    assert.equal(await textOf("pinned", { known: info, range: { start: 3, end: 6 } }), "345");
    assert.equal(await textOf("pinned", { pin }), "0123456789");
    await buckets.put("data", "pinned", pieces("abcdefghij"), never);
    await assert.rejects(textOf("pinned", { known: info }), { problem: "Changed" });
    await assert.rejects(textOf("pinned", { pin }), { problem: "Changed" });
    await assert.rejects(textOf("gone"), {
      problem: "NoSuchKey",
      message: /^The specified key does not exist\. \(Service: S3, Status Code: 404/,
    });
    await assert.rejects(buckets.open("nowhere", "x", {}, never), { problem: "NoSuchBucket" });
  });

  await t.test("an object in parts", async () => {
    const large = Buffer.alloc(12 * 1024 * 1024, "0123456789");
    assert.deepEqual(
      await buckets.put("data", "large", pieces(large.subarray(0, 7_000_000), large.subarray(7_000_000)), never),
      {
        size: large.length,
      },
    );
    const { bytes } = await buckets.open("data", "large", {}, never);
    assert.ok(Buffer.concat(await allOf(bytes)).equals(large));
  });

  await t.test("an ItemReader and a ResultWriter", async () => {
    await buckets.put("data", "in.csv", pieces("id,name\n1,Alice\n2,Bob"), never);
    const source = await sourceOpener(buckets)(
      {
        resource: "arn:aws:states:::s3:getObject",
        arguments: { Bucket: "data", Key: "in.csv" },
        config: { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" },
      },
      never,
    );
    assert.ok("pin" in source);
    const [chunk] = await allOf(source.read(0, never));
    assert.deepEqual(
      [...(chunk ?? [])],
      [
        { id: "1", name: "Alice" },
        { id: "2", name: "Bob" },
      ],
    );
    const config = { transformation: "COMPACT", outputType: "JSON" } as const;
    const run = { mapRunArn: "arn", uuid: "u", bucket: "data", prefix: "out", config, redrive: 0, earlier: [] };
    async function* none(): AsyncGenerator<never> {}
    assert.deepEqual(await resultsWriter(buckets)(run, none, never), { key: "out/u/manifest.json", succeeded: [] });
    assert.match(await textOf("out/u/manifest.json"), /"DestinationBucket":"data"/);
  });
});
