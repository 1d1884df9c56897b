// The visits that are shown, all or those of one iteration, and what the graph shows of them after any event.
import { countBefore } from "@engine/inspection/count-before.ts";
import { Standings } from "@engine/inspection/standings.ts";
import { chainOf, type StatusChange, type Story, type ToldVisit } from "@engine/inspection/story.ts";
import type { VisitState, VisitStatus } from "@engine/inspection/visit-state.ts";
import type { Status } from "@graph/palette.ts";
import type { GraphIndex } from "../graph/graph-index.ts";
import type { NodeLook } from "../graph/looks.ts";
import { TakenEdges } from "./taken-edges.ts";

const looks: Readonly<Record<VisitStatus, Status>> = {
  failed: "failed",
  running: "running",
  waiting: "waiting",
  caught: "caught",
  succeeded: "succeeded",
  aborted: "caught",
};

/** Those at one moment, in the order in which they were entered. */
export interface VisitsThen {
  readonly count: number;
  readonly told: (index: number) => ToldVisit | undefined;
  readonly visit: (index: number) => VisitState | undefined;
  /** The place of a visit among them; -1 where it is not. */
  readonly indexOf: (id: number) => number;
}

/** Grows with the story. */
export class ShownVisits {
  readonly #story: Story;
  readonly #isShown: (visit: ToldVisit) => boolean;
  readonly #entered: StatusChange[] = [];
  readonly #standings: Standings;
  readonly #taken: TakenEdges;
  readonly #looks = new Map<string, NodeLook>();
  #read = 0;

  /** @param iteration the scope of the iteration that is shown; all are where there is none. */
  constructor(story: Story, graph: GraphIndex, iteration: number | undefined) {
    this.#story = story;
    this.#isShown = filterOf(story, iteration);
    this.#standings = new Standings(this.#isShown);
    this.#taken = new TakenEdges(graph);
  }

  readOn(): void {
    const { changes } = this.#story;
    this.#standings.readOn(changes);
    for (; this.#read < changes.length; this.#read++) {
      const change = changes[this.#read];
      if (change === undefined || !this.#isShown(change.visit)) continue;
      if (change.before === undefined) this.#entered.push(change);
      this.#taken.add(change);
    }
  }

  visitsAt(position: number): VisitsThen {
    const [story, entered] = [this.#story, this.#entered];
    return {
      count: countBefore(entered, position),
      told: (index) => entered[index]?.visit,
      visit: (index) => {
        const visit = entered[index]?.visit;
        return visit === undefined ? undefined : story.tell(visit, position);
      },
      indexOf: (id) => {
        const [since] = story.visit(id)?.statuses ?? [];
        const index = since === undefined ? -1 : countBefore(entered, since.position);
        return entered[index]?.visit.id === id && (since?.position ?? position) < position ? index : -1;
      },
    };
  }

  looksAt(position: number): ReadonlyMap<string, NodeLook> {
    return new Map(
      [...this.#standings.at(position)].map(([nodeId, { status, count }]) => [nodeId, this.#look(status, count)]),
    );
  }

  /** The same set for as long as no other edge is gone along. */
  takenAt(position: number): ReadonlySet<string> {
    return this.#taken.at(position);
  }

  /** The same object for the same look, so that a node is drawn anew only when it looks otherwise. */
  #look(status: VisitStatus, count: number): NodeLook {
    const key = `${status} ${count}`;
    const known = this.#looks.get(key);
    if (known !== undefined) return known;
    const look = { status: looks[status], count: count > 1 ? count : undefined };
    this.#looks.set(key, look);
    return look;
  }
}

/** Visits outside of the Map of the chosen iteration are shown as they are. */
function filterOf(story: Story, iteration: number | undefined): (visit: ToldVisit) => boolean {
  const scope = iteration === undefined ? undefined : story.iteration(iteration)?.scope;
  const mapNodeId = scope?.iteration?.mapNodeId;
  if (mapNodeId === undefined) return () => true;
  return ({ nodeId, scope: own }) =>
    !nodeId.startsWith(`${mapNodeId}/`) || chainOf(own).some(({ id }) => id === iteration);
}
