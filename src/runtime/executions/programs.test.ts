// Prepared definitions are shared, and let go by what they and their compiled parts take.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Programs } from "./programs.ts";

const revision = (id: number, output: string) => ({
  id,
  definition: JSON.stringify({
    StartAt: "S",
    States: { S: { Type: "Succeed", QueryLanguage: "JSONata", Output: `{% ${output} %}` } },
  }),
});

test("a program is prepared once, whatever is prepared besides", () => {
  const programs = new Programs();
  const [first, second] = [programs.of(revision(1, "1")), programs.of(revision(2, "2"))];
  assert.deepEqual([programs.of(revision(1, "1")) === first, programs.of(revision(2, "2")) === second], [true, true]);
});

test("what executions have compiled counts as well as the definition", () => {
  const few = revision(1, "1");
  const programs = new Programs(100 * few.definition.length);
  const first = programs.of(few);
  const many = revision(2, Array.from({ length: 100 }, () => "$a").join(" + "));
  programs.of(many);
  assert.equal(programs.of(few), first);
  const second = programs.of(many);
  const flow = second.states.get("S")?.flow;
  assert.ok(flow?.language === "JSONata" && flow.output?.isWhole);
  assert.notEqual(programs.of(few), first);
});
