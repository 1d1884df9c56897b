// All of JSONata pays what it costs: the dearest step of each part is a small multiple of a known one, and nothing is left out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compositions, operations } from "../../testing/jsonata-expressions.ts";
import { jsonataWork } from "../../testing/jsonata-work.ts";
import { measureRow } from "../../testing/work-sweep.ts";
import { unlimitedWork } from "../work.ts";
import { operators } from "./compile/operators.ts";
import { childrenOf, type Node, parseExpression } from "./syntax.ts";

/** A step is a round figure; what does not pay at all comes out hundreds of times dearer. */
const mostRatio = 6;

for (const { name, rows } of jsonataWork()) {
  test(`${name}: ${rows.length} measured, all pay what they cost`, () => {
    const dear = rows.map((row) => measureRow(row, mostRatio)).filter(({ ratio }) => ratio > mostRatio);
    assert.deepEqual(dear, []);
  });
}

const kinds: Readonly<Record<Node["type"], true>> = {
  path: true,
  binary: true,
  unary: true,
  function: true,
  partial: true,
  lambda: true,
  transform: true,
  condition: true,
  sort: true,
  string: true,
  number: true,
  value: true,
  name: true,
  variable: true,
  block: true,
  bind: true,
  apply: true,
  regex: true,
  parent: true,
  wildcard: true,
  descendant: true,
  operator: true,
};

test("every kind of node and every operator is among them", () => {
  const nodes = [...operations, ...compositions].flatMap((text) => nodesOf(text));
  const found = new Set(nodes.map(({ type }) => type));
  assert.deepEqual(
    Object.keys(kinds).filter((kind) => !found.has(kind as Node["type"])),
    [],
  );
  const used = new Set(nodes.map((node) => (node.type === "binary" ? node.value : undefined)));
  assert.deepEqual(
    [...operators.keys(), "and", "or"].filter((operator) => !used.has(operator)),
    [],
  );
});

function nodesOf(text: string): readonly Node[] {
  const parsed = parseExpression(text, unlimitedWork());
  assert.ok("tree" in parsed, text);
  const nodes: Node[] = [parsed.tree];
  for (const node of nodes) nodes.push(...childrenOf(node));
  return nodes;
}
