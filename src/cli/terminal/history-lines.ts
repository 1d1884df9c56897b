// The lines of states, read from the history that GetExecutionHistory gives: for executions of a server that runs somewhere.
// Pure: events in, lines out. An event belongs to the state that the event before it (`previousEventId`) belongs to.
import { isJsonNumber, isJsonObject, type Json, type JsonObject, memberOf, toDouble } from "../../asl/json.ts";
import { failureText } from "./live-lines.ts";
import { type Columns, type Mark, placeBefore, stateLine } from "./state-line.ts";
import { type Paint, printable } from "./terminal.ts";

export interface HistoryLinesOptions {
  readonly paint: Paint;
  /** The command that answers the callback that some parameters, a JSON text, hold a token of; `undefined` where they hold none. */
  readonly answer: (parameters: string) => string | undefined;
  readonly columns: Columns;
}

/** One visit of a state. */
interface Visit {
  readonly name: string;
  readonly type: string;
  /** Before its name. */
  readonly place: string;
  /** The state around it. */
  readonly owner: Visit | undefined;
  /** Epoch milliseconds. */
  readonly enteredAt: number;
  attempts: number;
  /** The failure that it will end by, unless that is retried or caught. */
  failure: string | undefined;
  /** An end without an exit is taken back by a redrive. */
  status: "open" | "ended" | "exited";
  /** Branches that have begun. */
  branches: number;
  /** A line says already that it waits, and for whom. */
  isWaitTold: boolean;
}

/** The scope in which the next state is entered. */
interface Place {
  readonly text: string;
  readonly owner: Visit | undefined;
}

interface HistoryEvent {
  readonly id: number;
  readonly previous: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly type: string;
  readonly details: JsonObject;
}

const root: Place = { text: "", owner: undefined };

export class HistoryLines {
  readonly #options: HistoryLinesOptions;
  readonly #visits = new Map<number, Visit>();
  readonly #places = new Map<number, Place>();
  readonly #open = new Set<Visit>();
  /** Exits whose line names the state that follows, which the next event tells. */
  readonly #held = new Map<number, (next: string) => string>();

  constructor(options: HistoryLinesOptions) {
    this.#options = options;
  }

  /** @param value an event as the API gives it; each is given once, in order. */
  linesOf(value: JsonObject): readonly string[] {
    const event = eventOf(value);
    const name = textIn(event.details, "name");
    const [, entered] = /^(\w+)StateEntered$/.exec(event.type) ?? [];
    if (entered === undefined) return this.#happened(event);
    const released = this.#release(event, name);
    this.#enter(event, entered, name);
    return released;
  }

  /** The states that a running execution is in, as far as no line has said so. */
  openLines(): readonly string[] {
    const owners = new Set([...this.#open].map(({ owner }) => owner));
    const inner = [...this.#open].filter((visit) => !owners.has(visit) && !visit.isWaitTold);
    return inner.map((visit) =>
      this.#line("waits", visit, undefined, visit.type === "Wait" ? "waits" : "is under way"),
    );
  }

  #enter(event: HistoryEvent, type: string, name: string): void {
    const place = this.#placeAfter(event);
    const { at: enteredAt } = event;
    const { text, owner } = place;
    const visit: Visit = {
      name,
      type,
      place: text,
      owner,
      enteredAt,
      attempts: 0,
      failure: undefined,
      status: "open",
      branches: 0,
      isWaitTold: false,
    };
    this.#open.add(visit);
    this.#know(event, visit, place);
  }

  #placeAfter({ previous }: HistoryEvent): Place {
    const before = this.#visits.get(previous);
    if (before?.type !== "Parallel" || before.status === "exited") return this.#places.get(previous) ?? root;
    // AWS does not say which branch a state is of: branches are entered in their order.
    return { text: placeBefore(before.place, before.name, before.branches++), owner: before };
  }

  #know({ id }: HistoryEvent, visit: Visit | undefined, place: Place): void {
    if (visit !== undefined) this.#visits.set(id, visit);
    this.#places.set(id, place);
  }

  #happened(event: HistoryEvent): readonly string[] {
    const { type, previous, details, at } = event;
    const before = this.#visits.get(previous);
    const place = this.#places.get(previous) ?? root;
    if (/^Execution(Failed|TimedOut|Aborted)$/.test(type)) return this.#executionEnded(event, before);
    if (type.startsWith("Execution")) return [];
    const visit = this.#visitOf(event, before);
    if (type === "MapIterationStarted" && visit !== undefined) {
      const text = placeBefore(visit.place, visit.name, numberIn(details, "index"));
      this.#know(event, undefined, { text, owner: visit });
      return [];
    }
    this.#know(event, visit, visit === undefined ? place : { text: visit.place, owner: visit.owner });
    if (visit === undefined) return [];
    if (!type.endsWith("Aborted")) this.#reopen(visit);
    if (type.endsWith("StateExited")) return this.#exited(event, visit);
    if (type.endsWith("StateAborted")) return this.#endVisit(visit, at);
    if (/^(Map|Parallel)StateFailed$/.test(type)) {
      visit.failure ??= before?.failure;
      return this.#endInside(visit, at);
    }
    if (/^MapIteration(Failed|Aborted)$/.test(type))
      return this.#endInside(visit, at, placeBefore(visit.place, visit.name, numberIn(details, "index")));
    if (type.endsWith("Scheduled")) return this.#scheduled(event, visit);
    if (/(Failed|TimedOut)$/.test(type)) visit.failure = failureIn(details);
    return [];
  }

  /** Events about a Map or Parallel state may follow one of a state inside of it. */
  #visitOf({ type, details }: HistoryEvent, before: Visit | undefined): Visit | undefined {
    const [, container] = /^(Map|Parallel)(?:State|Iteration|Run)/.exec(type) ?? [];
    const name = type.endsWith("StateExited") ? textIn(details, "name") : undefined;
    const isMeant = (visit: Visit): boolean =>
      visit.status !== "exited" &&
      (container === undefined || visit.type === container) &&
      (name === undefined || visit.name === name);
    if (container === undefined && name === undefined) return before;
    for (let visit = before; visit !== undefined; visit = visit.owner) if (isMeant(visit)) return visit;
    return undefined;
  }

  #exited({ id, at }: HistoryEvent, visit: Visit): readonly string[] {
    this.#close(visit, "exited");
    const { failure } = visit;
    if (failure !== undefined) {
      const text = failure.replace(/\.$/, "");
      this.#held.set(id, (next) => this.#line("failed", visit, at, `${text}; caught → ${printable(next)}`));
      return [];
    }
    if (visit.type === "Choice") {
      this.#held.set(id, (next) => this.#line("done", visit, at, `→ ${printable(next)}`));
      return [];
    }
    return [this.#line("done", visit, at, visit.attempts > 1 ? `attempt ${visit.attempts}` : "")];
  }

  #scheduled({ type, details, at }: HistoryEvent, visit: Visit): readonly string[] {
    visit.attempts += 1;
    visit.isWaitTold = false;
    const lines: string[] = [];
    if (visit.failure !== undefined) {
      lines.push(
        this.#line("retried", visit, at, `${visit.failure.replace(/\.$/, "")}; attempt ${visit.attempts} now`),
      );
      visit.failure = undefined;
    }
    const resource = textIn(details, "resource");
    if (type === "ActivityScheduled") {
      visit.isWaitTold = true;
      const worker = resource.slice(resource.lastIndexOf(":") + 1);
      lines.push(this.#line("waits", visit, undefined, `waits for a worker of ${printable(worker)}`));
    }
    if (resource.endsWith(".waitForTaskToken")) {
      visit.isWaitTold = true;
      const command = this.#options.answer(textIn(details, "parameters"));
      const how = command === undefined ? "" : ". To send one from another terminal:";
      lines.push(this.#line("waits", visit, undefined, `waits for a callback${how}`));
      if (command !== undefined) lines.push(`      ${this.#options.paint("cyan", printable(command))}`);
    }
    return lines;
  }

  #executionEnded({ details, at }: HistoryEvent, before: Visit | undefined): readonly string[] {
    const failure = failureIn(details);
    for (let visit = before; visit !== undefined; visit = visit.owner) visit.failure ??= failure;
    const open = [...this.#open];
    return open.toReversed().flatMap((visit) => this.#endVisit(visit, at));
  }

  #endInside(container: Visit, at: number, place?: string): readonly string[] {
    const inside = [...this.#open].filter(
      (visit) => isWithin(visit, container) && (place === undefined || visit.place.startsWith(place)),
    );
    return inside.toReversed().flatMap((visit) => this.#endVisit(visit, at));
  }

  #endVisit(visit: Visit, at: number): readonly string[] {
    if (visit.status !== "open") return [];
    this.#close(visit, "ended");
    const { failure } = visit;
    return [this.#line(failure === undefined ? "stopped" : "failed", visit, at, failure ?? "stopped")];
  }

  #close(visit: Visit, status: "ended" | "exited"): void {
    visit.status = status;
    this.#open.delete(visit);
  }

  /** A redrive goes on with a state that had ended. */
  #reopen(from: Visit): void {
    for (let visit: Visit | undefined = from; visit?.status === "ended"; visit = visit.owner) {
      [visit.status, visit.failure, visit.attempts] = ["open", undefined, 0];
      this.#open.add(visit);
    }
  }

  /** The line of the exit that a state follows. */
  #release({ previous }: HistoryEvent, next: string): readonly string[] {
    const line = this.#held.get(previous);
    this.#held.delete(previous);
    return line === undefined ? [] : [line(next)];
  }

  #line(mark: Mark, visit: Visit, endedAt: number | undefined, text: string): string {
    const { type } = visit;
    const name = `${visit.place}${visit.name}`;
    const durationMs = endedAt === undefined ? undefined : endedAt - visit.enteredAt;
    return stateLine({ mark, name, type, durationMs, text }, this.#options);
  }
}

function isWithin(visit: Visit, container: Visit): boolean {
  for (let { owner } = visit; owner !== undefined; { owner } = owner) if (owner === container) return true;
  return false;
}

function failureIn(details: JsonObject): string {
  return failureText({ error: textIn(details, "error") || undefined, cause: textIn(details, "cause") || undefined });
}

function eventOf(value: JsonObject): HistoryEvent {
  const details = Object.entries(value).find(([name]) => name.endsWith("EventDetails"))?.[1];
  return {
    id: numberIn(value, "id"),
    previous: numberIn(value, "previousEventId"),
    at: numberIn(value, "timestamp") * 1000,
    type: textIn(value, "type"),
    details: isJsonObject(details) ? details : {},
  };
}

function numberIn(object: JsonObject, name: string): number {
  const value = memberOf(object, name);
  return isJsonNumber(value) ? toDouble(value) : 0;
}

function textIn(object: JsonObject, name: string): string {
  const value: Json | undefined = memberOf(object, name);
  return typeof value === "string" ? value : "";
}
