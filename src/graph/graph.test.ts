import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson, type Json } from "../asl/json.ts";
import { graphLimits, graphOf, type Graph } from "./graph.ts";

function edgeTexts(graph: Graph): readonly string[] {
  return graph.edges.map(({ from, to, kind, label }) => `${from} -> ${to} ${kind}${label === "" ? "" : `: ${label}`}`);
}

function problemsOf(graph: Graph): readonly string[] {
  return graph.nodes.flatMap(({ id, problem }) => (problem === undefined ? [] : [`${id}: ${problem}`]));
}

const order: Json = {
  StartAt: "Check",
  States: {
    Check: {
      Type: "Choice",
      Choices: [{ Variable: "$.total", NumericGreaterThan: 100, Next: "Each" }],
      Default: "Stop",
    },
    Each: {
      Type: "Map",
      ItemProcessor: { StartAt: "Weigh", States: { Weigh: { Type: "Pass", End: true } } },
      Catch: [{ ErrorEquals: ["States.Timeout", "Out.OfStock"], Next: "Stop" }],
      Retry: [{ ErrorEquals: ["States.ALL"] }],
      Next: "Both",
    },
    Both: {
      Type: "Parallel",
      Branches: [
        { StartAt: "Left", States: { Left: { Type: "Succeed" } } },
        { Comment: "The other", States: {} },
      ],
      End: true,
    },
    Stop: { Type: "Fail", Error: "Too.Small" },
  },
};

test("every transition of a definition is an edge, with what it says", () => {
  assert.deepEqual(edgeTexts(graphOf(order)), [
    "/States/Each/ItemProcessor/Start -> /States/Each/ItemProcessor/States/Weigh next",
    "/States/Each/ItemProcessor/States/Weigh -> /States/Each/ItemProcessor/End next",
    "/States/Both/Branches/0/Start -> /States/Both/Branches/0/States/Left next",
    "/States/Both/Branches/0/States/Left -> /States/Both/Branches/0/End next",
    "/Start -> /States/Check next",
    "/States/Check -> /States/Each choice: $.total > 100",
    "/States/Check -> /States/Stop default: default",
    "/States/Each -> /States/Both next",
    "/States/Each -> /States/Stop catch: States.Timeout, Out.OfStock",
    "/States/Both -> /End next",
  ]);
});

test("a Map has one scope inside, a Parallel one for each branch", () => {
  assert.deepEqual(graphOf(order).scopes, [
    { id: "", owner: undefined, label: "" },
    { id: "/States/Each/ItemProcessor", owner: "/States/Each", label: "Each item" },
    { id: "/States/Both/Branches/0", owner: "/States/Both", label: "Branch 1" },
    { id: "/States/Both/Branches/1", owner: "/States/Both", label: "The other" },
  ]);
});

test("a node carries its state's name, type, scope and retriers", () => {
  const node = graphOf(order).nodes.find(({ name }) => name === "Each");
  assert.deepEqual(node, {
    id: "/States/Each",
    name: "Each",
    type: "Map",
    label: "Each",
    subLabel: "Map",
    scope: "",
    hasRetry: true,
    problem: undefined,
  });
});

const wrong: readonly (readonly [definition: string, problems: readonly string[]])[] = [
  [`5`, ["/Start: The definition is not an object."]],
  [`{}`, ["/Start: States is missing."]],
  [`{"States":{"A":{"Type":"Succeed"}}}`, ["/Start: StartAt is missing."]],
  [`{"StartAt":1,"States":{}}`, ["/Start: StartAt is not the name of a state."]],
  [`{"StartAt":"A","States":{}}`, ["/Missing/A: No state of this scope has this name."]],
  [`{"StartAt":"A","States":{"A":{"Type":"Pass"}}}`, ["/States/A: Next or End is missing."]],
  [`{"StartAt":"A","States":{"A":{"Type":"Pass","End":false}}}`, ["/States/A: Next or End is missing."]],
  [`{"StartAt":"A","States":{"A":{"Type":"Pass","Next":7}}}`, ["/States/A: Next is not the name of a state."]],
  [`{"StartAt":"A","States":{"A":{"End":true}}}`, ["/States/A: Type is missing."]],
  [`{"StartAt":"A","States":{"A":{"Type":"Jump","End":true}}}`, ["/States/A: Type is not a state type."]],
  [`{"StartAt":"A","States":{"A":null}}`, ["/States/A: The state is not an object."]],
  [`{"StartAt":"A","States":{"A":{"Type":"Choice"}}}`, ["/States/A: Choices is missing or empty."]],
  [`{"StartAt":"A","States":{"A":{"Type":"Map","End":true}}}`, ["/States/A: ItemProcessor is missing."]],
  [`{"StartAt":"A","States":{"A":{"Type":"Parallel","Branches":{}}}}`, ["/States/A: Branches is missing or empty."]],
  [
    `{"StartAt":"A","States":{"A":{"Type":"Parallel","Branches":[null],"End":true}}}`,
    ["/States/A/Branches/0/Start: The definition is not an object."],
  ],
  [
    `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"C":{"Type":"Pass","Next":"B"}}}`,
    ["/Missing/B: No state of this scope has this name."],
  ],
];

for (const [definition, problems] of wrong) {
  test(`${definition} is drawn with what is wrong with it`, () =>
    assert.deepEqual(problemsOf(graphOf(parseJson(definition))), problems));
}

test("names that JavaScript objects inherit are names like any other", () => {
  const graph = graphOf(
    parseJson(`{"StartAt":"__proto__","States":{"__proto__":{"Type":"Pass","Next":"constructor"}}}`),
  );
  assert.deepEqual(edgeTexts(graph), [
    "/Start -> /States/__proto__ next",
    "/States/__proto__ -> /Missing/constructor next",
  ]);
});

test("names with slashes and tildes keep ids apart", () => {
  const graph = graphOf({ States: { "a/b": {}, "a~1b": {}, ["x".repeat(200)]: {}, ["x".repeat(201)]: {} } });
  assert.equal(new Set(graph.nodes.map(({ id }) => id)).size, graph.nodes.length);
});

test("a definition that is too large is drawn in part and says so", () => {
  const states = Object.fromEntries(
    Array.from({ length: graphLimits.nodes + 1 }, (_, i) => [`S${i}`, { Type: "Pass", Next: `S${i + 1}` }]),
  );
  const graph = graphOf({ StartAt: "S0", States: states });
  assert.ok(graph.isTruncated);
  assert.ok(graph.nodes.length <= graphLimits.nodes + 2);
  const rules = Array.from({ length: 20_000 }, (_, i) => ({ Variable: "$", IsNull: true, Next: `S${i}` }));
  const wide = graphOf({ StartAt: "A", States: { A: { Type: "Choice", Choices: rules } } });
  assert.ok(wide.isTruncated);
  assert.equal(wide.edges.length, graphLimits.edges);
});

test("scopes nested too deeply are left out and marked", () => {
  let definition: Json = { StartAt: "Last", States: { Last: { Type: "Succeed" } } };
  for (let depth = 0; depth < 1_000; depth++) {
    definition = { StartAt: "M", States: { M: { Type: "Map", ItemProcessor: definition, End: true } } };
  }
  const graph = graphOf(definition);
  assert.equal(graph.scopes.length, graphLimits.depth + 1);
  assert.match(problemsOf(graph).join(), /nested too deeply/);
});
