import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanText, textWidth, wrapText } from "./text-size.ts";

const cleaned: readonly (readonly [text: string, clean: string])[] = [
  ["plain", "plain"],
  [" a\n\tb\u0000\u2028c ", "a b c"],
  ["\ud800", "\ufffd"],
  ["a\u202eb\u2066c", "abc"],
  ["\n", ""],
  ["x".repeat(241), `${"x".repeat(239)}…`],
];

for (const [text, clean] of cleaned) {
  test(`${JSON.stringify(text).slice(0, 40)} is drawn as ${clean.slice(0, 40)}`, () =>
    assert.equal(cleanText(text), clean));
}

const wrapped: readonly (readonly [text: string, lineCount: number, lines: readonly string[]])[] = [
  ["Short name", 2, ["Short name"]],
  ["", 2, []],
  ["Create Snapshot from Isolated Instance", 2, ["Create Snapshot from", "Isolated Instance"]],
  ["ListAggregateDiscoveredResources", 2, ["ListAggregate", "DiscoveredResources"]],
  ["Create Snapshot from Isolated Instance", 1, ["Create Snapshot fro…"]],
];

for (const [text, lineCount, lines] of wrapped) {
  test(`"${text}" in ${lineCount} lines is ${lines.join(" / ")}`, () =>
    assert.deepEqual(wrapText(text, { width: 160, size: 13, lineCount }), lines));
}

test("a line is never wider than asked for, and no emoji is cut into parts", () => {
  const family = "👨‍👩‍👧‍👦";
  const lines = wrapText(family.repeat(40), { width: 100, size: 13, lineCount: 2 });
  assert.equal(lines.length, 2);
  for (const line of lines) {
    assert.ok(textWidth(line, { size: 13 }) <= 100);
    assert.equal(line.replaceAll(family, "").replace("…", ""), "");
  }
});

test("a wide text is wider than a narrow one, a bold one wider than a light one", () => {
  assert.ok(textWidth("WWWW", { size: 13 }) > textWidth("iiii", { size: 13 }));
  assert.ok(textWidth("name", { size: 13, isBold: true }) > textWidth("name", { size: 13 }));
  assert.ok(textWidth("漢字", { size: 13 }) > textWidth("ab", { size: 13 }));
});

/** Measured in DejaVu Sans, in thousandths of the font size: regular and bold. */
const measured: readonly (readonly [text: string, light: number, bold: number])[] = [
  ["Create Snapshot from Isolated Instance", 19_854, 22_439],
  ["Anything to pay?", 8_491, 9_582],
  ["Lambda: reserve-stock", 11_476, 12_909],
  ["$.total > 100", 6_623, 7_357],
  ["DynamoDB: PutItem · callback", 15_258, 17_108],
];

for (const [text, light, bold] of measured) {
  test(`"${text}" is not narrower than it is in a wide font`, () => {
    for (const [width, isBold] of [
      [light, false],
      [bold, true],
    ] as const) {
      const ratio = textWidth(text, { size: 1_000, isBold }) / width;
      assert.ok(ratio >= 1 && ratio < 1.05, String(ratio));
    }
  });
}
