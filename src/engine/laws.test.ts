import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isJsonObject, type Json, memberOf } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import { programShape } from "../asl/program-shape.ts";
import { decodeEvents, encodeEvents } from "./journal/event-codec.ts";
import { arbitraryWorkflow } from "../testing/arbitrary-workflow.ts";
import { type Decided, play, type Played, playedIdentity, type PlayOptions } from "../testing/play.ts";
import { snapshotOf } from "../testing/snapshot.ts";
import { apply } from "./apply.ts";
import { copyExecution } from "./copy-execution.ts";
import { decide } from "./decide.ts";
import type { Effect, MapRunOutcome, PerformTask, TaskOutcome } from "./effect.ts";
import type { JournalEvent } from "./journal/event.ts";
import { type Execution, type FoldedExecution, newExecution } from "./execution.ts";
import { pending } from "./pending.ts";
import { transition } from "./transition.ts";
import type { Command, Environment } from "./turn.ts";
import { wakeAt } from "./wake.ts";

const input = { items: [1, "two", { three: 3 }] };

/** Drawn from the task itself: fails, gives its parameters back, or never answers. */
function outcomeOf(task: PerformTask): TaskOutcome | undefined {
  const { value } = task.parameters;
  const kind = isJsonObject(value) ? memberOf(value, "kind") : 0;
  if (kind === 1) return { kind: "failed", error: "Drawn", cause: "as drawn" };
  if (kind === 2) return undefined;
  return { kind: "succeeded", output: Payload.ofValue({ given: value }) };
}

/** Drawn from the number of the run. */
function mapRunOutcome(startedEventId: number): MapRunOutcome | undefined {
  return startedEventId % 3 === 0 ? { kind: "failed", error: "Drawn", cause: "as drawn" } : undefined;
}

const options: PlayOptions = { input, perform: outcomeOf, mapRunOutcome, redrives: 2 };

test("folding any prefix of the journal gives the state that lived at that point", () => {
  fc.assert(
    fc.property(arbitraryWorkflow, (definition) => {
      const folded = newExecution(playedIdentity(definition));
      play(definition, {
        ...options,
        // One event a decision, so that every point between two events is looked at.
        limits: { maxDecisionEvents: 1 },
        onDecision: (live, events) => {
          for (const event of decodeEvents(encodeEvents(events))) apply(folded, event);
          assert.deepEqual(snapshotOf(folded), snapshotOf(live));
          assert.equal(wakeAt(folded), wakeAt(live));
          assert.deepEqual(shown(pending(folded)), shown(pending(live)));
        },
      });
    }),
    { numRuns: 300 },
  );
});

test("a fold needs no more of a definition than its shape", () => {
  fc.assert(
    fc.property(arbitraryWorkflow, (definition) => {
      const { execution, events } = play(definition, options);
      const identity = { ...playedIdentity(definition), program: programShape(definition) };
      const folded: FoldedExecution = newExecution(identity);
      for (const event of events) apply(folded, event);
      assert.deepEqual(snapshotOf(folded), snapshotOf(execution));
    }),
    { numRuns: 100 },
  );
});

test("an execution that is put away after every decision and folded again goes on as if it had not been", () => {
  fc.assert(
    fc.property(arbitraryWorkflow, (definition) => {
      const lived = play(definition, options);
      const refolded = play(definition, { ...options, isPutAway: true });
      assert.deepEqual(snapshotOf(refolded.execution), snapshotOf(lived.execution));
      assert.deepEqual(
        refolded.events.map(({ kind, id }) => [kind, id]),
        lived.events.map(({ kind, id }) => [kind, id]),
      );
    }),
    { numRuns: 200 },
  );
});

test("every workflow that leads on ends, and its history is dense and causal", () => {
  fc.assert(
    fc.property(arbitraryWorkflow, (definition) => {
      const { execution, events } = play(definition, options);
      assert.notEqual(execution.status, "RUNNING");
      let last = 0;
      for (const { id, previousEventId } of events) {
        assert.ok(id === last || id === last + 1, `${id} follows ${last}`);
        assert.ok(previousEventId <= id, `${previousEventId} precedes ${id}`);
        last = id;
      }
      assert.equal(execution.lastEventId, last);
      if (execution.status === "SUCCEEDED") assert.equal(execution.scopes.size + execution.tasks.size, 0);
    }),
    { numRuns: 300 },
  );
});

test("an execution whose tasks failed gives, redriven until they succeed, what it would have given at once", () => {
  let redriven = 0;
  fc.assert(
    fc.property(arbitraryWorkflow, fc.infiniteStream(fc.boolean()), (drawn, failures) => {
      const definition = withoutRandomChoice(drawn);
      const fail = (): TaskOutcome => ({ kind: "failed", error: "States.Runtime", cause: "not this time" });
      const smooth = play(definition, { input, perform: succeed });
      fc.pre(smooth.execution.status === "SUCCEEDED");
      let failuresLeft = 20;
      const bumpy = play(definition, {
        input,
        redrives: 20,
        perform: (task) => (failuresLeft-- > 0 && failures.next().value === true ? fail() : succeed(task)),
      });
      redriven += bumpy.execution.redriveCount;
      assert.equal(bumpy.execution.status, "SUCCEEDED");
      assert.equal(withoutChance(bumpy.execution.output), withoutChance(smooth.execution.output));
    }),
    { numRuns: 200 },
  );
  assert.ok(redriven > 50, `only ${redriven} redrives`);
});

test("an execution that is stopped anywhere and redriven enters each state as often as one that is not, and gives the same", () => {
  let redriven = 0;
  fc.assert(
    fc.property(
      arbitraryWorkflow,
      fc.infiniteStream(fc.nat(7)),
      fc.constantFrom(1, 3, 5_000),
      fc.boolean(),
      (drawn, stops, maxDecisionEvents, isPutAway) => {
        const definition = withoutRandomChoice(drawn);
        const smooth = play(definition, { input, perform: succeed });
        // A state that failed is not left, and one that is tried again has its retries back after a redrive.
        fc.pre(
          smooth.execution.status === "SUCCEEDED" && countOf(smooth, "StateEntered") === countOf(smooth, "StateExited"),
        );
        let stopsLeft = 20;
        const bumpy = play(definition, {
          input,
          perform: succeed,
          limits: { maxDecisionEvents },
          isPutAway,
          redrives: 20,
          isStopped: () => stops.next().value === 0 && stopsLeft-- > 0,
        });
        redriven += bumpy.execution.redriveCount;
        assert.equal(bumpy.execution.status, "SUCCEEDED");
        assert.equal(withoutChance(bumpy.execution.output), withoutChance(smooth.execution.output));
        for (const kind of ["StateEntered", "StateExited", "MapIterationSucceeded"] as const)
          assert.equal(countOf(bumpy, kind), countOf(smooth, kind), kind);
      },
    ),
    { numRuns: 200 },
  );
  assert.ok(redriven > 100, `only ${redriven} redrives`);
});

test("a copy goes on as its original does, and neither sees what happens to the other", () => {
  fc.assert(
    fc.property(arbitraryWorkflow, fc.nat(), (drawn, from) => {
      const copies: { readonly copy: Execution; readonly snapshot: object }[] = [];
      const decisions: (Decided & { readonly text: string })[] = [];
      const { execution } = play(withHeartbeats(drawn), {
        input,
        answer,
        redrives: 2,
        limits: { maxDecisionEvents: 20 },
        onDecision: (live, events, decided) => {
          copies.push({ copy: copyExecution(live), snapshot: snapshotOf(live) });
          decisions.push({ ...decided, text: encodeEvents(events) });
        },
      });
      const end = snapshotOf(execution);
      for (const { copy, snapshot } of copies) assert.deepEqual(snapshotOf(copy), snapshot);
      const start = from % copies.length;
      let current = copies[start]?.copy ?? execution;
      for (const [position, { command, environment, text }] of decisions.slice(start + 1).entries()) {
        const [next, { events }] = transition(current, command, environment);
        assert.equal(encodeEvents(events), text);
        assert.deepEqual(snapshotOf(current), copies[start + position]?.snapshot);
        current = next;
      }
      assert.deepEqual(snapshotOf(current), end);
      assert.deepEqual(snapshotOf(execution), end);
    }),
    { numRuns: 200 },
  );
});

test("a command that comes twice, or again after any later one, changes nothing", () => {
  const repeated = new Map<string, number>();
  fc.assert(
    fc.property(arbitraryWorkflow, fc.nat(9), fc.constantFrom(1, 5_000), (drawn, stopAfter, maxDecisionEvents) => {
      const definition = withHeartbeats(drawn);
      const playWith = (onDecision: NonNullable<PlayOptions["onDecision"]>): Played => {
        let decisions = 0;
        const isStopped = (): boolean => ++decisions === stopAfter;
        const limits = { maxDecisionEvents };
        return play(definition, { input, answer, isStopped, redrives: 2, stepMs: 1, limits, onDecision });
      };
      const delivered: Command[] = [];
      const often = playWith((execution, _events, { command, environment }) => {
        delivered.push(command);
        for (const earlier of delivered) {
          if (isNews(earlier, execution, environment) && (earlier !== command || isUnfinished(earlier))) continue;
          assert.deepEqual(decide(execution, earlier, environment), { events: [], effects: [] }, earlier.kind);
          repeated.set(earlier.kind, (repeated.get(earlier.kind) ?? 0) + 1);
        }
      });
      assert.equal(encodeEvents(often.events), encodeEvents(playWith(() => undefined).events));
    }),
    { numRuns: 300 },
  );
  const tasks = ["TaskOutcome", "ActivityTaskTaken", "TaskHeartbeat"];
  const kinds = ["Start", "Continue", "Wake", "Stop", "Redrive", "MapRunEnded", ...tasks];
  for (const kind of kinds) assert.ok((repeated.get(kind) ?? 0) > 50, `${kind}: ${repeated.get(kind)} times`);
});

/** A Wake and a Continue say that there may be something to do, whoever says it; the others once something came between. */
function isNews(command: Command, execution: Execution, { now }: Environment): boolean {
  switch (command.kind) {
    case "Wake":
      return (wakeAt(execution) ?? Infinity) <= now;
    case "Continue":
      return pending(execution).some(({ kind }) => kind === "ContinueExecution");
    case "Stop":
      return execution.status === "RUNNING";
    case "TaskHeartbeat":
      return execution.tasks.has(command.scheduledEventId);
    default:
      return false;
  }
}

function isUnfinished({ kind }: Command): boolean {
  return kind === "Wake" || kind === "Continue";
}

/** Drawn from the number of the attempt: what activities, calls that are accepted first, and other calls bring about. */
function answer(effect: Effect): readonly Command[] {
  if (effect.kind === "CancelTask" || effect.kind === "ContinueExecution" || effect.kind === "EndMapRun") return [];
  if (effect.kind === "StartMapRun" || effect.kind === "RedriveMapRun") {
    const { startedEventId } = effect;
    const redriveCount = effect.kind === "RedriveMapRun" ? effect.redriveCount : 0;
    const outcome = mapRunOutcome(startedEventId) ?? { kind: "succeeded", output: Payload.ofText("[1]") };
    // Some are still going on when the execution ends.
    return startedEventId % 4 === 0 ? [] : [{ kind: "MapRunEnded", startedEventId, redriveCount, outcome }];
  }
  const { scheduledEventId } = effect.attempt;
  const accepted = Payload.ofText('{"ExecutionArn":"child"}');
  const told = (outcome: TaskOutcome): Command => ({ kind: "TaskOutcome", scheduledEventId, outcome });
  const submission = scheduledEventId % 2 === 0 ? accepted : undefined;
  const end: TaskOutcome =
    scheduledEventId % 5 === 0
      ? { kind: "failed", error: "Drawn", submission }
      : { kind: "succeeded", output: Payload.ofText("[1]"), submission };
  const heartbeat: Command = { kind: "TaskHeartbeat", scheduledEventId };
  if (effect.kind === "OfferActivityTask") {
    const { submission: _, ...outcome } = end;
    return [{ kind: "ActivityTaskTaken", scheduledEventId }, heartbeat, heartbeat, told(outcome)];
  }
  if (effect.resource.pattern === "requestResponse") return [told(end)];
  const submitted = told({ kind: "submitted", output: accepted });
  const patterns = [[submitted, heartbeat, told(end)], [submitted], [told(end), submitted], []];
  return patterns[scheduledEventId % patterns.length] ?? [];
}

/** Half of the tasks become those of an activity, and all of them are to show life. */
function withHeartbeats(definition: Json): Json {
  return JSON.parse(
    JSON.stringify(definition)
      .replaceAll('"TimeoutSeconds":30', '"TimeoutSeconds":30,"HeartbeatSeconds":20')
      .replaceAll("arn:aws:states:::lambda:invoke", "arn:aws:states:us-east-1:123456789012:activity:worker"),
  ) as Json;
}

function succeed({ parameters }: PerformTask): TaskOutcome {
  return { kind: "succeeded", output: parameters };
}

function countOf({ events }: Played, kind: JournalEvent["kind"]): number {
  return events.filter((event) => event.kind === kind).length;
}

/** Later events draw other random numbers, and a Choice would follow from them. */
function withoutRandomChoice(definition: Json): Json {
  return JSON.parse(JSON.stringify(definition).replaceAll("$random()", "0.25")) as Json;
}

/** A later attempt has another token, and later events other random numbers. */
function withoutChance(output: Payload | undefined): string | undefined {
  return output?.text.replaceAll(/token-\d+/g, "token").replaceAll(/"seen":[\d.e-]+/g, '"seen":0');
}

/** Effects hold payloads, which compare by their text. */
function shown(effects: readonly object[]): string {
  return JSON.stringify(effects, (_key, value: unknown) => (value instanceof Payload ? value.text : value));
}
