// Laws that every drawing keeps, proved on fixtures, on random definitions, and on the sample workflows where they are at
// hand.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { parseJson, type Json } from "../asl/json.ts";
import type { Box, Point } from "./edge-routes.ts";
import { graphOf } from "./graph.ts";
import { layoutGraph, type PositionedEdge, type PositionedGraph } from "./layout.ts";
import { renderMermaid } from "./mermaid.ts";
import { renderSvg } from "./svg.ts";

const samples = process.env["PAWL_SAMPLES"] ?? fileURLToPath(new URL("../../../shared/samples", import.meta.url));

test("the samples keep the laws of a drawing", { skip: existsSync(samples) ? false : `no folder ${samples}` }, () => {
  const names = readdirSync(samples).filter((name) => name.endsWith(".json"));
  assert.ok(names.length > 0);
  for (const name of names) {
    const definition = parseJson(readFileSync(`${samples}/${name}`, "utf8"));
    assert.deepEqual(wrongsOf(definition), [], name);
    const problems = graphOf(definition).nodes.filter(({ type }) => type === "Unknown");
    assert.deepEqual(problems, [], name);
  }
});

const names = [
  "<script>alert(1)</script>",
  `"quoted" 'name' & more`,
  "two\nlines",
  "😀".repeat(80),
  "__proto__",
  "]]>",
  "\ud800",
  "",
];
const hostileText = `{% ]]><script>"'&\u0001\ud800 %}`;

test("hostile names keep the laws of a drawing", () => {
  const states = names.map((name, index): readonly [string, Json] => [
    name,
    {
      Type: "Task",
      Resource: hostileText,
      Next: names[index + 1] ?? "</svg>",
      Catch: [{ ErrorEquals: [name], Next: name }],
    },
  ]);
  assert.deepEqual(wrongsOf({ StartAt: "__proto__", States: Object.fromEntries(states) }), []);
});

test("any JSON value is drawn", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) =>
      assert.deepEqual(wrongsOf(parseJson(JSON.stringify(value))), []),
    ),
    { numRuns: 50 },
  );
});

const name = fc.constantFrom("A", "B", "C", "D", "E", "missing");
const type = fc.constantFrom("Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map", "Nonsense");
const { scope } = fc.letrec<{ scope: Json; state: Json }>((tie) => ({
  scope: fc.record({ StartAt: name, States: fc.dictionary(name, tie("state"), { maxKeys: 6 }) }, { requiredKeys: [] }),
  state: fc.record(
    {
      Type: type,
      Next: name,
      End: fc.boolean(),
      Default: name,
      Choices: fc.array(fc.record({ Variable: fc.string(), IsNull: fc.boolean(), Next: name }), { maxLength: 4 }),
      Catch: fc.array(fc.record({ ErrorEquals: fc.array(fc.string()), Next: name }), { maxLength: 3 }),
      Branches: fc.array(fc.oneof({ maxDepth: 2 }, fc.constant({}), tie("scope")), { maxLength: 3 }),
      ItemProcessor: fc.oneof({ maxDepth: 2 }, fc.constant({}), tie("scope")),
    },
    { requiredKeys: ["Type"] },
  ),
}));

test("random definitions keep the laws of a drawing", () => {
  fc.assert(
    fc.property(scope, (definition) => assert.deepEqual(wrongsOf(definition), [])),
    { numRuns: 150 },
  );
});

test("a scope too large for dagre is drawn in rows, in bounded time", () => {
  const states = Object.fromEntries(
    Array.from({ length: 1_500 }, (_, i) => [`S${i}`, { Type: "Pass", Next: `S${i + 1}` }]),
  );
  assert.deepEqual(wrongsOf({ StartAt: "S0", States: states }, { isDense: true }), []);
  const all = Array.from({ length: 40 }, (_, i) => `S${i}`);
  const dense = all.map((state) => [
    state,
    { Type: "Choice", Choices: all.map((Next) => ({ Condition: "{% a %}", Next })) },
  ]);
  assert.deepEqual(wrongsOf({ StartAt: "S0", States: Object.fromEntries(dense) }, { isDense: true }), []);
});

test("in a scope too large for dagre, edges across rows run beside what stands in them", () => {
  const states = Array.from({ length: 600 }, (_, i): [string, Json] => {
    const [next, back] = [`S${(i + 1) % 600}`, `S${Math.max(0, i - 4)}`];
    const rules = [2, 3].map((step) => ({ Condition: "{% a %}", Next: `S${Math.min(599, i + step)}` }));
    const choice = { Type: "Choice", Choices: [...rules, { Condition: "{% b %}", Next: back }], Default: next };
    return [`S${i}`, i % 5 === 0 ? choice : { Type: "Pass", Next: next }];
  });
  assert.deepEqual(wrongsOf({ StartAt: "S0", States: Object.fromEntries(states) }), []);
});

test("the same definition gives the same drawing", () => {
  const definition: Json = { StartAt: "A", States: { A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Next: "A" } } };
  assert.equal(
    renderSvg(layoutGraph(graphOf(definition))),
    renderSvg(layoutGraph(graphOf(structuredClone(definition)))),
  );
});

/** The faults of the drawings of a definition. In a dense scope, edges may run through nodes. */
function wrongsOf(definition: Json, options: { readonly isDense?: boolean } = {}): readonly string[] {
  const graph = graphOf(definition);
  const drawing = layoutGraph(graph);
  renderMermaid(graph);
  assert.equal(drawing.nodes.length, graph.nodes.length, "every node is placed");
  assert.equal(drawing.edges.length, graph.edges.length, "every edge is routed");
  return [
    ...overlaps(drawing),
    ...outsiders(drawing),
    ...drawing.edges.flatMap((edge) => wrongsOfEdge(edge, drawing, options.isDense ?? false)),
    ...markupErrors(renderSvg(drawing, { theme: "auto" })),
    ...markupErrors(renderSvg(drawing, { theme: "dark", statusOf: () => "caught" })),
  ];
}

function overlaps({ nodes }: PositionedGraph): readonly string[] {
  const wrongs: string[] = [];
  for (const siblings of Map.groupBy(nodes, ({ scope: id }) => id).values()) {
    const sorted = siblings.toSorted((left, right) => left.y - right.y);
    for (const [index, node] of sorted.entries()) {
      for (const other of sorted.slice(index + 1)) {
        if (other.y >= node.y + node.height) break;
        if (doOverlap(node, other)) wrongs.push(`${node.id} overlaps ${other.id}`);
      }
    }
  }
  return wrongs;
}

/** Nodes outside the container that they belong in, and scopes and labels outside of the drawing. */
function outsiders(drawing: PositionedGraph): readonly string[] {
  const page = { x: 0, y: 0, width: drawing.width, height: drawing.height };
  const byId = new Map(drawing.nodes.map((node) => [node.id, node]));
  const scopes = new Map(drawing.scopes.map((found) => [found.id, found]));
  const wrongs = drawing.nodes.flatMap((node) => {
    const found = scopes.get(node.scope);
    const container = found?.owner === undefined ? page : byId.get(found.owner);
    const isInside =
      found !== undefined && container !== undefined && isWithin(node, found) && isWithin(node, container);
    return isInside ? [] : [`${node.id} lies outside`];
  });
  const labels = drawing.edges.flatMap(({ id, labelBox }) => {
    return labelBox === undefined || isWithin(labelBox, page) ? [] : [`the label of ${id} lies outside`];
  });
  return [...wrongs, ...labels];
}

function wrongsOfEdge(edge: PositionedEdge, drawing: PositionedGraph, isDense: boolean): readonly string[] {
  const siblings = drawing.nodes.filter(({ scope: id }) => id === edge.scope);
  const ends = [edge.from, edge.to].map((id) => siblings.find((node) => node.id === id));
  const wrongs: string[] = [];
  for (const [index, point] of [edge.points[0], edge.points.at(-1)].entries()) {
    const box = ends[index];
    if (box === undefined || point === undefined || !touches(point, box)) wrongs.push(`${edge.id} has a loose end`);
  }
  if (isDense || edge.from === edge.to) return wrongs;
  for (const [index, to] of edge.points.entries()) {
    const from = edge.points[index - 1];
    if (from === undefined) continue;
    const way = {
      x: Math.min(from.x, to.x),
      y: Math.min(from.y, to.y),
      width: Math.abs(from.x - to.x),
      height: Math.abs(from.y - to.y),
    };
    const crossed = siblings.find((node) => doOverlap(way, node));
    if (crossed !== undefined) wrongs.push(`${edge.id} runs through ${crossed.id}`);
  }
  return wrongs;
}

function doOverlap(a: Box, b: Box): boolean {
  const slack = 0.6;
  return (
    a.x + slack < b.x + b.width &&
    b.x + slack < a.x + a.width &&
    a.y + slack < b.y + b.height &&
    b.y + slack < a.y + a.height
  );
}

function isWithin(inner: Box, outer: Box): boolean {
  return (
    inner.x >= outer.x - 0.6 &&
    inner.y >= outer.y - 0.6 &&
    inner.x + inner.width <= outer.x + outer.width + 0.6 &&
    inner.y + inner.height <= outer.y + outer.height + 0.6
  );
}

function touches(point: Point, box: Box): boolean {
  const isInside = isWithin({ ...point, width: 0, height: 0 }, box);
  const [dx, dy] = [point.x - box.x, point.y - box.y];
  return isInside && [dx, dy, box.width - dx, box.height - dy].some((distance) => Math.abs(distance) <= 0.6);
}

/** Reads the text as XML does: elements closed in order, attributes quoted and unique, only known entities, no bare `<`. */
function markupErrors(svg: string): readonly string[] {
  const open: string[] = [];
  let rest = svg.trimEnd();
  if (/[[\p{Cc}--[\t\n\r]]\ufffe\uffff]/v.test(svg) || !svg.isWellFormed()) return ["a character that XML forbids"];
  while (rest !== "") {
    const [found, text = "", close, tag, attributes = "", end] =
      /^([^<]*)(?:<\/([a-z]+)>|<([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>)/.exec(rest) ?? [];
    if (found === undefined) return [`not XML: ${rest.slice(0, 80)}`];
    if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(text + attributes)) return [`unknown entity: ${text}${attributes}`];
    const attributeNames = [...attributes.matchAll(/ ([a-zA-Z:-]+)="/g)].map(([, attribute]) => attribute);
    if (new Set(attributeNames).size !== attributeNames.length) return [`an attribute twice: ${attributes}`];
    if (tag !== undefined && end === "") open.push(tag);
    if (tag === "script" || attributeNames.some((attribute) => attribute?.startsWith("on"))) return ["a script"];
    if (/NaN|undefined|Infinity/.test(attributes.replace(/data-node="[^"]*"/, ""))) return [`no number: ${attributes}`];
    if (close !== undefined && open.pop() !== close) return [`${close} closes nothing`];
    rest = rest.slice(found.length);
    if (open.length === 0 && rest !== "") return [`text after the end: ${rest.slice(0, 80)}`];
  }
  return open.length === 0 ? [] : [`${open.join()} is not closed`];
}
