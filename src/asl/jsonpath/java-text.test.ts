import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson } from "../json.ts";
import { unlimitedWork } from "../work.ts";
import { javaClassName, javaDoubleText, javaText } from "./java-text.ts";

const values: readonly (readonly [string, string, string])[] = [
  ["null", "null", "null"],
  ["true", "true", "java.lang.Boolean"],
  ['"a \\"b\\""', 'a "b"', "java.lang.String"],
  ["1", "1", "java.lang.Integer"],
  ["3000000000", "3000000000", "java.lang.Long"],
  ["12345678901234567890", "12345678901234567890", "java.math.BigInteger"],
  ["0.0", "0.0", "java.lang.Double"],
  ["[]", "[]", "java.util.ArrayList"],
  ['[1,"a",null]', "[1, a, null]", "java.util.ArrayList"],
  ['{"Arg1":1,"Arg2":[]}', "{Arg1=1, Arg2=[]}", "java.util.LinkedHashMap"],
];

for (const [text, printed, className] of values) {
  test(`${text} is a ${className} that prints ${printed}`, () => {
    assert.equal(javaText(parseJson(text), unlimitedWork()), printed);
    assert.equal(javaClassName(parseJson(text)), className);
  });
}

const doubles: readonly (readonly [number, string])[] = [
  [0, "0.0"],
  [-0, "-0.0"],
  [6, "6.0"],
  [1.5, "1.5"],
  [0.001, "0.001"],
  [0.0001, "1.0E-4"],
  [9_999_999, "9999999.0"],
  [1e7, "1.0E7"],
  [-1.25e21, "-1.25E21"],
];

for (const [value, printed] of doubles) {
  test(`the double ${value} prints ${printed}`, () => {
    assert.equal(javaDoubleText(value), printed);
  });
}
