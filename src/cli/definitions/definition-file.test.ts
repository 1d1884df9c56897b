// Names and types of definition files, places in them, and how a problem is shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDocument } from "yaml";
import { definitionFileOf, isDefinitionFile } from "./definition-file.ts";
import { positionOf, renderProblem } from "./problem-text.ts";
import { locate } from "./source-position.ts";
import { plain } from "../terminal/terminal.ts";

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
