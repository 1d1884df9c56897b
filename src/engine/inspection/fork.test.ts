import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isJsonObject, type Json, memberOf, stringifyJson } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import { parseMockFile, responseTo } from "../../runtime/mocks/mock-file.ts";
import { arbitraryWorkflow } from "../../testing/arbitrary-workflow.ts";
import { historyText, play, playedArns, playedIdentity } from "../../testing/play.ts";
import { apply } from "../apply.ts";
import type { TaskOutcome } from "../effect.ts";
import { newExecution } from "../execution.ts";
import type { JournalEvent } from "../journal/event.ts";
import { compareExecutions } from "./compare.ts";
import { fork } from "./fork.ts";
import { inferredDefinition } from "./inferred-definition.ts";
import { mockFileOf, recordedCalls } from "./recorded-calls.ts";
import { programShape } from "../../asl/program-shape.ts";

function forkOf(definition: Json, events: readonly JournalEvent[], input: Json) {
  return fork({
    identity: playedIdentity(definition),
    input: Payload.ofValue(input),
    roleArn: playedArns.role,
    calls: recordedCalls(events),
    startedAt: events[0]?.at ?? 0,
  });
}

const perform = ({ parameters: { value } }: { readonly parameters: Payload }): TaskOutcome => {
  const kind = isJsonObject(value) ? memberOf(value, "kind") : 0;
  if (kind === 1) return { kind: "failed", error: "Drawn", cause: "as drawn" };
  return { kind: "succeeded", output: Payload.ofValue({ given: kind ?? null }) };
};

test("a fork that changes nothing goes as the execution went that it was forked from", () => {
  fc.assert(
    fc.property(arbitraryWorkflow, (definition) => {
      // The result of a Map Run is not in the journal.
      fc.pre(!stringifyJson(definition).includes("DISTRIBUTED"));
      const input = { items: [1, "two", { three: 3 }] };
      const { events, execution } = play(definition, { input, perform });
      const forked = forkOf(definition, events, input);
      assert.equal(forked.execution.status, execution.status);
      assert.equal(withoutTokens(historyText(forked.events)), withoutTokens(historyText(events)));
      if (execution.status !== "RUNNING") assert.deepEqual(forked.unanswered, []);
    }),
    { numRuns: 200 },
  );
});

function withoutTokens(text: string): string {
  return text.replaceAll(/token-\d+|\(the token of the task\)/g, "token");
}

const definition = (greater: number): Json => ({
  StartAt: "Ask",
  States: {
    Ask: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", ResultPath: "$.answer", Next: "C" },
    C: { Type: "Choice", Choices: [{ Variable: "$.n", NumericGreaterThan: greater, Next: "Pay" }], Default: "W" },
    W: { Type: "Wait", Seconds: 100, End: true },
    Pay: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", TimeoutSeconds: 5, End: true },
  },
});

const answered = (): TaskOutcome => ({ kind: "succeeded", output: Payload.ofText("42") });

test("a fork with another input goes another way, with the results that were recorded", () => {
  const { events } = play(definition(10), { input: { n: 1 }, perform: answered });
  const forked = forkOf(definition(10), events, { n: 11 });
  assert.deepEqual(
    forked.unanswered.map(({ state, invocation, parameters }) => [state, invocation, parameters.text]),
    [["Pay", 0, '{"n":11,"answer":42}']],
  );
  // Whether the call would have timed out is not known either.
  assert.equal(forked.execution.status, "RUNNING");
  const { visits, divergence } = compareExecutions(events, forked.events);
  assert.equal(divergence, 0);
  assert.deepEqual(
    visits.map(({ key }) => key),
    ["Ask", "C", "Pay", "W"],
  );
});

test("a fork with another definition is told apart where that makes a difference", () => {
  const { events } = play(definition(10), { input: { n: 11 }, perform: answered });
  const forked = forkOf(definition(20), events, { n: 11 });
  assert.equal(forked.execution.status, "SUCCEEDED");
  const { visits, divergence } = compareExecutions(events, forked.events);
  assert.equal(visits[divergence ?? 0]?.key, "C");
  assert.deepEqual(visits[divergence ?? 0]?.differs, ["next"]);
});

test("a fork waits for the result of a Map Run, which is not in the journal", () => {
  const distributed: Json = {
    StartAt: "M",
    States: {
      M: {
        Type: "Map",
        ItemsPath: "$.items",
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
          StartAt: "P",
          States: { P: { Type: "Pass", End: true } },
        },
        End: true,
      },
    },
  };
  const { events, execution } = play(distributed, { input: { items: [1] } });
  assert.equal(execution.status, "SUCCEEDED");
  const { unanswered } = forkOf(distributed, events, { items: [1, 2] });
  assert.deepEqual(
    unanswered.map(({ state, parameters }) => [state, parameters.text]),
    [["M", '{"items":[1,2]}']],
  );
});

test("a fork that would go on for ever is cut off by its history", () => {
  const round: Json = { StartAt: "A", States: { A: { Type: "Pass", Next: "A" } } };
  const forked = fork({
    identity: playedIdentity(round),
    input: Payload.ofText("{}"),
    roleArn: "",
    calls: new Map(),
    startedAt: 0,
  });
  assert.equal(forked.execution.status, "FAILED");
  assert.match(forked.execution.cause ?? "", /maximum number of history events/);
});

test("recorded results make a mock file that the server reads", () => {
  const retry = { ErrorEquals: ["States.ALL"], MaxAttempts: 3, IntervalSeconds: 1 };
  const flaky: Json = {
    StartAt: "T",
    States: { T: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Retry: [retry], End: true } },
  };
  let calls = 0;
  const { events } = play(flaky, {
    perform: () =>
      calls++ < 2 ? { kind: "failed", error: "Busy" } : { kind: "succeeded", output: Payload.ofText("1.0") },
  });
  const text = mockFileOf(recordedCalls(events), { stateMachineName: "played", testCase: "forked" });
  assert.match(text, /"Return": 1\.0/);
  const ranges = parseMockFile(text).findTestCase("played", "forked")?.get("T");
  assert.ok(ranges !== undefined);
  assert.deepEqual(
    ranges.map(({ first, last }) => [first, last]),
    [
      [0, 1],
      [2, 2],
    ],
  );
  assert.deepEqual(responseTo(ranges, 1), { kind: "throw", error: "Busy", cause: undefined });
});

test("names of states that mean something to a prototype are names in a mock file", () => {
  const named: Json = {
    StartAt: "__proto__",
    States: { ["__proto__"]: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true } },
  };
  const { events } = play(named, { perform: answered });
  const text = mockFileOf(recordedCalls(events), { stateMachineName: "constructor", testCase: "__proto__" });
  assert.equal(parseMockFile(text).findTestCase("constructor", "__proto__")?.get("__proto__")?.length, 1);
});

test("a definition that is made up from a history folds it", () => {
  fc.assert(
    fc.property(arbitraryWorkflow, (drawn) => {
      const { events, execution } = play(drawn, { input: { items: [1, 2] }, perform, redrives: 1 });
      const program = programShape(inferredDefinition(events));
      const folded = newExecution({ ...playedIdentity(drawn), program });
      for (const event of events) apply(folded, event);
      assert.equal(folded.status, execution.status);
      assert.equal(folded.output?.text, execution.output?.text);
    }),
    { numRuns: 100 },
  );
});

test("a definition that is made up has the ways that were gone", () => {
  const { events } = play(definition(10), { input: { n: 1 }, perform: answered });
  assert.deepEqual(inferredDefinition(events), {
    Comment: "Made up from a history: states that were not visited are not in it.",
    StartAt: "Ask",
    States: {
      Ask: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Next: "C" },
      C: { Type: "Choice", Choices: [{ Next: "W" }] },
      W: { Type: "Wait", End: true },
    },
  });
});
