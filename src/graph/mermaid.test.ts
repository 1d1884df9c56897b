import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../asl/json.ts";
import { graphOf } from "./graph.ts";
import { renderMermaid } from "./mermaid.ts";

/** The text without the class definitions, which are the same for all graphs. */
function linesOf(definition: Json): readonly string[] {
  const lines = renderMermaid(graphOf(definition)).trimEnd().split("\n");
  return lines.filter((line) => !line.startsWith("  classDef "));
}

test("a flowchart has rhombs for choices, texts on edges and dotted catch edges", () => {
  const definition: Json = {
    StartAt: "Which?",
    States: {
      "Which?": {
        Type: "Choice",
        Choices: [{ Variable: "$.total", NumericGreaterThan: 100, Next: "Pay" }],
        Default: "No",
      },
      Pay: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "No" }],
        End: true,
      },
      No: { Type: "Fail" },
    },
  };
  assert.deepEqual(linesOf(definition), [
    "flowchart TD",
    '  s0(("Start")):::terminal',
    '  s1{"Which?"}:::choice',
    '  s2["Pay<br/>Lambda: Invoke"]:::task',
    '  s3(["No"]):::fail',
    '  s4((("End"))):::terminal',
    "  s0 --> s1",
    '  s1 -->|"$.total #62; 100"| s2',
    '  s1 -->|"default"| s3',
    '  s2 -.->|"States.ALL"| s3',
    "  s2 --> s4",
  ]);
});

test("a Parallel state is a subgraph with one subgraph for each branch, a Map state is one subgraph", () => {
  const inner: Json = { StartAt: "In", States: { In: { Type: "Succeed" } } };
  const definition: Json = {
    StartAt: "Both",
    States: {
      Both: { Type: "Parallel", Branches: [inner], Next: "Each" },
      Each: { Type: "Map", Iterator: inner, End: true },
    },
  };
  assert.deepEqual(
    linesOf(definition).filter((line) => /subgraph|end$|class /.test(line)),
    [
      '  subgraph s1["Both"]',
      '    subgraph s1b0["Branch 1"]',
      "    end",
      "    class s1b0 branch",
      "  end",
      "  class s1 container",
      '  subgraph s5["Each"]',
      "  end",
      "  class s5 container",
    ],
  );
});

const hostile = [
  `"]; click s0 "javascript:alert(1)"`,
  "<img src=x>",
  "%%{init: {}}%%",
  "`code`",
  "a\nend",
  "#quot;",
  "style a:b#c;",
  "[x](y)",
];

for (const name of hostile) {
  test(`the name ${JSON.stringify(name)} stays inside its label`, () => {
    const [, , line = ""] = linesOf({ StartAt: name, States: { [name]: { Type: "Pass", End: true } } });
    assert.match(line, /^ {2}s1\["(?:[^"<>[\]{}`%#;:&\\]|: |#\d+;)*"\]:::pass$/);
  });
}
