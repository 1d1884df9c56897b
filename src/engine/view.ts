// The view that the fields of a state have when they are evaluated: the context object, the variables, the time and the
// random numbers. All of it follows from the execution and the event at hand, so an evaluation can be repeated exactly.
import type { Bindings } from "../asl/expression.ts";
import type { Json, JsonObject } from "../asl/json.ts";
import type { JsonataContext } from "../asl/jsonata/jsonata.ts";
import type { PathScope } from "../asl/jsonpath/jsonpath.ts";
import { seededRandom } from "../asl/random.ts";
import { formatTimestamp } from "../asl/timestamp.ts";
import { activeState } from "./scopes.ts";
import {
  type ActiveState,
  type Attempt,
  attemptOf,
  type Execution,
  type FoldedExecution,
  type Scope,
} from "./execution.ts";
import type { Trace } from "./trace.ts";
import type { Work } from "../asl/work.ts";

/** The item of a Map that an iteration or an ItemSelector works on: `Map.Item` of the context object. */
export interface MapItem {
  readonly Index: number;
  /** The member's name, where the items are the members of an object. */
  readonly Key?: string;
  readonly Value: Json;
  /** Where a distributed Map has its items from; an inline one does not say (recorded). */
  readonly Source?: string;
}

export interface View {
  readonly execution: Execution;
  readonly scope: Scope;
  readonly state: ActiveState;
  /** Epoch milliseconds: what `$now()` gives. */
  readonly at: number;
  readonly jsonata: JsonataContext;
  readonly trace: Trace | undefined;
  readonly work: Work | undefined;
  random(): number;
  /** The context object as the state sees it. */
  context(): Json;
}

export interface ViewOptions {
  readonly at: number;
  /** The attempt of an earlier evaluation that is repeated; the current one when absent. */
  readonly attempt?: Attempt | undefined;
  /** Tells two evaluations of one state apart, where they should draw different random numbers. */
  readonly salt?: string | undefined;
  /** The token of the task about to be scheduled. */
  readonly token?: string | undefined;
  readonly item?: MapItem | undefined;
  readonly trace?: Trace | undefined;
  /** Pays for what is evaluated. */
  readonly work: Work | undefined;
}

/** Finds the item of an iteration around the state; items are evaluated again where they are not at hand. */
export type ItemLookup = (execution: Execution, iteration: Scope, work: Work | undefined) => MapItem;

export function viewOf(execution: Execution, scope: Scope, options: ViewOptions, itemOf: ItemLookup): View {
  const state = activeState(scope);
  const attempt = options.attempt ?? attemptOf(execution, state);
  const redrive = attempt.redriveCount === 0 ? "" : `/${attempt.redriveCount}`;
  const seed = `${execution.identity.arn}/${state.enteredEventId}/${attempt.retryCount}/${options.salt ?? ""}${redrive}`;
  let draw: (() => number) | undefined;
  let context: Json | undefined;
  return {
    execution,
    scope,
    state,
    at: options.at,
    jsonata: { nowMs: options.at, seed, budget: execution.identity.jsonataBudget, work: options.work },
    trace: options.trace,
    work: options.work,
    random: () => (draw ??= seededRandom(seed))(),
    context: () => (context ??= contextObject(execution, scope, state, { ...options, attempt }, itemOf)),
  };
}

export function pathScope(view: View, input: Json): PathScope {
  return { input, context: view.context, variables: view.scope.variables, work: view.work };
}

/** `$states` and the variables. `result` and `errorOutput` exist only where AWS has them. */
export function bindings(view: View, extra: { readonly result?: Json; readonly errorOutput?: Json } = {}): Bindings {
  const states = {
    input: view.state.input.value,
    // Built only when an expression asks for it.
    get context() {
      return view.context();
    },
    ...extra,
  };
  return new Map<string, Json>(view.scope.variables).set("states", states);
}

function contextObject(
  execution: Execution,
  scope: Scope,
  state: ActiveState,
  { token, item, attempt, work }: ViewOptions & { readonly attempt: Attempt },
  itemOf: ItemLookup,
): Json {
  const iteration = item === undefined ? enclosingIteration(scope) : undefined;
  const mapItem = item ?? (iteration === undefined ? undefined : itemOf(execution, iteration, work));
  return {
    ...(execution.identity.test?.context ?? placeOf(execution, state, attempt)),
    ...(token === undefined ? {} : { Task: { Token: token } }),
    ...(mapItem === undefined ? {} : { Map: { Item: { ...mapItem } } }),
  };
}

/** The part of the context object that names the execution and the state. */
export function placeOf(execution: FoldedExecution, state: ActiveState, attempt: Attempt): JsonObject {
  const { identity } = execution;
  const retries = state.type === "Task" || state.type === "Map" || state.type === "Parallel";
  const startTime = { StartTime: formatTimestamp(execution.startedAt) };
  // AWS writes the start of an Express execution behind its role (recorded).
  const isExpress = identity.type === "EXPRESS";
  return {
    Execution: {
      Id: identity.arn,
      Input: execution.input?.value ?? null,
      ...(isExpress ? {} : startTime),
      Name: identity.name,
      RoleArn: execution.roleArn,
      ...(isExpress ? startTime : {}),
      ...(identity.isSynchronous ? {} : { RedriveCount: attempt.redriveCount }),
      ...(attempt.redrivenAt === undefined ? {} : { RedriveTime: formatTimestamp(attempt.redrivenAt) }),
    },
    StateMachine: { Id: identity.stateMachineArn, Name: identity.stateMachineName },
    State: {
      Name: state.name,
      EnteredTime: formatTimestamp(state.enteredAt),
      ...(retries ? { RetryCount: attempt.retryCount } : {}),
    },
  };
}

/** The innermost iteration that a scope is in, through any branches. */
function enclosingIteration(scope: Scope): Scope | undefined {
  for (let inner: Scope | undefined = scope; inner?.parent !== undefined; inner = inner.parent) {
    if (inner.parent.state?.work?.kind === "map") return inner;
  }
  return undefined;
}
