// Terminals as pictures: colours, rows that are too long, and text that is no markup.
import assert from "node:assert/strict";
import { test } from "node:test";
import { terminalSvg } from "./terminal-svg.ts";

const rowsOf = (text: string, columns = 20): readonly string[] =>
  Array.from(
    terminalSvg(text, { columns, title: "t" }).matchAll(/<text [^>]*y="(\d+)"[^>]*>([^<]*)</g),
    ([, y = "", shown = ""]) => `${y} ${shown}`,
  );

test("a row is a line, and a longer line goes on in the next row", () => {
  assert.deepEqual(rowsOf("ab\n\nabcdefgh", 5), ["46 ab", "84 abcde", "103 fgh"]);
});

test("a style has a text of its own, as wide as its characters are", () => {
  const svg = terminalSvg("\u001B[32m✓\u001B[39m ok \u001B[1mbold\u001B[22m", { columns: 40, title: "t" });
  assert.match(svg, /x="16\.0" y="46" textLength="8\.4" fill="#4ade80">✓<.*x="32\.8" y="46" textLength="16\.8">ok</);
  assert.match(svg, /textLength="33\.6" font-weight="700">bold</);
});

test("text is no markup", () => {
  assert.deepEqual(rowsOf("<a&b>"), ["46 &lt;a&amp;b&gt;"]);
});
