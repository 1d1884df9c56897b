// Names, types and problems of definition files, each problem at its place, and how it is shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDocument } from "yaml";
import { checkDefinition, definitionFileOf, isDefinitionFile } from "./definition-file.ts";
import { positionOf, renderProblem } from "./excerpt.ts";
import { locate } from "./locate.ts";
import { plain } from "./terminal.ts";

test("a file's name says the machine's name, type and format", () => {
  const rows: readonly (readonly [path: string, isDefinition: boolean, name: string, type: string, format: string])[] =
    [
      ["a/order.asl.json", true, "order", "STANDARD", "json"],
      ["order.v2.asl.yaml", true, "order.v2", "STANDARD", "yaml"],
      ["order.express.asl.yml", true, "order", "EXPRESS", "yaml"],
      ["express.asl.json", true, "express", "STANDARD", "json"],
      ["ORDER.ASL.JSON", true, "ORDER", "STANDARD", "json"],
      ["order.json", false, "order", "STANDARD", "json"],
      ["order.express.json", false, "order", "EXPRESS", "json"],
      ["asl.json", false, "asl", "STANDARD", "json"],
    ];
  for (const [path, isDefinition, name, type, format] of rows) {
    assert.equal(isDefinitionFile(path), isDefinition, path);
    assert.deepEqual(definitionFileOf(path), { path, name, type, format });
  }
});

/** The text at a location, with its position. */
function placeOf(text: string, location: string): string {
  const range = locate(parseDocument(text, { uniqueKeys: false, strict: false }), location);
  if (range === undefined) return "nowhere";
  const { line, column } = positionOf(text, range.start);
  return `${line}:${column} ${text.slice(range.start, range.end)}`;
}

test("locations lead to their values, and to the names of objects and of what has something missing", () => {
  const json = `{
  "StartAt": "A",
  "States": {
    "A": { "Type": "Pass", "Next": "B" },
    "A/b": { "Type": "Wait" },
    "P": { "Branches": [ { "StartAt": "X" }, {\t"StartAt": "Y" } ] }
  }
}`;
  const rows: readonly (readonly [location: string, place: string])[] = [
    ["/States/A/Next", '4:36 "B"'],
    ["/States/A", '4:5 "A"'],
    ["/States/A/End", '4:5 "A"'],
    ["/States/A/b/Type", '5:22 "Wait"'],
    ["/States/P/Branches[1]/StartAt", '6:59 "Y"'],
    ["/States/P/Branches[7]/StartAt", '6:12 "Branches"'],
    ["/StartAt", '2:14 "A"'],
    ["/Nowhere", "1:1 {"],
    ["/", "1:1 {"],
    ["/__proto__", "1:1 {"],
  ];
  for (const [location, place] of rows) assert.equal(placeOf(json, location), place, location);
  assert.equal(placeOf("States:\n  A:\n    Next: B\n", "/States/A/Next"), "3:11 B");
  assert.equal(placeOf("", "/States"), "nowhere");
});

test("YAML becomes JSON, and what is wrong with its text is at its place", () => {
  const options = { format: "yaml", type: "STANDARD" } as const;
  const yaml = "x: &pass { Type: Pass, End: true }\nStartAt: A\nStates:\n  A:\n    <<: *pass\n    Comment: yes\n";
  assert.deepEqual(JSON.parse(checkDefinition(yaml, options).definition ?? "").States, {
    A: { Type: "Pass", End: true, Comment: "yes" },
  });
  const bomb = `a: &a [x]\n${["b", "c", "d", "e"].map((name, i) => `${name}: &${name} [${`*${"abcd"[i]}, `.repeat(20)}]`).join("\n")}\n`;
  for (const [text, message] of [
    ["a: [1", /flow|Flow/],
    ["a: 1\na: 2", /unique/],
    ["a: *b", /alias/i],
    [bomb, /alias/i],
  ] as const) {
    const { definition, problems } = checkDefinition(text, options);
    assert.equal(definition, undefined);
    assert.match(problems[0]?.message ?? "", message);
  }
});

test("JSON stays as it was written, and is refused with the place where it ends to be JSON", () => {
  const options = { format: "json", type: "STANDARD" } as const;
  const text = '{ "StartAt":"A",  "States": {"A": {"Type": "Pass", "Result": 1.0, "End": true}} }\n';
  assert.deepEqual(checkDefinition(text, options), { definition: text, problems: [] });
  const rows: readonly (readonly [text: string, position: string])[] = [
    ['{\n  "a": nope\n}', "2:8"],
    ['{\n  "a": 1,\n}', "3:1"],
    ["{", "1:1"],
  ];
  for (const [broken, position] of rows) {
    const [problem] = checkDefinition(broken, options).problems;
    const { line, column } = positionOf(broken, problem?.range?.start ?? -1);
    assert.equal(`${line}:${column}`, position, broken);
  }
  assert.match(checkDefinition("", options).problems[0]?.message ?? "", /must be a valid JSON object/);
});

test("a problem is shown with file, line, column and a caret", () => {
  const show = (text: string, start: number, end: number) =>
    renderProblem(
      { severity: "ERROR", code: "CODE", message: "It is wrong", range: { start, end } },
      { file: "a.asl.json", text },
      plain,
    );
  const heading = (place: string) => `a.asl.json:${place}: error: It is wrong [CODE]`;
  assert.equal(show("first\n  second\n", 8, 14), `${heading("2:3")}\n  1 | first\n  2 |   second\n    |   ^^^^^^\n`);
  assert.equal(show("\tab\r\n", 1, 3), `${heading("1:2")}\n  1 | \tab\n    | \t^^\n`);
  assert.equal(show("ab", 0, 99), `${heading("1:1")}\n  1 | ab\n    | ^^\n`);
  assert.equal(show("ab", 2, 3), `${heading("1:3")}\n  1 | ab\n    |   ^\n`);
  assert.equal(show("", 0, 1), `${heading("1:1")}\n  1 |\n    | ^\n`);
  assert.equal(show("\u001b[2Jx", 0, 1), `${heading("1:1")}\n  1 | \uFFFD[2Jx\n    | ^\n`);
  const [, line = "", carets = ""] = show(`${"x".repeat(500)}HERE${"y".repeat(500)}`, 500, 504).split("\n");
  assert.ok(line.length < 120);
  assert.equal(line.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1), "HERE");
});
