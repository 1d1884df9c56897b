// Findings as they are told: what is left out because it follows from another, what is added, and where it is meant.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../json.ts";
import { inOneGo } from "../pieces.ts";
import { validateDefinition } from "../validate/validate.ts";
import { adviceText, advised, locationMeant } from "./advice.ts";
import { jsonTextProblem } from "./json-text.ts";

function toldOf(definition: Json): readonly string[] {
  const found = inOneGo(validateDefinition(JSON.stringify(definition), { type: "STANDARD" }));
  return advised(found, definition).map((finding) => `${locationMeant(finding)}: ${adviceText(finding)}`);
}

const done = { Type: "Succeed" };

test("a state that nothing leads to is told of beside mistakes that are none of a way, and not beside one of its own scope", () => {
  const orphan =
    '/States/Orphan: State "Orphan" is not reachable. No state leads to it: name it in a Next, or remove it';
  const typo = { StartAt: "B", States: { B: { Type: "Pass", Next: "Thre" }, Three: done } };
  const rows: readonly (readonly [start: Json, ...told: RegExp[]])[] = [
    [{ Type: "Pass", InputPath: "a", Next: "Done" }, /InputPath/, /Orphan/],
    [{ Type: "Pass", Next: "Dnoe" }, /Did you mean Done\?/],
    [{ Type: "Pass", Nxet: "Done" }, /Did you mean Next\?/, /It has neither/],
    [{ Type: "Pass" }, /It has neither/],
    [
      { Type: "Parallel", Branches: [typo], Next: "Done" },
      /Branches\[0\]\/States\/B\/Next.*Did you mean Three\?/,
      /Orphan/,
    ],
  ];
  for (const [start, ...told] of rows) {
    const found = toldOf({ StartAt: "Start", States: { Start: start, Done: done, Orphan: done } });
    assert.equal(found.length, told.length, found.join("\n"));
    for (const [index, pattern] of told.entries()) assert.match(found[index] ?? "", pattern);
    if (told.at(-1)?.source === "Orphan") assert.equal(found.at(-1), orphan);
  }
});

test("a value within a field is meant itself, at any depth", () => {
  const payload = { list: [{ "a/b.$": "no path" }] };
  const call = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true };
  const parameters = { FunctionName: "f", Payload: payload };
  const [told = "", ...others] = toldOf({ StartAt: "A", States: { A: { ...call, Parameters: parameters } } });
  assert.match(
    told,
    /^\/States\/A\/Parameters\/Payload\/list\[0\]\/a\/b\.\$: The value for the field 'a\/b\.\$' must be/,
  );
  assert.deepEqual(others, []);
});

test("a definition of nothing but mistakes is told of, within bounds", { timeout: 20_000 }, () => {
  const names = Array.from({ length: 3000 }, (_, i) => `${"n".repeat(60)}${i}`);
  const states = Object.fromEntries(names.map((name) => [name, { Type: "Pass", Next: `${name}x`, "id.$": "f(" }]));
  assert.ok(toldOf({ StartAt: names[0] ?? "", States: states }).length <= 1000);
});

test("text that is no JSON is told of with what is meant", () => {
  const rows: readonly (readonly [text: string, advice: string | undefined])[] = [
    ['{"a": True}', "Write true"],
    ["{a: 1}", 'Names stand in double quotes: "a"'],
    ['{"a": abc}', 'Texts stand in double quotes: "abc"'],
    ['["a" "b"]', "Put a comma before it"],
    ['["a",\n]', "Remove the comma before it, at the end of line 1"],
    ['{"a": "\\"b\n"}', "The text that begins in column 7 of line 1 has no closing quotation mark"],
    ['{"a": ["b"', "The [ of line 1 has no ]; 2 are open in all"],
    ['{"a": 1} x', "The value ends before it: remove what follows"],
    ["}", undefined],
  ];
  assert.equal(
    jsonTextProblem('{"a": "b')?.advice,
    "The text that begins in column 7 of line 1 has no closing quotation mark",
  );
  for (const [text, advice] of rows) assert.equal(jsonTextProblem(text)?.advice, advice, text);
  assert.equal(jsonTextProblem('{"a": 1}'), undefined);
});
