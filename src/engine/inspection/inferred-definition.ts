// A definition made up from a history alone, for whoever opens the history of a machine that is not at hand: the states
// that were visited and the ways that were gone. It can be drawn and folded with; it is not to be run.
import type { Json, JsonObject } from "../../asl/json.ts";
import type { JournalEvent, StateType } from "../journal/event.ts";
import { type PlaceStep, visitsOf } from "./visits.ts";

interface SeenState {
  readonly type: StateType;
  /** The states that followed, in the order in which they were first seen. */
  readonly next: Set<string>;
  resource: string | undefined;
  isDistributed: boolean;
  /** The scopes within: the branches of a Parallel, or one for a Map. */
  readonly within: Map<number, SeenScope>;
}

type SeenScope = Map<string, SeenState>;

export function inferredDefinition(events: readonly JournalEvent[]): JsonObject {
  const machine: SeenScope = new Map();
  for (const { place, entered, ended = events.length - 1, name, type, scope } of visitsOf(events)) {
    const around = scopeAt(machine, place);
    const state = around.get(name) ?? newState(type);
    around.set(name, state);
    for (let i = entered + 1; i <= ended; i++) {
      const event = events[i];
      if (event === undefined || !("scope" in event) || event.scope !== scope) continue;
      if (event.kind === "TaskScheduled") state.resource = event.resource.arn;
      if (event.kind === "MapRunStarted") state.isDistributed = true;
      if (event.kind === "StateExited" && event.next !== undefined) state.next.add(event.next);
    }
  }
  return { Comment: "Made up from a history: states that were not visited are not in it.", ...scopeOf(machine) };
}

function newState(type: StateType): SeenState {
  return { type, next: new Set(), resource: undefined, isDistributed: false, within: new Map() };
}

function scopeAt(machine: SeenScope, place: readonly PlaceStep[]): SeenScope {
  let scope = machine;
  for (const { state, kind, index } of place) {
    const within = scope.get(state)?.within;
    const position = kind === "branch" ? index : 0;
    const below = within?.get(position) ?? new Map<string, SeenState>();
    within?.set(position, below);
    scope = below;
  }
  return scope;
}

const notVisited: JsonObject = { StartAt: "(not visited)", States: { "(not visited)": { Type: "Pass", End: true } } };

function scopeOf(scope: SeenScope): JsonObject {
  const [startAt] = scope.keys();
  if (startAt === undefined) return notVisited;
  return { StartAt: startAt, States: Object.fromEntries([...scope].map(([name, state]) => [name, stateOf(state)])) };
}

const distributed: JsonObject = { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } };

function stateOf({ type, next: followers, resource, isDistributed, within }: SeenState): JsonObject {
  const [next, ...caught] = followers;
  const transition: JsonObject = next === undefined ? { End: true } : { Next: next };
  const recovery: JsonObject = caught.length === 0 ? {} : { Catch: caught.map(catcherTo) };
  switch (type) {
    case "Choice":
      return { Type: type, Choices: [...followers].map((Next) => ({ Next })) };
    case "Succeed":
    case "Fail":
      return { Type: type };
    case "Wait":
    case "Pass":
      return { Type: type, ...transition };
    case "Task":
      return { Type: type, Resource: resource ?? "arn:aws:states:::lambda:invoke", ...recovery, ...transition };
    case "Map": {
      const ItemProcessor = { ...(isDistributed ? distributed : {}), ...scopeOf(within.get(0) ?? new Map()) };
      return { Type: type, ItemProcessor, ...recovery, ...transition };
    }
    case "Parallel": {
      const count = Math.max(-1, ...within.keys()) + 1;
      const Branches = Array.from({ length: count }, (_, index) => scopeOf(within.get(index) ?? new Map()));
      return { Type: type, Branches, ...recovery, ...transition };
    }
  }
}

function catcherTo(Next: string): Json {
  return { ErrorEquals: ["States.ALL"], Next };
}
