// A JSON value that grows by what is read from it: each path that a definition reads becomes a place, and a comparison gives
// the place a value.
import { type Json, stringifyJson } from "../../src/asl/json.ts";

/** One step of a path: a member, or any item of an array. */
export type Step = string | typeof anyItem;
export const anyItem = Symbol("any item");
export type Path = readonly Step[];

export interface Shape {
  readonly members: Map<string, Shape>;
  item?: Shape | undefined;
  /** How many items are read at least. */
  count: number;
  value?: Json | undefined;
  /** The place must stay empty, whoever reads it. */
  isAbsent?: boolean | undefined;
  /** The value is the JSON text of what has this shape. */
  text?: Shape | undefined;
}

export const emptyShape = (): Shape => ({ members: new Map(), count: 0 });

/** The steps of a JSONPath without its `$`, as far as shapes tell them apart: a filter and a slice are any items. */
export function parsePath(text: string): { readonly path: Path; readonly atLeast: number } {
  const path: Step[] = [];
  let atLeast = 1;
  for (const [, member, quoted, index, other] of text.matchAll(
    /\.\.?([^.[\]()*,\s]+)|\[['"]([^'"]+)['"]\]|\[(\d+)\]|(\[[^\]]*\]|\.\*)/g,
  )) {
    if (index !== undefined) atLeast = Math.max(atLeast, Number(index) + 1);
    if (other !== undefined) atLeast = Math.max(atLeast, Number(/^\[(\d+):/.exec(other)?.[1] ?? 0) + 1);
    path.push(member ?? quoted ?? anyItem);
  }
  return { path, atLeast };
}

/** The place at a path, made where there is none. */
export function placeAt(shape: Shape, path: Path, atLeast = 1): Shape {
  let at = shape;
  for (const step of path) {
    if (step === anyItem) {
      at.count = Math.max(at.count, atLeast);
      at.item ??= emptyShape();
      at = at.item;
    } else {
      const next = at.members.get(step) ?? emptyShape();
      at.members.set(step, next);
      at = next;
    }
  }
  return at;
}

/** @returns `undefined` where nothing is read. */
export function findPlace(shape: Shape, path: Path): Shape | undefined {
  let at: Shape | undefined = shape;
  for (const step of path) at = step === anyItem ? at?.item : at?.members.get(step);
  return at;
}

/** Adds to a shape what another reads. */
export function merge(into: Shape, from: Shape): void {
  if (from === into) return;
  into.value ??= from.value;
  into.isAbsent ??= from.isAbsent;
  into.text ??= from.text;
  into.count = Math.max(into.count, from.count);
  if (from.item !== undefined) merge((into.item ??= emptyShape()), from.item);
  for (const [name, member] of from.members) merge(placeAt(into, [name]), member);
}

export function copyOf(shape: Shape): Shape {
  const copy = emptyShape();
  merge(copy, shape);
  return copy;
}

export function valueOf(shape: Shape): Json {
  if (shape.text !== undefined) return stringifyJson(valueOf(shape.text));
  if (shape.members.size > 0) {
    const present = [...shape.members].filter(([, { isAbsent }]) => isAbsent !== true);
    return Object.fromEntries(present.map(([name, member]) => [name, valueOf(member)]));
  }
  if (shape.item !== undefined) return Array.from({ length: shape.count }, () => valueOf(shape.item ?? emptyShape()));
  return shape.value ?? "value";
}
