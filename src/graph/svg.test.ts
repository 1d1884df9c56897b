import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../asl/json.ts";
import { graphOf } from "./graph.ts";
import { layoutGraph } from "./layout.ts";
import { escapeXml, renderSvg } from "./svg.ts";

const longName = "A name that is so long that no node has room for all of it, not even in two lines";
const definition: Json = {
  StartAt: "A & B",
  States: {
    "A & B": { Type: "Choice", Choices: [{ Variable: "$.n", NumericLessThan: 3, Next: longName }], Default: "Gone" },
    [longName]: {
      Type: "Task",
      Resource: "arn:aws:states:::sns:publish",
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "A & B" }],
      End: true,
    },
  },
};
const drawing = layoutGraph(graphOf(definition));

test("a drawing with a fixed theme has no style element and no custom property", () => {
  for (const theme of ["light", "dark"] as const) assert.doesNotMatch(renderSvg(drawing, { theme }), /<style|var\(/);
});

test("a drawing with the theme auto is the light one where no style is known, and has a dark colour for every light one", () => {
  const svg = renderSvg(drawing);
  const [, rules = ""] = /<style>.*@media\(prefers-color-scheme:dark\)\{(.*)\}<\/style>/.exec(svg) ?? [];
  const classes = new Set(
    Array.from(svg.matchAll(/ class="(pawl-(?:fill|stroke)[^"]*)"/g), ([, names = ""]) => names.split(" ")).flat(),
  );
  assert.ok(classes.size > 5);
  for (const name of classes) assert.match(rules, new RegExp(`\\.${name}\\{(fill|stroke):#[0-9a-f]{6}\\}`));
  const plain = svg.replace(/<style>.*<\/style>/, "").replaceAll(/ class="pawl-(?:fill|stroke)[^"]*"/g, "");
  assert.equal(plain, renderSvg(drawing, { theme: "light" }));
  for (const [, value = ""] of plain.matchAll(/ (?:fill|stroke)="([^"]*)"/g))
    assert.match(value, /^(none|#[0-9a-f]{6})$/);
});

const parts: readonly (readonly [what: string, part: string])[] = [
  ["the full text of a name that is shortened", `<title>${longName} — SNS: Publish</title>`],
  ["an escaped name", "A &amp; B</tspan>"],
  ["a choice rule", "$.n &lt; 3</tspan>"],
  ["the mark of a default edge", ">default</tspan>"],
  ["the error names of a catch edge", ">States.ALL</tspan>"],
  ["a target that does not exist", ">No such state here</text>"],
  ["a description for those who cannot see it", "<desc>3 states: 1 Choice, 1 Task, 1 Missing.</desc>"],
  ["the id of a node", 'data-node="/States/A &amp; B"'],
];

for (const [what, part] of parts) {
  test(`a drawing holds ${what}`, () => assert.ok(renderSvg(drawing, { theme: "light" }).includes(part)));
}

test("a drawing reaches for nothing outside of itself", () => {
  assert.doesNotMatch(
    renderSvg(drawing).replace('xmlns="http://www.w3.org/2000/svg"', ""),
    /https?:|href|url\(|@import/,
  );
});

test("the status of a node colours it and is told in its title", () => {
  const plain = renderSvg(drawing, { theme: "light" });
  const colored = renderSvg(drawing, {
    theme: "light",
    statusOf: (id) => (id === "/States/A & B" ? "caught" : undefined),
  });
  assert.notEqual(colored, plain);
  assert.ok(colored.includes("<title>A &amp; B — Choice. caught</title>"));
});

test("text is escaped for XML, and what XML forbids is replaced", () => {
  assert.equal(
    escapeXml(`<a href="x" b='y'>&\u0000\ud800\uffff`),
    "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;\ufffd\ufffd\ufffd",
  );
});
