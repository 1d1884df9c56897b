import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isJsonObject, type Json, memberOf } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import { arbitraryWorkflow } from "../../testing/arbitrary-workflow.ts";
import { play, type Played, playedIdentity, type PlayOptions } from "../../testing/play.ts";
import type { TaskOutcome } from "../effect.ts";
import { newExecution } from "../execution.ts";
import type { JournalEvent } from "../journal/event.ts";
import { explainState, type StateExplanation } from "./explain-state.ts";
import { TimeTravel } from "./time-travel.ts";
import { type Occasion, type Visit, visitsOf } from "./visits.ts";

/** All that was decided of the visits of a played workflow, in order. */
function explained(definition: Json, { events }: Played): readonly (readonly [Visit, Occasion, StateExplanation])[] {
  const travel = new TimeTravel(newExecution(playedIdentity(definition)));
  travel.append(events);
  return visitsOf(events).flatMap((visit) =>
    visit.occasions.map((occasion) => {
      const taskToken = ({ scheduledEventId }: { scheduledEventId: number }) => `token-${scheduledEventId}`;
      return [visit, occasion, explainState(travel.at(occasion.position), occasion, { taskToken })] as const;
    }),
  );
}

function explainedVisits(definition: Json, options: PlayOptions) {
  const played = play(definition, options);
  return explained(definition, played).map(([{ name, type }, , explanation]) => ({ name, type, ...explanation }));
}

/** An event without its place in the journal. */
function bodyOf({ id: _id, previousEventId: _previous, at: _at, ...body }: JournalEvent): string {
  return JSON.stringify(body, (_, value: unknown) => (value instanceof Payload ? value.text : value));
}

test("what is explained of a state is what was decided of it, whatever the workflow", () => {
  let occasions = 0;
  fc.assert(
    fc.property(arbitraryWorkflow, (definition) => {
      const played = play(definition, {
        input: { items: [1, "two", { three: 3 }] },
        stepMs: 7,
        redrives: 1,
        perform: ({ parameters: { value } }): TaskOutcome => {
          const kind = isJsonObject(value) ? memberOf(value, "kind") : 0;
          if (kind === 1) return { kind: "failed", error: "Drawn", cause: "as drawn" };
          return { kind: "succeeded", output: Payload.ofValue({ given: value }) };
        },
      });
      for (const [, { position, outcome }, { events }] of explained(definition, played)) {
        const after = played.events.slice(outcome === undefined ? position : position + 1).map(bodyOf);
        const [decided] = events.map(bodyOf);
        // Tasks that time out together are listed before what follows.
        if (outcome?.kind === "TaskTimedOut") assert.ok(decided !== undefined && after.includes(decided));
        else assert.equal(decided, after[0]);
        occasions += 1;
      }
    }),
    { numRuns: 200 },
  );
  assert.ok(occasions > 500, `${occasions} occasions`);
});

test("a Choice is explained by its rules with the values that they saw", () => {
  const rules = [
    { Variable: "$.total", NumericGreaterThan: 100, Next: "End" },
    {
      And: [
        { Variable: "$.vip", BooleanEquals: true },
        { Variable: "$.total", NumericLessThanPath: "$.limit" },
      ],
      Next: "End",
    },
  ];
  const definition = {
    StartAt: "C",
    States: { C: { Type: "Choice", Choices: rules, Default: "End" }, End: { Type: "Succeed" } },
  };
  const [choice] = explainedVisits(definition, { input: { total: 50, vip: true, limit: 40 } });
  assert.deepEqual(choice?.rules, [
    {
      position: 0,
      condition: {
        kind: "comparison",
        operator: "NumericGreaterThan",
        variable: "$.total",
        value: 50,
        operand: 100,
        matched: false,
      },
    },
    {
      position: 1,
      condition: {
        kind: "And",
        matched: false,
        rules: [
          {
            kind: "comparison",
            operator: "BooleanEquals",
            variable: "$.vip",
            value: true,
            operand: true,
            matched: true,
          },
          {
            kind: "comparison",
            operator: "NumericLessThanPath",
            variable: "$.total",
            value: 50,
            operand: 40,
            matched: false,
          },
        ],
      },
    },
  ]);
});

test("a Choice in JSONata is explained by what its conditions compare", () => {
  const definition = {
    QueryLanguage: "JSONata",
    StartAt: "C",
    States: {
      C: {
        Type: "Choice",
        Choices: [{ Condition: "{% $states.input.total > $random() * 0 %}", Next: "End" }],
        Default: "End",
      },
      End: { Type: "Succeed" },
    },
  };
  const [choice] = explainedVisits(definition, { input: { total: 50 } });
  assert.deepEqual(choice?.rules[0]?.condition, {
    kind: "comparison",
    operator: ">",
    matched: true,
    left: { text: "$states.input.total", value: 50 },
    right: { text: "$random() * 0", value: 0 },
  });
});

const failing = (more: { readonly [field: string]: Json }) => ({
  StartAt: "T",
  States: {
    T: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true, ...more },
    H: { Type: "Succeed" },
  },
});

test("a failure is explained by the Retrier that names it and until when, then by the Catcher", () => {
  const Retry = [
    { ErrorEquals: ["Other"], MaxAttempts: 5 },
    { ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 4, MaxAttempts: 1 },
  ];
  const definition = failing({ Retry, Catch: [{ ErrorEquals: ["Lost"], Next: "H" }] });
  const start = Date.UTC(2026, 0, 1);
  const perform = (): TaskOutcome => ({ kind: "failed", error: "Lost", cause: "at sea" });
  const recoveries = explainedVisits(definition, { start, perform }).flatMap((visit) => visit.recoveries);
  const [first, second] = recoveries;
  assert.equal(recoveries.length, 2);
  assert.deepEqual([first?.retrier?.position, first?.retrier?.attempts, first?.retrier?.until], [1, 0, start + 4_000]);
  assert.equal(first?.catcher, undefined);
  assert.deepEqual([second?.retrier?.position, second?.retrier?.attempts, second?.retrier?.until], [1, 1, undefined]);
  assert.deepEqual(second?.catcher, { position: 0, next: "H" });
  assert.deepEqual(second?.failure, { error: "Lost", cause: "at sea" });
});

test("a failure below is explained at every state that it comes to", () => {
  const inner = {
    StartAt: "T",
    States: { T: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true } },
  };
  const definition = {
    StartAt: "M",
    States: {
      M: {
        Type: "Map",
        ItemsPath: "$",
        ItemProcessor: { StartAt: "P", States: { P: { Type: "Parallel", Branches: [inner], End: true } } },
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "H" }],
        End: true,
      },
      H: { Type: "Succeed" },
    },
  };
  const visits = explainedVisits(definition, { input: [1], perform: () => ({ kind: "failed", error: "Lost" }) });
  const map = visits.findLast(({ name }) => name === "M");
  assert.deepEqual(
    map?.recoveries.map(({ state, failure, catcher }) => [state, failure.error, catcher?.next]),
    [
      ["T", "Lost", undefined],
      ["P", "Lost", undefined],
      ["M", "Lost", "H"],
    ],
  );
});

test("a path that fails is explained by the part that leads nowhere", () => {
  const definition = failing({ Parameters: { who: { "name.$": "$.order.buyer.name" } } });
  const [visit] = explainedVisits(definition, { input: { order: { id: 7 } } });
  assert.deepEqual(visit?.problem, {
    kind: "path",
    path: "$.order.buyer.name",
    field: "name.$",
    part: { found: { path: "$.order", value: { id: 7 } }, missing: ".buyer.name" },
  });
});

test("an expression that fails is explained by its references that lead nowhere", () => {
  const definition = failing({
    QueryLanguage: "JSONata",
    Arguments: { items: [1, { name: "{% $states.input.order.buyer.name %}" }] },
  });
  const [visit] = explainedVisits(definition, { input: { order: { id: 7 } } });
  assert.deepEqual(visit?.problem, {
    kind: "expression",
    location: "Arguments/items[1]/name",
    source: "$states.input.order.buyer.name",
    missing: [{ text: "$states.input.order.buyer.name", found: { text: "$states.input.order", value: { id: 7 } } }],
  });
});

test("the data of a state is explained step by step", () => {
  const definition = failing({
    InputPath: "$.in",
    Parameters: { "x.$": "$.x" },
    ResultSelector: { "y.$": "$.x" },
    ResultPath: "$.out",
  });
  const [begun, ended] = explainedVisits(definition, { input: { in: { x: 1 } } });
  const shown = (visit: StateExplanation | undefined) => visit?.steps.map(({ step, value }) => [step, value.text]);
  assert.deepEqual(shown(begun), [
    ["afterInputPath", '{"x":1}'],
    ["afterParameters", '{"x":1}'],
  ]);
  assert.deepEqual(shown(ended), [
    ["result", '{"x":1}'],
    ["afterResultSelector", '{"y":1}'],
    ["afterResultPath", '{"in":{"x":1},"out":{"y":1}}'],
  ]);
});
