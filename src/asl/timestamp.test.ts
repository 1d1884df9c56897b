import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatTimestamp, parseTimestamp } from "./timestamp.ts";

const timestamps: readonly (readonly [string, number | undefined])[] = [
  ["2016-03-14T01:59:00Z", Date.UTC(2016, 2, 14, 1, 59)],
  ["2012-10-09T19:00:55+01:00", Date.UTC(2012, 9, 9, 18, 0, 55)],
  ["2012-10-09T19:00:55-00:30", Date.UTC(2012, 9, 9, 19, 30, 55)],
  ["2026-11-22T10:12:50.00Z", Date.UTC(2026, 10, 22, 10, 12, 50)],
  ["2026-11-22T10:12:50.000000Z", Date.UTC(2026, 10, 22, 10, 12, 50)],
  ["2016-03-05T21:29:29.243Z", Date.UTC(2016, 2, 5, 21, 29, 29, 243)],
  ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
  ["0000-01-01T00:00:00Z", -62_167_219_200_000],
  ["0050-01-01T00:00:00Z", -60_589_296_000_000],
  ["2023-02-29T00:00:00Z", undefined],
  ["2023-13-01T00:00:00Z", undefined],
  ["2023-00-01T00:00:00Z", undefined],
  ["2023-01-00T00:00:00Z", undefined],
  ["2016-12-05T25:29:29Z", undefined],
  ["2016-12-05T24:00:00Z", undefined],
  ["2016-12-05T23:60:00Z", undefined],
  ["2016-12-31T23:59:60Z", undefined],
  ["2016-12-05T21:29:29+19:00", undefined],
  ["2016-12-05T21:29:29+01:60", undefined],
  ["2016-12-05T21:29:29+0100", undefined],
  ["2016-12-05T21:29Z", undefined],
  ["2016-12-05T21:29:29.Z", undefined],
  ["05-12-2016T21:29:29Z", undefined],
  ["2016-12-05 21:29:29Z", undefined],
  ["2016-12-05T21:29:29", undefined],
  ["2016-12-05t21:29:29Z", undefined],
  ["2016-12-05T21:29:29z", undefined],
  ["2023-02-24", undefined],
  [" 2016-03-14T01:59:00Z", undefined],
  ["2016-03-14T01:59:00Z\n", undefined],
  ["", undefined],
];

for (const [text, expected] of timestamps) {
  test(`${JSON.stringify(text)} is ${expected === undefined ? "no timestamp" : "a timestamp"}`, () => {
    assert.equal(parseTimestamp(text), expected);
  });
}

test("what a timestamp has below a millisecond still orders it", () => {
  const [earlier, later] = [
    parseTimestamp("2016-03-05T21:29:29.243100Z"),
    parseTimestamp("2016-03-05T21:29:29.243200Z"),
  ];
  assert.ok(earlier !== undefined && later !== undefined && earlier < later);
});

test("a formatted timestamp has three fraction digits and parses back", () => {
  assert.equal(formatTimestamp(Date.UTC(2024, 0, 1)), "2024-01-01T00:00:00.000Z");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (ms) => {
      assert.equal(parseTimestamp(formatTimestamp(ms)), ms);
    }),
  );
});
