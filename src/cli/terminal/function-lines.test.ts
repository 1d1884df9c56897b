import assert from "node:assert/strict";
import { test } from "node:test";
import { functionLineDetails, functionLineText } from "./function-lines.ts";
import { plain } from "./terminal.ts";

const call = { requestId: "0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f1", executionArn: "arn:1", stateName: "Pay" };

test("a person sees the function, the state, the call and the line, and nothing steers the terminal", () => {
  const line = { functionName: "charge", text: "a\u001B[2Jb", ...call };
  assert.equal(functionLineText(line, plain), "    charge Pay 0f1e2d3c │ a\uFFFD[2Jb");
  assert.equal(functionLineText({ functionName: "charge", text: "loading" }, plain), "    charge │ loading");
});

test("a function has one colour, and the text of its lines none", () => {
  const painted: unknown[] = [];
  const paint = (style: unknown, text: string): string => {
    painted.push([style, text]);
    return text;
  };
  const line = { functionName: "charge", text: "x" };
  functionLineText(line, paint);
  functionLineText(line, paint);
  assert.deepEqual(painted.slice(0, 2), painted.slice(2));
  assert.ok(!JSON.stringify(painted).includes('"x"'));
});

test("an object that a logger prints stays one in lines of JSON, and everything else is text", () => {
  const facts = {
    source: "function",
    function: "charge",
    requestId: call.requestId,
    execution: "arn:1",
    state: "Pay",
  };
  const deep = `{"a":${"[".repeat(2_000)}${"]".repeat(2_000)}}`;
  const rows: readonly (readonly [text: string, details: object])[] = [
    ["plain", { ...facts, message: "plain", record: undefined }],
    [
      '{"level":"WARN","message":"no stock","order":7}',
      { ...facts, message: "no stock", record: { level: "WARN", message: "no stock", order: 7 } },
    ],
    ['{"message":{"a":1}}', { ...facts, message: undefined, record: { message: { a: 1 } } }],
    ["[1]", { ...facts, message: "[1]", record: undefined }],
    ['{"half', { ...facts, message: '{"half', record: undefined }],
    [deep, { ...facts, message: deep, record: undefined }],
  ];
  for (const [text, details] of rows) {
    assert.deepEqual(functionLineDetails({ functionName: "charge", text, ...call }), details);
  }
});
