// Answers that right tasks of a definition would give, made from what the definition reads: one shape holds every path that any
// state reads, and each task answers with as much of it as its ResultSelector and its ResultPath let through.
import { isJsonArray, type Json, type JsonObject } from "../../src/asl/json.ts";
import { decideChoices } from "./choices.ts";
import { objectOf, type Scope, scopesOf } from "./definition.ts";
import { addReads, type Read, readsOf, tell } from "./reads.ts";
import {
  anyItem,
  copyOf,
  emptyShape,
  findPlace,
  merge,
  parsePath,
  type Path,
  placeAt,
  type Shape,
  valueOf,
} from "./shape.ts";

export interface Answers {
  readonly input: Json;
  /** By the names of the Task states. */
  readonly tasks: Readonly<Record<string, Json>>;
}

export function answersFor(definition: JsonObject): Answers {
  const scopes = scopesOf(definition);
  const shape = emptyShape();
  for (const { states } of scopes) for (const state of states.values()) addStateReads(shape, state);
  for (const scope of scopes) decideChoices(shape, scope);
  // A copy is read, and so is its source, which may be a copy of another.
  for (let times = 0; times < 3; times++) {
    for (const { states } of scopes.toReversed()) for (const state of states.values()) followCopies(shape, state);
  }
  const [machine] = scopes;
  const tasks = scopes.flatMap((scope) => {
    const around = inScope(shape, scope);
    return [...scope.states]
      .filter(([, { Type }]) => Type === "Task")
      .map(([name, state]) => [name, answerOf(state, around, scope)] as const);
  });
  const isItems = machine !== undefined && wantsItems(machine.states.get(machine.startAt));
  const input = objectOf(valueOf(shape));
  return { input: isItems ? [input] : input, tasks: Object.fromEntries(tasks) };
}

function addStateReads(shape: Shape, state: JsonObject): void {
  const base = pathOf(state["InputPath"]);
  for (const field of ["Parameters", "ItemSelector"]) {
    for (const read of readsOf(state[field])) addReads(shape, read, read.isOfItem ? itemsOf(state) : base);
  }
  if (!["Task", "Map", "Parallel"].includes(String(state["Type"]))) {
    for (const read of readsOf(state["ResultSelector"])) addReads(shape, read, base);
  }
  const others = [state["Credentials"], ...[state["ItemReader"], state["ResultWriter"]].map(parametersOf)];
  for (const read of others.flatMap((template) => readsOf(template))) addReads(shape, read, base);
  for (const [field, value] of Object.entries(state)) {
    if (!field.endsWith("Path") || typeof value !== "string" || field === "OutputPath") continue;
    const { path, atLeast } = parsePath(value);
    const place = placeAt(shape, field === "InputPath" || field === "ResultPath" ? path : [...base, ...path], atLeast);
    if (field === "ItemsPath") placeAt(place, [anyItem]);
    else if (/Seconds/.test(field)) place.value ??= 30;
    else if (field === "TimestampPath") place.value ??= "2020-01-01T00:00:00Z";
  }
}

function parametersOf(field: Json | undefined): Json {
  return objectOf(field)["Parameters"] ?? {};
}

function followCopies(shape: Shape, state: JsonObject): void {
  const type = state["Type"];
  const base = pathOf(state["InputPath"]);
  const copies: [from: Path, read: Read | undefined, to: Path][] = [];
  if (type === "Pass" || type === "Map" || type === "Parallel") {
    const target = type === "Pass" ? pathOf(state["ResultPath"]) : [];
    const reads = readsOf(state["ItemSelector"] ?? state["Parameters"]);
    for (const read of reads) {
      if (read.path === undefined) continue;
      const source = read.isOfItem ? itemsOf(state) : base;
      copies.push([[...source, ...read.path], read, [...target, ...read.key]]);
    }
    if (type === "Pass" && reads.length === 0 && state["Parameters"] === undefined && state["Result"] === undefined) {
      copies.push([base, undefined, target]);
    }
  }
  const selector = state["ItemSelector"] ?? state["Parameters"];
  if (type === "Map" && typeof state["ItemsPath"] === "string" && selector === undefined) {
    copies.push([itemsOf(state), undefined, []]);
  }
  // The result of a branch may hold what the branch began with.
  if (type === "Parallel") copies.push([[], undefined, [...pathOf(state["ResultPath"]), anyItem]]);
  if (type !== "Task" || state["ResultPath"] !== undefined) copies.push([pathOf(state["OutputPath"]), undefined, []]);
  for (const [from, read, to] of copies) {
    const wanted = findPlace(shape, to);
    if (wanted === undefined || samePath(from, to)) continue;
    const place = placeAt(shape, from, read?.atLeast);
    if (read === undefined) merge(place, bounded(copyOf(wanted)));
    else tell(place, read, bounded(copyOf(wanted)));
  }
}

function itemsOf(state: JsonObject): Path {
  return [...pathOf(state["InputPath"]), ...pathOf(state["ItemsPath"]), anyItem];
}

const samePath = (one: Path, other: Path): boolean =>
  one.length === other.length && one.every((step, i) => step === other[i]);

/** Copies of copies do not grow for ever. */
function bounded(shape: Shape, depth = 9): Shape {
  if (depth === 0) shape.members.clear();
  for (const member of shape.members.values()) bounded(member, depth - 1);
  if (shape.item !== undefined) bounded(shape.item, depth - 1);
  return shape;
}

/** The shape as the states of a scope see it: a branch or an item is a part of what comes out around it. */
function inScope(shape: Shape, { within }: Scope): Shape {
  if (within === undefined) return shape;
  const outer = inScope(shape, within.scope);
  const own = copyOf(outer);
  const results = findPlace(outer, pathOf(within.state["ResultPath"]));
  if (results?.item !== undefined) merge(own, copyOf(results.item));
  delete own.item;
  return own;
}

function answerOf(state: JsonObject, around: Shape, scope: Scope): Json {
  const target = pathOf(state["ResultPath"]);
  const wanted = findPlace(around, target) ?? emptyShape();
  const selector = state["ResultSelector"];
  if (selector === undefined) {
    const isNested = state["ResultPath"] === undefined && state["OutputPath"] !== undefined;
    const answer = isNested ? emptyShape() : copyOf(wanted);
    if (isNested) merge(placeAt(answer, pathOf(state["OutputPath"])), objectAt(wanted));
    const value = valueOf(answer);
    const output = value === "value" ? {} : value;
    const items = wantsItems(scope.states.get(String(state["Next"]))) && target.length === 0;
    return items && !isJsonArray(output) ? (isNested ? nested(state, output) : [output]) : output;
  }
  const answer = emptyShape();
  for (const read of readsOf(selector)) {
    if (read.path === undefined) continue;
    const copied = findPlace(wanted, read.key);
    addReads(answer, read, []);
    if (copied !== undefined) tell(placeAt(answer, read.path, read.atLeast), read, copyOf(copied));
  }
  return valueOf(answer);
}

/** A copy that is an object where nothing is read of it. */
function objectAt(wanted: Shape): Shape {
  const copy = copyOf(wanted);
  if (copy.members.size === 0 && copy.item === undefined) copy.value ??= {};
  return copy;
}

/** The answer with a list where OutputPath takes the output from. */
function nested(state: JsonObject, output: Json): Json {
  const [member] = pathOf(state["OutputPath"]);
  return typeof member === "string" ? { [member]: [objectOf(output)[member] ?? {}] } : output;
}

/** A Map goes through its input itself. */
function wantsItems(state: JsonObject | undefined): boolean {
  if (state?.["Type"] !== "Map" || state["ItemsPath"] !== undefined || state["ItemReader"] !== undefined) return false;
  return pathOf(state["InputPath"]).length === 0;
}

function pathOf(value: Json | undefined): Path {
  return typeof value === "string" ? parsePath(value).path : [];
}
