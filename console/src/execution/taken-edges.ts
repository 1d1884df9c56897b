// The edges of the graph that were gone along, from the first time on.
import { countBefore } from "@engine/inspection/count-before.ts";
import type { StatusChange } from "@engine/inspection/story.ts";
import type { GraphIndex } from "../graph/graph-index.ts";

const none: ReadonlySet<string> = new Set();

export class TakenEdges {
  readonly #graph: GraphIndex;
  readonly #known = new Set<string>();
  readonly #first: { readonly position: number; readonly edge: string }[] = [];
  #last = { count: 0, edges: none };

  constructor(graph: GraphIndex) {
    this.#graph = graph;
  }

  /** @param change the next one, in the order of their positions. */
  add({ visit, position, before, status, next }: StatusChange): void {
    const { pointer } = visit.scope;
    if (before === undefined) this.#take(this.#graph.edgesFrom(`${pointer}/Start`), position);
    if (status !== "succeeded" && status !== "caught") return;
    const target = next === undefined ? undefined : this.#graph.nodeId(pointer, next);
    const ways = this.#graph
      .edgesFrom(visit.nodeId)
      .filter(({ to }) => (next === undefined ? to.endsWith("/End") : to === target));
    // The journal does not tell which of several rules with the same target it was: all of them are drawn as possible.
    const those = ways.filter(({ kind }) => (kind === "catch") === (status === "caught"));
    this.#take(those.length === 0 ? ways : those, position);
  }

  /** The edges that were taken in the first `position` events. */
  at(position: number): ReadonlySet<string> {
    const count = countBefore(this.#first, position);
    if (count !== this.#last.count)
      this.#last = { count, edges: new Set(this.#first.slice(0, count).map(({ edge }) => edge)) };
    return this.#last.edges;
  }

  #take(edges: readonly { readonly id: string }[], position: number): void {
    for (const { id } of edges) {
      if (this.#known.has(id)) continue;
      this.#known.add(id);
      this.#first.push({ position, edge: id });
    }
  }
}
