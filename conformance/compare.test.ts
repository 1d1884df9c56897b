import assert from "node:assert/strict";
import { test } from "node:test";
import { type Json, parseJson, stringifyJson } from "../src/asl/json.ts";
import { differences } from "./compare.ts";

const rows: readonly (readonly [expected: string, got: string, ...paths: string[]])[] = [
  ['{"a":1,"b":[1,{"c":null}]}', '{"b":[1,{"c":null}],"a":1}'],
  ['{"a":1}', '{"a":1,"b":null}', "$.b"],
  ['{"a":1,"b":null}', '{"a":1}', "$.b"],
  ["[1,2]", "[2,1]", "$[0]", "$[1]"],
  ["[1]", "[1,2]", "$[1]"],
  ['{"a":1}', '{"a":"1"}', "$.a"],
  ['{"a":1}', '{"a":1.0}', "$.a"],
  ['{"a":1e2}', '{"a":100.0}'],
  ["12345678901234567890", "12345678901234567891", "$"],
  ["[]", "{}", "$"],
  ["null", "false", "$"],
  ['{"a":{}}', '{"a":""}', "$.a"],
];

for (const [expected, got, ...paths] of rows) {
  test(`${expected} and ${got} differ at ${paths.length === 0 ? "nothing" : paths.join(", ")}`, () => {
    const found = differences(parseJson(expected), parseJson(got)).map(({ path }) => path);
    assert.deepEqual(found, paths);
  });
}

const orders: readonly (readonly [expected: string, got: string, ...paths: string[]])[] = [
  ['{"a":1,"b":2}', '{"b":2,"a":1}', "$ (order)"],
  ['{"a":{"a":1,"b":2}}', '{"a":{"b":2,"a":1}}', "$.a (order)"],
  ['[{"a":1,"b":2}]', '[{"b":2,"a":1}]', "$[0] (order)"],
  ['{"free":{"a":1,"b":2}}', '{"free":{"b":2,"a":1}}'],
  ['{"a":1,"b":2}', '{"b":3,"a":1}', "$.b"],
];

for (const [expected, got, ...paths] of orders) {
  test(`where order counts, ${expected} and ${got} differ at ${paths.length === 0 ? "nothing" : paths.join(", ")}`, () => {
    const found = differences(parseJson(expected), parseJson(got), { isOrdered: (path) => !path.startsWith("$.free") });
    assert.deepEqual(
      found.map(({ path }) => path),
      paths,
    );
  });
}

test("every value is like itself", () => {
  const value: Json = parseJson('{"a":[1.0,-0,{"b":[null,true,"x"]}]}');
  assert.deepEqual(differences(value, parseJson(stringifyJson(value))), []);
});
