// A name is that of a local folder where the configuration has one, and else that of a bucket of S3.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Targets } from "../../aws/targets.ts";
import { startFakeS3 } from "../../testing/fake-s3.ts";
import { allOf, bucket, folderBucket, never, pieces } from "../../testing/map-data.ts";
import { createBuckets } from "./create-buckets.ts";

test("folders go before S3, and what is no folder is of S3", async (t) => {
  const { folder } = folderBucket(t, { a: "of the folder" });
  await using fake = await startFakeS3("remote");
  fake.objects.set("a", Buffer.from("of S3"));
  const environment = { AWS_ENDPOINT_URL_S3: fake.url.href, AWS_CONFIG_FILE: "/nowhere" };
  const services = new Map();
  const targets = new Targets({ environment, services, region: "us-east-1", isOwnAddress: () => false });
  const buckets = createBuckets({ folders: new Map([[bucket, folder]]), targets, now: () => Date.now() });
  for (const [name, text] of [
    [bucket, "of the folder"],
    ["remote", "of S3"],
  ] as const) {
    const { bytes } = await buckets.open(name, "a", {}, never);
    assert.equal(Buffer.concat(await allOf(bytes)).toString(), text);
    await buckets.put(name, "b", pieces("new"), never);
    assert.deepEqual(
      (await allOf(buckets.list(name, {}, never))).map(({ key }) => key),
      ["a", "b"],
    );
  }
});
