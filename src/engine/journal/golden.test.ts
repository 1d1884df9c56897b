import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { isJsonArray, isJsonObject, type Json, memberOf, parseJson } from "../../asl/json.ts";
import { decodeEvents, encodeEvents } from "./event-codec.ts";
import type { Facts } from "../../testing/execution-facts.ts";
import {
  type GoldenEnd,
  endOf,
  type GoldenJournal,
  newGoldenExecution,
  parseGoldenJournal,
  stateOf,
} from "../../testing/golden-journal.ts";
import { environmentAt } from "../../testing/play.ts";
import { apply } from "../apply.ts";
import { decide } from "../decide.ts";
import type { EventBody, JournalEvent } from "./event.ts";
import type { Execution } from "../execution.ts";
import type { Command } from "../turn.ts";

// These files stand for journals on disks: where one of these tests fails, the code is wrong and never the file.
// A new meaning of an event is a new private version of it, with a scenario in scripts/golden-scenarios.ts.
const folder = new URL("golden/", import.meta.url);
const journals: readonly (readonly [file: string, golden: GoldenJournal])[] = readdirSync(folder)
  .sort()
  .map((file) => [file, parseGoldenJournal(readFileSync(new URL(file, folder), "utf8"))]);

/** Journals that this build, put away before a step, would go on with to another end: only where it decides better. */
const decidedOtherwise: Readonly<Record<string, { readonly before: number; readonly why: string }>> = {
  "activity-fails.txt": { before: 3, why: "the time of an activity that no worker takes does not run" },
};

for (const [file, golden] of journals) {
  const { about, steps, end } = golden;
  void test(`${file} folds to the states that were recorded: ${about}`, () => {
    for (const [position, state] of statesOf(golden, apply).entries()) {
      assert.deepEqual(sorted(state), sorted(steps[position]?.state ?? ""), `after step ${position + 1}`);
    }
  });

  void test(`${file} comes to the recorded end wherever it is put away`, () => {
    for (const position of [...steps.keys()].slice(decidedOtherwise[file]?.before ?? 0))
      assert.deepEqual(comparable(endFrom(golden, position)), comparable(end), `from ${position}`);
  });

  void test(`${file} is written again as it was`, () => {
    for (const { row } of steps) if (row !== "") assertSameText(row);
  });
}

/** The states that the rows fold to, one for each step. */
function statesOf(
  golden: GoldenJournal,
  applyEvent: (execution: Execution, event: JournalEvent) => void,
): readonly (Facts | string)[] {
  const execution = newGoldenExecution(golden);
  return golden.steps.map(({ row }) => {
    for (const event of eventsOf(row)) applyEvent(execution, event);
    return stateOf(golden, execution);
  });
}

function eventsOf(row: string): readonly JournalEvent[] {
  return row === "" ? [] : decodeEvents(row);
}

/** Members in one order, so that a difference stands where it is. */
function sorted(state: Facts | string): Facts | string {
  return typeof state === "string" ? state : Object.fromEntries(Object.entries(state).sort());
}

/** An end without the order of its output's members, which a later decision may make otherwise: no stored event means it. */
function comparable({ output, ...end }: GoldenEnd): object {
  const value = output === undefined ? undefined : withSortedMembers(parseJson(output));
  return Object.fromEntries(Object.entries({ ...end, output: value }).filter(([, member]) => member !== undefined));
}

function withSortedMembers(value: Json): Json {
  if (isJsonArray(value)) return value.map(withSortedMembers);
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, withSortedMembers(memberOf(value, name) ?? null)]));
}

/**
 * The end when this build decides from a step on what was commanded then. Only the end has to be the recorded one: decisions
 * may become better, so that a task's attempt is known by its position among the attempts and not by the number it had.
 */
function endFrom(golden: GoldenJournal, position: number): GoldenEnd {
  const { steps, settings } = golden;
  const execution = newGoldenExecution(golden);
  const attempts: number[] = [];
  const happened = (events: readonly JournalEvent[]): void => {
    for (const { kind, id } of events) if (isAwaited(kind)) attempts.push(id);
  };
  for (const { row } of steps.slice(0, position)) {
    const events = eventsOf(row);
    for (const event of events) apply(execution, event);
    happened(events);
  }
  const recorded = steps
    .flatMap(({ row }) => eventsOf(row))
    .filter(({ kind }) => isAwaited(kind))
    .map(({ id }) => id);
  for (const { now, command } of steps.slice(position)) {
    const decision = decide(execution, translated(command, recorded, attempts), environmentAt(now, settings));
    happened(decision.events);
  }
  return endOf(execution);
}

/** Whether a command names the event later. */
function isAwaited(kind: EventBody["kind"]): boolean {
  return kind === "TaskScheduled" || kind === "MapRunStarted";
}

function translated(command: Command, recorded: readonly number[], attempts: readonly number[]): Command {
  const idOf = (was: number): number => attempts[recorded.indexOf(was)] ?? 0;
  if ("startedEventId" in command) return { ...command, startedEventId: idOf(command.startedEventId) };
  return "scheduledEventId" in command ? { ...command, scheduledEventId: idOf(command.scheduledEventId) } : command;
}

/** The one place that says how rows of an older encoding are written by this build: those of encoding 1, byte for byte. */
function assertSameText(row: string): void {
  assert.equal(encodeEvents(decodeEvents(row)), row);
}

type BodyOf<Kind extends EventBody["kind"]> = EventBody extends infer Body
  ? Body extends { readonly kind: infer Kinds }
    ? Kind extends Kinds
      ? Body
      : never
    : never
  : never;
type OptionalOf<Body> = {
  [Name in keyof Body]-?: Partial<Pick<Body, Name>> extends Pick<Body, Name> ? Name : never;
}[keyof Body];
/** For each kind its optional members, and whether one of the journals has it; no decision has ever given the others. */
type Coverage = {
  readonly [Kind in EventBody["kind"]]: { readonly [Name in OptionalOf<BodyOf<Kind>>]: "written" | "neverGiven" };
};

const failure = { error: "written", cause: "written" } as const;
const coverage: Coverage = {
  ExecutionStarted: {
    stateMachineVersionArn: "written",
    stateMachineAliasArn: "written",
    testCase: "written",
    startedBy: "written",
  },
  ExecutionSucceeded: {},
  ExecutionFailed: failure,
  ExecutionTimedOut: { error: "neverGiven", cause: "neverGiven" },
  ExecutionAborted: failure,
  ExecutionRedriven: { clientToken: "written" },
  StateEntered: {},
  StateExited: { assigned: "written", next: "written" },
  StateAborted: {},
  TaskScheduled: {
    timeoutSeconds: "written",
    heartbeatSeconds: "written",
    credentialsRoleArn: "written",
    token: "written",
  },
  TaskStarted: { workerName: "written" },
  TaskSubmitted: {},
  TaskSucceeded: {},
  TaskFailed: failure,
  TaskSubmitFailed: { error: "neverGiven", cause: "neverGiven" },
  TaskTimedOut: { error: "written", cause: "neverGiven" },
  MapStateStarted: { concurrency: "written" },
  MapIterationStarted: {},
  MapIterationSucceeded: {},
  MapIterationFailed: {},
  MapIterationAborted: {},
  MapRunStarted: { maxConcurrency: "written", toleratedCount: "written", toleratedPercentage: "written" },
  MapRunSucceeded: {},
  MapRunFailed: {},
  MapRunAborted: {},
  MapRunRedriven: {},
  ParallelStateStarted: {},
  MapStateSucceeded: {},
  MapStateFailed: {},
  ParallelStateSucceeded: {},
  ParallelStateFailed: {},
  EvaluationFailed: { location: "written" },
  WaitStarted: {},
  RetryScheduled: {},
  TaskHeartbeat: {},
};
/** No decision has ever given one. */
const neverGiven: ReadonlySet<string> = new Set(["TaskSubmitFailed"]);
const kinds = Object.keys(coverage).filter((kind) => !neverGiven.has(kind));

void test("the journals hold every kind of event, each optional member of it there and not there, and every type of state", () => {
  const events = journals.flatMap(([, { steps }]) => steps.flatMap(({ row }) => eventsOf(row)));
  assert.deepEqual([...new Set(events.map(({ kind }) => kind))].sort(), kinds.sort());
  for (const [kind, members] of Object.entries(coverage)) {
    const alike = events.filter((event) => event.kind === kind);
    for (const [name, isGiven] of Object.entries(members)) {
      assert.equal(
        alike.some((event) => name in event),
        isGiven === "written",
        `${kind} with ${name}`,
      );
      // Every time limit of a task is told by its error.
      if (kind !== "TaskTimedOut" || name !== "error")
        assert.ok(neverGiven.has(kind) || alike.some((event) => !(name in event)), `${kind} without ${name}`);
    }
  }
  const types = new Set(events.map((event) => (event.kind === "StateEntered" ? event.stateType : undefined)));
  assert.equal(types.size - 1, ["Task", "Pass", "Wait", "Choice", "Succeed", "Fail", "Parallel", "Map"].length);
});

void test("a fold that takes no notice of events of one kind, whichever it is, is found out", () => {
  for (const ignored of kinds) {
    const forgetful = (execution: Execution, event: JournalEvent): void => {
      if (event.kind !== ignored) apply(execution, event);
    };
    assert.ok(
      journals.some(([, golden]) => !isFoldedAsRecorded(golden, forgetful)),
      ignored,
    );
  }
});

void test("a number or a text of a row that became another is found out", () => {
  const [, golden] = journals.find(([file]) => file === "activity-with-heartbeats.txt") ?? [];
  assert.ok(golden);
  for (const [was, is] of [
    [/"TaskScheduled",3,/, '"TaskScheduled",4,'],
    [/,100,10,null,/, ",100,11,null,"],
    [/"TaskHeartbeat",4,4,0/, '"TaskHeartbeat",4,4,1'],
    [/"at":(\d)/, '"at":2$1'],
  ] as const) {
    const steps = golden.steps.map((step) => ({ ...step, row: step.row.replace(was, is) }));
    assert.notDeepEqual(steps, golden.steps);
    assert.ok(!isFoldedAsRecorded({ ...golden, steps }, apply), String(was));
  }
});

function isFoldedAsRecorded(
  golden: GoldenJournal,
  applyEvent: (execution: Execution, event: JournalEvent) => void,
): boolean {
  try {
    assert.deepEqual(
      statesOf(golden, applyEvent),
      golden.steps.map(({ state }) => state),
    );
    return true;
  } catch {
    return false;
  }
}
