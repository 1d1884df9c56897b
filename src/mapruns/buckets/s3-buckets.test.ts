// Buckets of an S3-compatible endpoint, which fails as networks and services do.
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { Targets } from "../../aws/targets.ts";
import { etagOf, type FakeS3, refuse, startFakeS3 } from "../../testing/fake-s3.ts";
import { allOf, never, pieces } from "../../testing/map-data.ts";
import type { Buckets, OpenOptions } from "../ports.ts";
import { s3Of } from "./s3-access.ts";
import { s3Buckets } from "./s3-buckets.ts";

const bucket = "data";

interface Started {
  readonly fake: FakeS3;
  readonly buckets: Buckets;
  /** Milliseconds that were waited for. */
  readonly waits: number[];
}

async function started(t: { after: (fn: () => Promise<void>) => void }): Promise<Started> {
  const fake = await startFakeS3(bucket);
  t.after(async () => fake[Symbol.asyncDispose]());
  const waits: number[] = [];
  const buckets = s3Buckets({
    find: async (name) => ({
      url: new URL(`${fake.url.href}${name}`),
      region: "us-east-1",
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    }),
    now: () => 1_700_000_000_000,
    wait: async (ms) => void waits.push(ms),
  });
  return { fake, buckets, waits };
}

async function contentOf(buckets: Buckets, key: string, options: OpenOptions = {}): Promise<Buffer> {
  const { bytes } = await buckets.open(bucket, key, options, never);
  return Buffer.concat(await allOf(bytes));
}

const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));

test("objects are listed page by page, with keys of any characters", async (t) => {
  const { fake, buckets } = await started(t);
  const keys = ["a b+c", "a/é&<>", "b", "c%41", "d😀", "e\u0001", "f"];
  for (const key of keys) fake.objects.set(key, Buffer.from(key));
  const found = await allOf(buckets.list(bucket, {}, never));
  assert.deepEqual(
    found.map(({ key }) => key),
    keys,
  );
  assert.deepEqual(found[2], {
    key: "b",
    size: 1,
    etag: etagOf(Buffer.from("b")),
    lastModified: 1_700_000_000_000,
    storageClass: "STANDARD",
  });
  assert.equal(fake.requests.length, 3);
  const some = await allOf(buckets.list(bucket, { prefix: "a", startAfter: "a b+c" }, never));
  assert.deepEqual(
    some.map(({ key }) => key),
    ["a/é&<>"],
  );
});

test("an object is read, whole and in ranges, and what is pinned is it alone", async (t) => {
  const { fake, buckets } = await started(t);
  fake.objects.set("a/é b", content);
  const { info, pin } = await buckets.open(bucket, "a/é b", {}, never);
  assert.equal(info.size, content.length);
  assert.deepEqual(await contentOf(buckets, "a/é b", { pin }), content);
  assert.deepEqual(await contentOf(buckets, "a/é b", { range: { start: 5, end: 9 } }), content.subarray(5, 9));
  const before = fake.requests.length;
  assert.deepEqual(await contentOf(buckets, "a/é b", { known: info }), content);
  assert.equal(fake.requests.length, before + 1);
  fake.objects.set("a/é b", Buffer.from("new"));
  await assert.rejects(buckets.open(bucket, "a/é b", { pin }, never), { problem: "Changed" });
  await assert.rejects(contentOf(buckets, "a/é b", { known: info }), { problem: "Changed" });
  fake.objects.delete("a/é b");
  await assert.rejects(contentOf(buckets, "a/é b", { known: info }), { problem: "Changed" });
});

test("an empty object has no bytes", async (t) => {
  const { fake, buckets } = await started(t);
  fake.objects.set("e", Buffer.of());
  assert.equal((await contentOf(buckets, "e")).length, 0);
});

/** Gives so many bytes of an answer and breaks the connection. */
function breakingOff(response: ServerResponse, part: Buffer, headers: Readonly<Record<string, string>>): true {
  response.writeHead(200, headers);
  response.write(part, () => response.destroy());
  return true;
}

test("a download that breaks off goes on where it broke", async (t) => {
  const { fake, buckets, waits } = await started(t);
  fake.objects.set("a", content);
  let breaks = 0;
  fake.before = ({ method, headers }, response) => {
    if (method !== "GET" || breaks >= 3) return false;
    const start = Number(/bytes=(\d+)-/.exec(headers.range ?? "")?.[1] ?? 0);
    breaks += 1;
    const range = { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` };
    const length = { "content-length": String(content.length - start), etag: etagOf(content) };
    return breakingOff(response, content.subarray(start, start + 20_000), { ...length, ...(start > 0 ? range : {}) });
  };
  assert.deepEqual(await contentOf(buckets, "a"), content);
  assert.equal(breaks, 3);
  assert.equal(waits.length, 3);
});

test("a download that breaks off does not go on with another object", async (t) => {
  const { fake, buckets } = await started(t);
  fake.objects.set("a", content);
  fake.before = ({ method, headers }, response) => {
    if (method !== "GET" || headers.range !== undefined) return false;
    fake.objects.set("a", Buffer.alloc(content.length));
    const length = { "content-length": String(content.length), etag: etagOf(content) };
    return breakingOff(response, content.subarray(0, 20_000), length);
  };
  await assert.rejects(contentOf(buckets, "a"), { problem: "Changed" });
});

test("an endpoint that gives all where a part was asked for is not taken for right", async (t) => {
  const { fake, buckets } = await started(t);
  fake.objects.set("a", content);
  fake.before = (request) => {
    Reflect.deleteProperty(request.headers, "range");
    return false;
  };
  const reading = contentOf(buckets, "a", { range: { start: 5, end: 9 } });
  await assert.rejects(reading, { message: /gave all of s3:\/\/data\/a/ });
});

test("errors of the service are waited out, longer each time, and others are not", async (t) => {
  const { fake, buckets, waits } = await started(t);
  fake.objects.set("a", content);
  let left = 4;
  fake.before = (_request, response) => {
    if (left-- <= 0) return false;
    refuse(response, 503, "SlowDown", "Please reduce your request rate.");
    return true;
  };
  assert.deepEqual(await contentOf(buckets, "a"), content);
  assert.equal(waits.length, 4);
  for (const [index, ms] of waits.entries()) assert.ok(ms >= 50 * 2 ** index && ms <= 100 * 2 ** index, String(waits));

  left = 1000;
  const message = "Please reduce your request rate. (Service: S3, Status Code: 503, Request ID: R1)";
  await assert.rejects(async () => allOf(buckets.list(bucket, {}, never)), { message });
  assert.equal(1000 - left, 6);

  fake.before = (_request, response) => {
    left -= 1;
    refuse(response, 403, "AccessDenied", "Access Denied");
    return true;
  };
  left = 1000;
  const denied = "Access Denied (Service: S3, Status Code: 403, Request ID: R1)";
  await assert.rejects(async () => allOf(buckets.list(bucket, {}, never)), {
    problem: "AccessDenied",
    message: denied,
  });
  assert.equal(1000 - left, 1);
});

test("missing buckets and objects are told of in S3's words, also where HEAD has none", async (t) => {
  const { buckets } = await started(t);
  const key = "The specified key does not exist. (Service: S3, Status Code: 404, Request ID: R1)";
  await assert.rejects(buckets.open(bucket, "gone", {}, never), { problem: "NoSuchKey", message: key });
  const gone = "The specified bucket does not exist (Service: S3, Status Code: 404, Request ID: R1)";
  await assert.rejects(buckets.open("gone", "a", {}, never), { problem: "NoSuchBucket", message: gone });
  await assert.rejects(async () => allOf(buckets.list("gone", {}, never)), { problem: "NoSuchBucket", message: gone });
  for (const name of ["", "a/../b", "a?x", "a b", "A\r\nx"]) {
    await assert.rejects(async () => allOf(buckets.list(name, {}, never)), { problem: "NoSuchBucket" });
  }
});

test("answers that are no answers of S3 are failures", async (t) => {
  const { fake, buckets } = await started(t);
  fake.objects.set("a", content);
  const page = (body: string) => (_request: unknown, response: ServerResponse) => {
    response.end(body);
    return true;
  };
  fake.before = page("<html>welcome</html>");
  assert.deepEqual(await allOf(buckets.list(bucket, {}, never)), []);
  fake.before = page("<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>");
  await assert.rejects(async () => allOf(buckets.list(bucket, {}, never)), { message: /does not come to an end/ });
  fake.before = page("<EncodingType>url</EncodingType><Contents><Key>%</Key></Contents>");
  await assert.rejects(async () => allOf(buckets.list(bucket, {}, never)), { message: /not encoded as it says/ });
  fake.before = page("x".repeat(17 * 1024 * 1024));
  await assert.rejects(async () => allOf(buckets.list(bucket, {}, never)), { message: /more than 16777216 bytes/ });
});

test("nobody there is a failure that names the bucket and no secret", async (t) => {
  const { fake, buckets, waits } = await started(t);
  await fake[Symbol.asyncDispose]();
  await assert.rejects(
    buckets.open(bucket, "a", {}, never),
    (error: Error) =>
      /S3 cannot be reached for the bucket data: .*ECONNREFUSED/.test(error.message) && !/secret/.test(error.message),
  );
  assert.ok(waits.length >= 5);
});

test("small objects are written at once, large ones in parts", async (t) => {
  const { fake, buckets } = await started(t);
  assert.deepEqual(await buckets.put(bucket, "s", pieces("ab", "c"), never), { size: 3 });
  assert.equal(fake.objects.get("s")?.toString(), "abc");
  assert.deepEqual(fake.requests, ["PUT /data/s"]);
  await buckets.put(bucket, "empty", pieces(), never);
  assert.equal(fake.objects.get("empty")?.length, 0);
  const large = Buffer.alloc(13 * 1024 * 1024, "0123456789");
  const parts = Array.from({ length: 13 }, (_, index) => large.subarray(index << 20, (index + 1) << 20));
  assert.deepEqual(await buckets.put(bucket, "l", pieces(...parts), never), { size: large.length });
  assert.ok(fake.objects.get("l")?.equals(large));
  assert.equal(fake.requests.filter((line) => line.includes("partNumber")).length, 3);
});

test("an upload that fails is abandoned, and the object stays as it was", async (t) => {
  const { fake, buckets } = await started(t);
  fake.objects.set("l", Buffer.from("old"));
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(11 * 1024 * 1024);
    yield Buffer.alloc(6 * 1024 * 1024);
    throw new Error("the source broke");
  }
  await assert.rejects(buckets.put(bucket, "l", failing(), never), { message: "the source broke" });
  assert.equal(fake.objects.get("l")?.toString(), "old");
  assert.equal(fake.requests.at(-1), "DELETE /data/l?uploadId=l");
  fake.before = ({ url }, response) => {
    if (!/\?uploadId=/.test(url ?? "")) return false;
    response.end("<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>");
    return true;
  };
  const body = Buffer.alloc(6 * 1024 * 1024);
  await assert.rejects(buckets.put(bucket, "l", pieces(body, body), never), {
    message: /We encountered an internal error/,
  });
});

test("an abort ends a download with its reason", async (t) => {
  const { fake, buckets } = await started(t);
  fake.objects.set("a", Buffer.alloc(8 * 1024 * 1024));
  const controller = new AbortController();
  const { bytes } = await buckets.open(bucket, "a", {}, controller.signal);
  const reason = new Error("stopped");
  await assert.rejects(async () => {
    for await (const _piece of bytes) controller.abort(reason);
  }, reason);
});

test("addresses have the bucket in the path, and before the host of AWS where its name has no dots", async () => {
  const options = { services: new Map(), region: "eu-west-1", isOwnAddress: () => false };
  const keys = {
    AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_CONFIG_FILE: "/nowhere",
  };
  const addressOf = async (environment: object, name: string): Promise<string> => {
    const find = s3Of(new Targets({ ...options, environment: { ...keys, ...environment } }));
    return (await find(name)).url.href;
  };
  assert.equal(await addressOf({ AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9000" }, "data"), "http://127.0.0.1:9000/data");
  assert.equal(await addressOf({ AWS_ENDPOINT_URL: "http://[::1]:9/aws/" }, "da.ta"), "http://[::1]:9/aws/da.ta");
  assert.equal(await addressOf({}, "data"), "https://data.s3.eu-west-1.amazonaws.com/");
  assert.equal(await addressOf({}, "da.ta"), "https://s3.eu-west-1.amazonaws.com/da.ta");
  assert.equal(await addressOf({ AWS_REGION: "cn-north-1" }, "data"), "https://data.s3.cn-north-1.amazonaws.com.cn/");
  const nowhere = s3Of(new Targets({ ...options, environment: { AWS_CONFIG_FILE: "/nowhere" } }));
  await assert.rejects(nowhere("data"), {
    problem: "NoSuchBucket",
    message: /^The specified bucket does not exist\. .*"buckets": \{ "data": "\.\/folder" \}/,
  });
});
