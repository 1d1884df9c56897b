import assert from "node:assert/strict";
import { test } from "node:test";
import { BodyBudget } from "./body-budget.ts";

const kilobytes = (count: number): number => count * 1024;

void test("bodies share a budget, each key has a part of it, and the beginning of every body is free", () => {
  const budget = new BodyBudget({ total: kilobytes(200), ofKey: kilobytes(100) });
  const flood = [budget.open("A"), budget.open("A")];
  assert.equal(flood[0]?.grow(kilobytes(80)), true);
  assert.equal(flood[1]?.grow(kilobytes(80)), false, "the key has had its part");
  assert.equal(flood[1]?.grow(kilobytes(16)), true, "the beginning is free");
  const other = budget.open("B");
  assert.equal(other.grow(kilobytes(110)), true);
  const nobody = budget.open("");
  assert.equal(nobody.grow(kilobytes(80)), false, "all together have had theirs");
  other.release();
  assert.equal(nobody.grow(kilobytes(80)), true);
  flood[0]?.release();
  assert.equal(flood[1]?.grow(kilobytes(80)), true);
  flood[1]?.release();
  flood[1]?.release();
  nobody.release();
  assert.equal(budget.open("C").grow(kilobytes(116)), true, "nothing is taken any more");
});
