// Variables, resolved when an expression is compiled. A block or lambda that binds names has a frame with a slot for each;
// a slot is unbound until its `:=` has run, and then an outer variable of that name shows through, as in JSONata's own
// chain of environments. The frames of tuple streams (`@`, `#`, `%`) hold names known only while running.
import { type Node, childrenOf } from "../syntax.ts";
import type { Value, ValueObject } from "../values.ts";

export const unbound = Symbol("unbound");
export type Slot = Value | typeof unbound;

export class Frame {
  readonly parent: Frame | undefined;
  readonly slots: Slot[];
  readonly tuple: ValueObject | undefined;

  constructor(parent: Frame | undefined, slots: Slot[], tuple?: ValueObject) {
    this.parent = parent;
    this.slots = slots;
    this.tuple = tuple;
  }
}

/** A frame as the compiler knows it: its slots' names, or that its names come with the tuples. */
export class Scope {
  readonly parent: Scope | undefined;
  readonly slots: ReadonlyMap<string, number>;
  readonly size: number;
  readonly isTuple: boolean;

  constructor(parent: Scope | undefined, names: readonly string[], kind: "slots" | "tuple" = "slots") {
    this.parent = parent;
    // A repeated parameter name means its last position.
    this.slots = new Map(names.map((name, i) => [name, i]));
    this.size = names.length;
    this.isTuple = kind === "tuple";
  }

  newFrame(parent: Frame | undefined, tuple?: ValueObject): Frame {
    const slots: Slot[] = [];
    for (let i = 0; i < this.size; i++) slots.push(unbound);
    return new Frame(parent, slots, tuple);
  }
}

/** A frame that may hold a variable: so many frames out, in a slot or among a tuple's names. */
export type Candidate = { readonly hops: number; readonly slot: number | undefined };

/** Where a variable may be found, innermost first. */
export function candidatesFor(name: string, scope: Scope): readonly Candidate[] {
  const candidates: Candidate[] = [];
  let hops = 0;
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const slot = at.slots.get(name);
    if (slot !== undefined) candidates.push({ hops, slot });
    if (at.isTuple) candidates.push({ hops, slot: undefined });
    hops += 1;
  }
  return candidates;
}

/** The names that `:=` binds directly in the frame a node is evaluated in: not those of blocks and lambdas inside it. */
export function boundNames(nodes: readonly Node[]): readonly string[] {
  const names = new Set<string>();
  const visit = (node: Node): void => {
    if (node.type === "bind") names.add(node.lhs.value);
    for (const child of childrenOf(node)) {
      // A thunk is a call in tail position, evaluated where it stands.
      const opensScope = child.type === "block" || (child.type === "lambda" && child.thunk !== true);
      if (!opensScope) visit(child);
      else for (const outside of outsideOf(child)) visit(outside);
    }
  };
  for (const node of nodes) visit(node);
  return [...names];
}

/** Parts that belong to a block or lambda but are evaluated outside its scope: its filters and its grouping. */
function outsideOf(node: Node): readonly Node[] {
  const inside = new Set<Node>(node.type === "block" ? node.expressions : node.type === "lambda" ? [node.body] : []);
  return childrenOf(node).filter((child) => !inside.has(child));
}
