// Which prepared definitions are kept.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Programs, type ProgramsOptions } from "./programs.ts";

const revision = (id: number, comment = "") => ({
  id,
  definition: JSON.stringify({ StartAt: "S", States: { S: { Type: "Succeed", Comment: comment } } }),
});

test("a program is prepared once, and the one used longest ago is let go where they are too many", () => {
  const isKept = keeping({ mostPrograms: 2, mostCharacters: Infinity });
  assert.deepEqual([1, 2, 1, 3, 1, 2].map(isKept), [false, false, true, false, true, false]);
});

test("programs are let go where their definitions are too large in all, but never the one that is used", () => {
  const { length } = revision(0).definition;
  const isKept = keeping({ mostPrograms: 1_000, mostCharacters: 2 * length }, { 4: "x".repeat(10 * length) });
  assert.deepEqual([1, 2, 1, 2, 3].map(isKept), [false, false, true, true, false]);
  assert.deepEqual([2, 3, 4, 4, 3, 3].map(isKept), [true, true, false, true, false, true]);
});

function keeping(options: ProgramsOptions, comments: { readonly [id: number]: string } = {}): (id: number) => boolean {
  const programs = new Programs(options);
  const seen = new Map<number, unknown>();
  return (id) => {
    const program = programs.of(revision(id, comments[id]));
    const isKept = seen.get(id) === program;
    seen.set(id, program);
    return isKept;
  };
}
