// Hash codes and equality against what Java says of the same values.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson } from "../json.ts";
import { unlimitedWork } from "../work.ts";
import { javaHashCode, javaIdentity } from "./hash-code.ts";

const hashCodes: readonly (readonly [json: string, hashCode: number])[] = [
  ["1", 1],
  ["-5", -5],
  ["1.5", 1073217536],
  ["-0.0", -2147483648],
  ["0.0", 0],
  ["1e2", 1079574528],
  ["1e300", -164130400],
  ["3000000000", -1294967296],
  ["-3000000000", -1294967297],
  ["12345678901234567890", -1436577082],
  ["-12345678901234567890123456789", 1096940490],
  ['""', 0],
  ['"héllo"', 103094734],
  ["true", 1231],
  ["false", 1237],
  ["null", 0],
  ["[]", 1],
  ['[1,null,"x",[true]]', 958294],
  ['{"a":1,"b":null,"c":[1.5]}', 1073217854],
];

for (const [json, hashCode] of hashCodes) {
  test(`the hash code of ${json} is ${hashCode}`, () => {
    assert.equal(javaHashCode(parseJson(json), unlimitedWork()), hashCode);
  });
}

const equals: readonly (readonly [left: string, right: string, areEqual: boolean])[] = [
  ["1", "1", true],
  ["1", "1.0", false],
  ["1.0", "1e0", true],
  ["0", "-0", true],
  ["0.0", "-0.0", false],
  ["100", "1e2", false],
  ["1", '"1"', false],
  ["null", '"null"', false],
  ['{"a":1,"b":[2]}', '{"b":[2],"a":1}', true],
  ['{"a":1}', '{"a":1.0}', false],
  ["[1,2]", "[2,1]", false],
];

for (const [left, right, areEqual] of equals) {
  test(`${left} and ${right} are ${areEqual ? "" : "not "}equal to Java`, () => {
    const [one, other] = [parseJson(left), parseJson(right)];
    assert.equal(javaIdentity(one) === javaIdentity(other), areEqual);
    if (areEqual) assert.equal(javaHashCode(one, unlimitedWork()), javaHashCode(other, unlimitedWork()));
  });
}
