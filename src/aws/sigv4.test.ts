// Signatures against values that AWS published in its test suite for Signature Version 4.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { signedStart } from "../testing/sdk-signer.ts";
import { basicTime, canonicalRequest, parseBasicTime, signatureOf, signedHeadersOf, signingKeyOf } from "./sigv4.ts";
import { type Scope, signingKeys } from "./sigv4.ts";

const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const time = "20150830T123600Z";
const scope: Scope = { date: "20150830", region: "us-east-1", service: "service" };
const host = ["Host", "example.amazonaws.com"];
const date = ["X-Amz-Date", time];

interface Vector {
  readonly name: string;
  readonly method?: string;
  readonly url?: string;
  readonly headers?: readonly string[];
  readonly signed?: string;
  readonly body?: string;
  readonly signature: string;
}

const vectors: readonly Vector[] = [
  { name: "get-vanilla", signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
  {
    name: "get-vanilla-query-order-key-case",
    url: "/?Param2=value2&Param1=value1",
    signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
  },
  {
    name: "post-vanilla",
    method: "POST",
    signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  },
  {
    name: "get-header-key-duplicate",
    headers: ["My-Header1", "value2", "My-Header1", "value2", "My-Header1", "value1"],
    signed: "host;my-header1;x-amz-date",
    signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
  },
  {
    name: "get-header-value-trim",
    headers: ["My-Header1", " value1", "My-Header2", ' "a   b   c"'],
    signed: "host;my-header1;my-header2;x-amz-date",
    signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
  },
  {
    name: "post-header-key-sort",
    method: "POST",
    headers: ["My-Header1", "value1"],
    signed: "host;my-header1;x-amz-date",
    signature: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
  },
  {
    name: "post-x-www-form-urlencoded",
    method: "POST",
    headers: ["Content-Type", "application/x-www-form-urlencoded"],
    signed: "content-type;host;x-amz-date",
    body: "Param1=value1",
    signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
  },
];

for (const { name, method = "GET", url = "/", headers = [], signed, body = "", signature } of vectors) {
  test(`the signature of AWS's vector ${name} is AWS's`, () => {
    const rawHeaders = [...host, ...headers, ...date];
    const signedHeaders = (signed ?? "host;x-amz-date").split(";");
    const canonical = canonicalRequest({ method, url, rawHeaders, signedHeaders, body });
    const found = signatureOf(canonical, time, scope, signingKeyOf(secret, scope));
    assert.equal(found.toString("hex"), signature, canonical);
  });
}

test("the query is ordered by decoded names and values and encoded as AWS does", () => {
  const queryOf = (query: string): string | undefined =>
    canonicalRequest({ method: "POST", url: `/?${query}`, rawHeaders: [], signedHeaders: [], body: "" }).split("\n")[2];
  const rows: readonly (readonly [query: string, canonical: string])[] = [
    ["b=2&a=1", "a=1&b=2"],
    ["a=2&a=1", "a=1&a=2"],
    ["a-b=1&a=2", "a=2&a-b=1"],
    ["a", "a="],
    ["a=b=c", "a=b%3Dc"],
    ["%61=%2a!'()", "a=%2A%21%27%28%29"],
    ["a=%C3%A9", "a=%C3%A9"],
    ["a=%zz", "a=%25zz"],
    ["-._~=", "-._~="],
  ];
  for (const [query, canonical] of rows) assert.equal(queryOf(query), canonical, query);
});

test("times are read as AWS writes them and in no other way", () => {
  assert.equal(basicTime(parseBasicTime(time) ?? 0), time);
  for (const text of ["", "2015", "20151330T123600Z", "20150230T246000Z", "20150830T123600", ` ${time}`, `${time}\n`]) {
    assert.equal(parseBasicTime(text), undefined, text);
  }
});

test("keys are derived once for a day, and only the last days are kept", () => {
  const keyFor = signingKeys(secret);
  const first = keyFor(scope);
  assert.deepEqual(first, signingKeyOf(secret, scope));
  assert.equal(keyFor(scope), first);
  keyFor({ ...scope, date: "20150831" });
  assert.equal(keyFor(scope), first);
  keyFor({ ...scope, date: "20150901" });
  assert.notEqual(keyFor(scope), first);
});

test("the headers of a request of our own are signed with the host", () => {
  const headers = signedHeadersOf({
    url: "http://127.0.0.1:8083",
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: "{}",
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: secret,
    region: "us-east-1",
    service: "states",
    epochMs: parseBasicTime(time) ?? 0,
  });
  assert.equal(headers["x-amz-date"], time);
  assert.equal(headers["host"], undefined);
  assert.match(headers["authorization"] ?? "", /SignedHeaders=content-type;host;x-amz-date, Signature=[0-9a-f]{64}$/);
});

test("the path is signed as AWS's own SDK signs it, escaped once more", async () => {
  const url = "http://127.0.0.1:1/2015-03-31/functions/arn%3Aaws%3Alambda~(x)";
  const now = parseBasicTime(time) ?? 0;
  const signer = { url, accessKeyId: "AKIDEXAMPLE", secretAccessKey: secret, now };
  const { path, headers, body } = await signedStart(
    signer,
    "arn:aws:states:us-east-1:123456789012:stateMachine:m",
    "{}",
  );
  assert.match(path, /arn%3Aaws/);
  const signed = /SignedHeaders=([^,]+)/.exec(headers["authorization"] ?? "")?.[1]?.split(";") ?? [];
  const sent = Object.entries(headers).filter(([name]) => signed.includes(name) && !/^(host|x-amz-date)$/.test(name));
  const epochMs = parseBasicTime(headers["x-amz-date"] ?? "") ?? 0;
  const ours = signedHeadersOf({
    ...signer,
    url: new URL(path, url).href,
    headers: Object.fromEntries(sent),
    body,
    region: "us-east-1",
    service: "states",
    epochMs,
  });
  assert.equal(ours["authorization"], headers["authorization"]);
});

test("the token of temporary credentials and the path of the endpoint are signed too", () => {
  const request = {
    headers: {},
    body: "",
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: secret,
    region: "us-east-1",
    service: "logs",
    epochMs: parseBasicTime(time) ?? 0,
  };
  const plain = signedHeadersOf({ ...request, url: "http://gateway/" });
  const elsewhere = signedHeadersOf({ ...request, url: "http://gateway/aws/" });
  const temporary = signedHeadersOf({ ...request, url: "http://gateway/", sessionToken: "of one hour" });
  assert.match(plain["authorization"] ?? "", /\/us-east-1\/logs\/aws4_request, SignedHeaders=host;x-amz-date,/);
  assert.notEqual(elsewhere["authorization"], plain["authorization"]);
  assert.equal(temporary["x-amz-security-token"], "of one hour");
  assert.match(temporary["authorization"] ?? "", /SignedHeaders=host;x-amz-date;x-amz-security-token,/);
});

test("keys of any length sign as Node's own HMAC does", () => {
  for (const length of [1, 59, 60, 61, 64, 65, 200]) {
    const key = "k".repeat(length);
    const first = createHmac("sha256", `AWS4${key}`).update(scope.date).digest();
    const expected = [scope.region, "séñ", "aws4_request"].reduce<Buffer>(
      (before, text) => createHmac("sha256", before).update(text).digest(),
      first,
    );
    assert.deepEqual(signingKeyOf(key, { ...scope, service: "séñ" }), expected, String(length));
  }
});
