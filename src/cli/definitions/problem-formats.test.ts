// Problems of definitions as programs read them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CheckedFile, problemsAsJson, problemsForGithub } from "./problem-formats.ts";

const file: CheckedFile = {
  path: "/flows/a,b.asl.json",
  text: '{\n  "A": "B"\n}\n',
  name: "a,b",
  type: "STANDARD",
  isValid: false,
  problems: [
    { severity: "ERROR", code: "WRONG", message: "100% wrong:\nso", range: { start: 9, end: 12 } },
    { severity: "WARNING", code: "ODD", message: "odd", range: { start: 0, end: 14 } },
    { severity: "ERROR", code: "WHOLE", message: "all of it" },
  ],
};

test("GitHub gets a command for each problem, in which nothing ends it early", () => {
  assert.deepEqual(problemsForGithub([file, { ...file, problems: [] }], "/flows").split("\n"), [
    "::error file=a%2Cb.asl.json,line=2,endLine=2,col=8,endColumn=11,title=WRONG::100%25 wrong:%0Aso",
    "::warning file=a%2Cb.asl.json,line=1,endLine=3,title=ODD::odd",
    "::error file=a%2Cb.asl.json,title=WHOLE::all of it",
    "",
  ]);
});

test("JSON has a member for each file, and places that count from 1", () => {
  const [{ problems, ...rest }] = JSON.parse(problemsAsJson([file]));
  assert.deepEqual(rest, { file: "/flows/a,b.asl.json", stateMachine: "a,b", type: "STANDARD", valid: false });
  assert.deepEqual(problems, [
    { severity: "error", code: "WRONG", message: "100% wrong:\nso", line: 2, column: 8, endLine: 2, endColumn: 11 },
    { severity: "warning", code: "ODD", message: "odd", line: 1, column: 1, endLine: 3, endColumn: 2 },
    { severity: "error", code: "WHOLE", message: "all of it" },
  ]);
});
