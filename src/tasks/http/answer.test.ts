import assert from "node:assert/strict";
import { test } from "node:test";
import { outcomeOf } from "./answer.ts";
import type { Header, HttpAnswer } from "./client.ts";

function answer(given: Partial<Omit<HttpAnswer, "body">> & { readonly body?: string | Buffer }): HttpAnswer {
  const { body = "" } = given;
  const usual = { kind: "answered", status: 200, statusText: "OK", headers: [], isCut: false } as const;
  return { ...usual, ...given, body: Buffer.from(body) };
}

function typed(type: string): readonly Header[] {
  return [["Content-Type", type]];
}

function shown(given: Parameters<typeof answer>[0]): unknown {
  const outcome = outcomeOf(answer(given));
  if (outcome.kind === "failed") return { error: outcome.error, cause: outcome.cause };
  return JSON.parse(outcome.output.text);
}

function bodyOf(type: string, body: string | Buffer): unknown {
  return (shown({ headers: typed(type), body }) as { readonly ResponseBody?: unknown }).ResponseBody;
}

test("a result has AWS's form", () => {
  const headers: Header[] = [
    ["Connection", "keep-alive"],
    ["x-a", "1"],
    ["X-A", "2"],
    ["Content-Type", "application/json"],
  ];
  const outcome = outcomeOf(answer({ headers, body: '{"a": [1.0]}' }));
  assert.ok(outcome.kind === "succeeded");
  assert.equal(
    outcome.output.text,
    '{"Headers":{"Connection":["keep-alive"],"x-a":["1","2"],"Content-Type":["application/json"]},' +
      '"ResponseBody":{"a":[1.0]},"StatusCode":200,"StatusText":"OK"}',
  );
});

test("an answer without a body has no member for it (recorded)", () => {
  assert.deepEqual(shown({ status: 204, statusText: "No Content", headers: typed("application/json") }), {
    Headers: { "Content-Type": ["application/json"] },
    StatusCode: 204,
    StatusText: "No Content",
  });
});

test("JSON is read where the type says so, and other text stays text", () => {
  assert.deepEqual(bodyOf("application/json; charset=utf-8", '{"a":1}'), { a: 1 });
  assert.deepEqual(bodyOf("Application/Problem+JSON", "[1]"), [1]);
  assert.equal(bodyOf("text/plain", '{"a":1}'), '{"a":1}');
  assert.equal(bodyOf("application/xml", "<a/>"), "<a/>");
  assert.equal(bodyOf("", "<html>"), "<html>");
  assert.equal(bodyOf("application/json", "no JSON"), "no JSON");
  assert.equal(bodyOf("text/plain; charset=iso-8859-1", Buffer.from([0xe9])), "é");
});

const failures: readonly (readonly [
  name: string,
  given: Parameters<typeof answer>[0],
  error: string,
  cause: string | undefined,
])[] = [
  [
    "a status that is no success (recorded)",
    { status: 403, statusText: "Forbidden", body: "secret" },
    "States.Http.StatusCode.403",
    "Forbidden",
  ],
  ["a status without a phrase (recorded)", { status: 418, statusText: "" }, "States.Http.StatusCode.418", undefined],
  [
    "a redirect",
    { status: 302, statusText: "Found", headers: [["Location", "https://b/"]] },
    "States.Http.StatusCode.302",
    "Found",
  ],
  [
    "an image that is no success",
    { status: 500, statusText: "E", headers: typed("image/png") },
    "States.Http.StatusCode.500",
    "E",
  ],
  [
    "bytes (recorded)",
    { headers: typed("application/octet-stream"), body: "x" },
    "States.Runtime",
    "Unsupported response content-type 'application/octet-stream'. Please see documentation for list of unsupported content-types.",
  ],
  [
    "an image",
    { headers: typed("image/png; a=b") },
    "States.Runtime",
    "Unsupported response content-type 'image/png'. Please see documentation for list of unsupported content-types.",
  ],
  [
    "no text",
    { headers: typed("text/plain"), body: Buffer.from([0xff]) },
    "States.Runtime",
    "The response cannot be read as a text: its bytes are none of its character set.",
  ],
  [
    "too much",
    { headers: typed("text/plain"), isCut: true },
    "States.DataLimitExceeded",
    "The state/task 'http' returned a result with a size exceeding the maximum number of bytes service limit.",
  ],
];
for (const [name, given, error, cause] of failures) {
  test(`${name} is ${error}`, () => assert.deepEqual(shown(given), { error, cause }));
}

test("JSON that passes the limits of numbers and levels is no result", () => {
  for (const body of ["[".repeat(1001) + "]".repeat(1001), `[${"9".repeat(1001)}]`]) {
    const outcome = shown({ headers: typed("application/json"), body }) as { readonly error?: string };
    assert.equal(outcome.error, "States.Runtime");
  }
});

test("types that merely look like bytes are texts", () => {
  assert.equal(bodyOf("application/octet-stream-like", "a"), "a");
});
