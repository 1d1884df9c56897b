import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../asl/random.ts";
import { chooseVersion } from "./start-target.ts";

test("an alias gives each version its share of the starts", () => {
  const random = seededRandom("shares");
  for (const weight of [0, 1, 30, 50, 99, 100]) {
    const routes = [
      { versionNumber: 7, weight },
      { versionNumber: 8, weight: 100 - weight },
    ];
    const draws = Array.from({ length: 20_000 }, () => chooseVersion({ routes }, random));
    const share = draws.filter((version) => version === 7).length / 200;
    const tolerance = weight === 0 || weight === 100 ? 0 : 1.5;
    assert.ok(Math.abs(share - weight) <= tolerance, `${share} of 100 instead of ${weight}`);
  }
});

test("an alias with one version draws nothing", () => {
  const chosen = chooseVersion({ routes: [{ versionNumber: 3, weight: 100 }] }, () => assert.fail("drawn"));
  assert.equal(chosen, 3);
});
