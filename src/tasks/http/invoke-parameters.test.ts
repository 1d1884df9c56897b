import assert from "node:assert/strict";
import { test } from "node:test";
import { Payload } from "../../asl/payload.ts";
import { parseInvokeParameters } from "./invoke-parameters.ts";

const usual = { ApiEndpoint: "https://a/", Method: "GET", InvocationConfig: { ConnectionArn: "arn:c" } };

function problemOf(given: object): string | undefined {
  const parsed = parseInvokeParameters(Payload.ofText(JSON.stringify({ ...usual, ...given })));
  return "problem" in parsed ? parsed.problem : undefined;
}

const problems: readonly (readonly [given: object, problem: RegExp | undefined])[] = [
  [{}, undefined],
  [{ InvocationConfig: undefined, Authentication: { ConnectionArn: "c" } }, undefined],
  [{ Headers: null, QueryParameters: null, RequestBody: null, Transform: null }, undefined],
  [{ Headers: { a: ["b", "c"], n: 5 } }, undefined],
  [{ ApiEndpoint: "http://127.0.0.1/" }, undefined],
  [{ ApiEndpoint: undefined }, /^The field 'ApiEndpoint' is required but was missing$/],
  [{ Method: null }, /^The field 'Method' is required but was missing$/],
  [{ InvocationConfig: undefined }, /^The field 'InvocationConfig' is required but was missing$/],
  [{ InvocationConfig: {} }, /^The field 'ConnectionArn' is required but was missing$/],
  [{ InvocationConfig: { ConnectionArn: 5 } }, /^The value of the field 'ConnectionArn' has an invalid format/],
  [{ Authentication: { ConnectionArn: "c" } }, /^There should only be one of the following fields/],
  [{ Body: 1 }, /^The field "Body" is not supported by Step Functions$/],
  [{ Method: "get" }, /^The value of the field 'Method' has an invalid format: give one of GET, POST/],
  [{ Method: "TRACE" }, /'Method'/],
  [{ ApiEndpoint: "ftp://a/" }, /^The value of the field 'ApiEndpoint' has an invalid format/],
  [{ ApiEndpoint: "api.example.com" }, /'ApiEndpoint'/],
  [{ ApiEndpoint: "https://user:pw@a/" }, /without a name and password in it$/],
  [{ ApiEndpoint: 5 }, /'ApiEndpoint'/],
  // Recorded of AWS, 2026-09.
  [{ Headers: { Authorization: "x" } }, /^The 'Headers' field contains unsupported values: \[authorization\]$/],
  [
    { Headers: { HOST: "x", "X-Amz-Date": "x", "x-forwarded-for": "x", ok: "x" } },
    /\[host, x-amz-date, x-forwarded-for\]$/,
  ],
  [{ Headers: { "Content-Length": "5" } }, /\[content-length\]$/],
  [{ Headers: "a: b" }, /^The value of the field 'Headers' has an invalid format/],
  [{ Headers: { "a b": "c" } }, /"a b" must be the name of a header/],
  [{ Headers: { a: "b\r\nHost: evil" } }, /"a" must be the name of a header, with a text/],
  [{ Headers: { a: "☃" } }, /"a" must be/],
  [{ Headers: { a: { b: 1 } } }, /"a" must be/],
  [{ Headers: { a: null } }, /"a" must be/],
  [{ QueryParameters: "a=b" }, /^The value of the field 'QueryParameters' has an invalid format/],
  [
    { Transform: { RequestBodyEncoding: "GZIP" } },
    /^The value of the field 'RequestBodyEncoding' has an invalid format/,
  ],
  [{ Transform: { ArrayFormat: "COMMAS" } }, /^The field "ArrayFormat" is not supported/],
  [
    { Transform: { RequestBodyEncoding: "URL_ENCODED", RequestEncodingOptions: { ArrayFormat: "X" } } },
    /'ArrayFormat'/,
  ],
  [{ Transform: { RequestBodyEncoding: "URL_ENCODED" }, RequestBody: "a=b" }, /^The value of the field 'RequestBody'/],
  [{ Transform: { RequestBodyEncoding: "URL_ENCODED" }, RequestBody: [1] }, /'RequestBody'/],
];
for (const [given, problem] of problems) {
  test(`${JSON.stringify(given)} ${problem === undefined ? "is a request" : "is refused"}`, () => {
    const found = problemOf(given);
    if (problem === undefined) assert.equal(found, undefined);
    else assert.match(found ?? "", problem);
  });
}

test("no problem repeats an address with a password", () => {
  for (const address of ["https://user:CANARY@a/", "CANARY://x", "https://CANARY@"]) {
    assert.doesNotMatch(problemOf({ ApiEndpoint: address }) ?? "CANARY", /CANARY/);
  }
});
