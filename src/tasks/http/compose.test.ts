import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import { type Additions, composeRequest, noAdditions, withoutAdded } from "./compose.ts";
import { type InvokeParameters, parseInvokeParameters } from "./invoke-parameters.ts";

function parametersOf(given: { readonly [name: string]: Json }): InvokeParameters {
  const usual = { ApiEndpoint: "https://api.example.com/echo", Method: "POST", Authentication: { ConnectionArn: "c" } };
  const parsed = parseInvokeParameters(Payload.ofValue({ ...usual, ...given }));
  assert.ok("parameters" in parsed, "problem" in parsed ? parsed.problem : "");
  return parsed.parameters;
}

interface Shown {
  readonly url: string;
  readonly headers: readonly string[];
  readonly body: string | undefined;
}

function composed(given: { readonly [name: string]: Json }, additions: Additions): Shown | string {
  const result = composeRequest(parametersOf(given), additions, "us-west-2");
  if (result.kind !== "composed") return result.kind;
  const { url, headers, body } = result.request;
  return { url: url.href, headers: headers.map(([name, value]) => `${name}: ${value}`), body };
}

const own = ["User-Agent: Amazon|StepFunctions|HttpInvoke|us-west-2", "Range: bytes=0-262144"];
const basic: Additions = {
  headers: [
    ["Authorization", "Basic b3duZWQtdXNlcjpvd25lZC1wYXNzd29yZA=="],
    ["x-shared", "connection-header"],
    ["x-secret", "private"],
  ],
  query: [
    ["shared", "connection query"],
    ["connectionOnly", "query-only"],
  ],
  body: [
    ["shared", "connection-body"],
    ["connectionOnly", "body-only"],
  ],
};

test("a connection's parameters take the place of the workflow's, as recorded", () => {
  const request = composed(
    {
      Headers: { "X-Shared": "task-case-header", "x-shared": "task-header", "x-task-only": "task-only" },
      QueryParameters: { shared: "task query", taskOnly: "a+b & c" },
      RequestBody: { shared: { nested: "task-body" }, taskOnly: [1, "two"], nested: { a: "b" } },
      Transform: { RequestBodyEncoding: "NONE" },
    },
    basic,
  );
  assert.deepEqual(request, {
    url: "https://api.example.com/echo?taskOnly=a%2Bb%20%26%20c&shared=connection%20query&connectionOnly=query-only",
    headers: [
      "x-task-only: task-only",
      "Authorization: Basic b3duZWQtdXNlcjpvd25lZC1wYXNzd29yZA==",
      "x-shared: connection-header",
      "x-secret: private",
      "X-Shared: task-case-header",
      ...own,
    ],
    body: '{"shared":"connection-body","taskOnly":[1,"two"],"nested":{"a":"b"},"connectionOnly":"body-only"}',
  });
});

test("a form is made after the merge, as recorded", () => {
  const request = composed(
    {
      Headers: { "content-type": "application/x-www-form-urlencoded" },
      RequestBody: { shared: "task-body", items: ["a", "b"] },
      Transform: { RequestBodyEncoding: "URL_ENCODED", RequestEncodingOptions: { ArrayFormat: "COMMAS" } },
    },
    basic,
  );
  assert.ok(typeof request === "object");
  assert.equal(request.body, "shared=connection-body&items=a%2Cb&connectionOnly=body-only");
});

const bodies: readonly (readonly [body: Json | undefined, added: boolean, sent: string | undefined])[] = [
  [undefined, false, undefined],
  [null, false, undefined],
  [{}, false, "{}"],
  ["raw text", false, "raw text"],
  [[1, 2], false, "[1,2]"],
  [5, false, "5"],
  [undefined, true, '{"k":"v"}'],
  [{ k: 1, l: 2 }, true, '{"k":"v","l":2}'],
  ["raw text", true, "notMerged"],
  [[1], true, "notMerged"],
];
for (const [body, isAdded, sent] of bodies) {
  test(`the body ${JSON.stringify(body)} ${isAdded ? "with one of the connection " : ""}is sent as ${String(sent)}`, () => {
    const additions = isAdded ? { ...noAdditions, body: [["k", "v"]] as const } : noAdditions;
    const request = composed(body === undefined ? {} : { RequestBody: body }, additions);
    assert.equal(typeof request === "string" ? request : request.body, sent);
  });
}

test("a query joins that of the endpoint, values of a list one by one, and a fragment is left out", () => {
  const request = composed(
    { ApiEndpoint: "https://a/b?x=1#y", QueryParameters: { list: [1, "b c"], flag: true, of: { a: "b" } } },
    noAdditions,
  );
  assert.ok(typeof request === "object");
  assert.equal(request.url, "https://a/b?x=1&list=1&list=b%20c&flag=true&of%5Ba%5D=b");
});

test("an address without a query stays as it is", () => {
  const request = composed({}, noAdditions);
  assert.ok(typeof request === "object");
  assert.equal(request.url, "https://api.example.com/echo");
});

test("headers that Step Functions sets itself are not taken from anybody", () => {
  const request = composed(
    { Headers: { "user-agent": "me", range: "bytes=1-2" } },
    { ...noAdditions, headers: [["Range", "bytes=5-6"]] },
  );
  assert.ok(typeof request === "object");
  assert.deepEqual(request.headers, own);
});

test("without what the connection adds, nothing of it is left, nor what it takes the place of", () => {
  const given = {
    Headers: { "x-shared": "task", a: "b" },
    QueryParameters: { shared: "task", c: "d" },
    RequestBody: { shared: "task", e: "f" },
  };
  const result = composeRequest(withoutAdded(parametersOf(given), basic), noAdditions, "us-west-2");
  assert.ok(result.kind === "composed");
  assert.equal(result.request.url.href, "https://api.example.com/echo?c=d");
  assert.deepEqual(result.request.headers.slice(0, -2), [["a", "b"]]);
  assert.equal(result.request.body, '{"e":"f"}');
});

test("names of prototypes are names", () => {
  const given = JSON.parse('{"RequestBody":{"__proto__":1},"QueryParameters":{"__proto__":"q","constructor":"c"}}');
  const request = composed(given, { ...noAdditions, body: [["__proto__", "v"]] });
  assert.ok(typeof request === "object");
  assert.equal(request.body, '{"__proto__":"v"}');
  assert.match(request.url, /\?__proto__=q&constructor=c$/);
});

test("what would become too large is not sent", () => {
  const leaves = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`leaf${i}`, "x"]));
  const deep = { ["long".repeat(1000)]: leaves };
  assert.equal(composed({ QueryParameters: deep }, noAdditions), "tooLarge");
  assert.equal(
    composed({ RequestBody: deep, Transform: { RequestBodyEncoding: "URL_ENCODED" } }, noAdditions),
    "tooLarge",
  );
});
