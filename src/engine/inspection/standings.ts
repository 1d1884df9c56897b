// How the states of a definition stand after any event: the status of each, of all of its visits, and how often it was entered.
import { countBefore } from "./count-before.ts";
import { type StatusChange, statusAt, type ToldVisit } from "./story.ts";
import type { VisitStatus } from "./visit-state.ts";

export interface Standing {
  readonly status: VisitStatus;
  /** How often it was entered. */
  readonly count: number;
}

/** Which one shows, of several visits with different statuses: that which asks for the most attention. */
const order: readonly VisitStatus[] = ["failed", "running", "waiting", "aborted", "caught", "succeeded"];

interface Position {
  readonly position: number;
}

interface NodeTally {
  readonly visits: (Position & { readonly visit: ToldVisit })[];
  /** Where visits came to a status, and where they left it. */
  readonly came: Partial<Record<VisitStatus, Position[]>>;
  readonly left: Partial<Record<VisitStatus, Position[]>>;
  /** From where on it was visited in more than one scope. */
  elsewhereFrom: number;
}

export class Standings {
  readonly #nodes = new Map<string, NodeTally>();
  readonly #isShown: (visit: ToldVisit) => boolean;
  #read = 0;

  /** @param isShown whether a visit counts. */
  constructor(isShown: (visit: ToldVisit) => boolean = () => true) {
    this.#isShown = isShown;
  }

  /** Reads on in the changes of a story. */
  readOn(changes: readonly StatusChange[]): void {
    for (; this.#read < changes.length; this.#read++) {
      const change = changes[this.#read];
      if (change !== undefined && this.#isShown(change.visit)) this.#add(change);
    }
  }

  /** Every state that was entered in the first `position` events, by the id of its node. */
  at(position: number): ReadonlyMap<string, Standing> {
    const standings = new Map<string, Standing>();
    for (const [nodeId, tally] of this.#nodes) {
      const count = countBefore(tally.visits, position);
      const status = count === 0 ? undefined : shownStatus(tally, count, position);
      if (status !== undefined) standings.set(nodeId, { status, count });
    }
    return standings;
  }

  #add({ visit, position, before, status }: StatusChange): void {
    const tally = this.#nodes.get(visit.nodeId) ?? { visits: [], came: {}, left: {}, elsewhereFrom: Infinity };
    if (before === undefined) {
      this.#nodes.set(visit.nodeId, tally);
      const [first] = tally.visits;
      if (first !== undefined && first.visit.scope.id !== visit.scope.id)
        tally.elsewhereFrom = Math.min(tally.elsewhereFrom, position);
      tally.visits.push({ position, visit });
    } else {
      (tally.left[before] ??= []).push({ position });
    }
    (tally.came[status] ??= []).push({ position });
  }
}

function shownStatus(tally: NodeTally, count: number, position: number): VisitStatus | undefined {
  if (position <= tally.elsewhereFrom) {
    // A loop has left its earlier visits behind; of parallel ones all count.
    const last = tally.visits[count - 1];
    return last === undefined ? undefined : statusAt(last.visit.statuses, position);
  }
  return order.find(
    (status) => countBefore(tally.came[status] ?? [], position) > countBefore(tally.left[status] ?? [], position),
  );
}
