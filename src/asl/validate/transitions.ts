// The graph of one `States` object: every target exists, every state is reached, and the machine can end.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from "../json.ts";
import type { Pieces } from "../pieces.ts";
import { isPauseDueAfter } from "./costs.ts";
import { add, below, type Place, report } from "./place.ts";

interface Transition {
  readonly target: string;
  /** Below the state, such as `Choices[0]/Next`. */
  readonly field: string;
}

const missingTarget = "MISSING_TRANSITION_TARGET";

/** Reports the targets of one state that are not in its scope. */
export function* checkTargets(state: JsonObject, states: JsonObject, place: Place): Pieces<void> {
  for (const { target, field } of transitionsOf(state)) {
    if (isPauseDueAfter(stepsPerTransition, place)) yield;
    checkTarget(target, states, below(place, field));
  }
}

/** Measured. */
const stepsPerTransition = 10;

function checkTarget(target: string, states: JsonObject, place: Place): void {
  if (Object.hasOwn(states, target)) return;
  report(place, missingTarget, `Missing 'Next' target: ${target}`, {
    given: target,
    known: states,
    mistake: { kind: "target" },
  });
}

/**
 * Checks what only all the states together show.
 * @param place of the object that holds `StartAt` and `States`.
 */
export function* checkGraph(scope: JsonObject, states: JsonObject, place: Place): Pieces<void> {
  const startAt = memberOf(scope, "StartAt");
  if (typeof startAt !== "string") return;
  checkTarget(startAt, states, below(place, "StartAt"));
  // AWS asks only the machine itself for an end, and then says nothing of states that are not reached.
  if (place.depth === 0 && !Object.values(states).some(isTerminal)) {
    const hint = { mistake: { kind: "no end" } } as const;
    add(place, { severity: "ERROR", code: "MISSING_END_STATE", message: "Workflow has no terminal state", hint });
    return;
  }
  const reached = yield* reachableFrom(startAt, states, place);
  for (const name of Object.keys(states)) {
    if (isPauseDueAfter(stepsPerTransition, place)) yield;
    if (reached.has(name)) continue;
    report(below(below(place, "States"), name), missingTarget, `State "${name}" is not reachable.`, {
      mistake: { kind: "unreachable" },
    });
  }
}

function isTerminal(state: Json): boolean {
  if (!isJsonObject(state)) return false;
  const type = memberOf(state, "Type");
  return type === "Succeed" || type === "Fail" || (type !== undefined && memberOf(state, "End") === true);
}

function* reachableFrom(start: string, states: JsonObject, place: Place): Pieces<ReadonlySet<string>> {
  const reached = new Set<string>();
  const pending = [start];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const state = memberOf(states, name);
    if (state === undefined || reached.has(name)) continue;
    reached.add(name);
    if (!isJsonObject(state)) continue;
    const transitions = transitionsOf(state);
    if (isPauseDueAfter(stepsPerTransition * (1 + transitions.length), place)) yield;
    for (const { target } of transitions) if (!reached.has(target)) pending.push(target);
  }
  return reached;
}

/** All ways out of a state, whether their targets exist or not. */
export function transitionsOf(state: JsonObject): readonly Transition[] {
  const found: Transition[] = [];
  const note = (target: Json | undefined, field: string): void => {
    if (typeof target === "string") found.push({ target, field });
  };
  note(memberOf(state, "Next"), "Next");
  for (const list of ["Choices", "Catch"]) {
    const entries = memberOf(state, list);
    if (!isJsonArray(entries)) continue;
    for (const [index, entry] of entries.entries()) {
      if (isJsonObject(entry)) note(memberOf(entry, "Next"), `${list}[${index}]/Next`);
    }
  }
  note(memberOf(state, "Default"), "Default");
  return found;
}
