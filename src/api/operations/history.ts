// GetExecutionHistory: pages of the public events of a journal, forwards or newest first. A page reads the blocks of the
// journal that it shows, and those in which its tasks were scheduled.
import type { TaskResource } from "../../asl/resource.ts";
import { isUnlisted, type JournalEvent } from "../../engine/journal/event.ts";
import {
  type HistoryOptions,
  isOfScheduledTask,
  type PublicEvent,
  publicHistory,
} from "../../engine/journal/history.ts";
import type { ExecutionHistory } from "../../runtime/runtime.ts";
import type { EventRange } from "../../store/journal.ts";
import type { Answer, ApiContext, OperationTable } from "../context.ts";
import { executionMissing } from "../errors.ts";
import type { GetExecutionHistoryInput } from "../model.ts";
import { pageSize } from "../page-token.ts";
import { requireExecutionArn } from "./find.ts";

export const historyOperations = {
  GetExecutionHistory: getExecutionHistory,
} satisfies OperationTable;

/** A page ends early where its data grows beyond this: a thousand events of 256 KiB would not fit a string. */
const mostPageCharacters = 8 * 1024 * 1024;

async function getExecutionHistory(input: GetExecutionHistoryInput, context: ApiContext): Promise<Answer> {
  const { executionArn, reverseOrder = false, includeExecutionData: isDataIncluded = true, nextToken } = input;
  requireExecutionArn(executionArn, context);
  const listing = ["GetExecutionHistory", executionArn, reverseOrder].join("|");
  const after = context.pageTokens.read(listing, nextToken);
  const history = await context.runtime.readHistory(executionArn);
  if (history === undefined) throw executionMissing(executionArn);

  const size = pageSize(input.maxResults);
  const { lastEventId } = history;
  const bound = typeof after === "number" ? after : reverseOrder ? lastEventId + 1 : 0;
  const range = reverseOrder ? { from: 1, to: bound - 1 } : { from: bound + 1, to: lastEventId };
  const shown = { region: context.arnSpace.region, isDataIncluded };
  const page = await readPage(history, { ...range, isNewestFirst: reverseOrder, size }, shown);
  const last = page.at(-1)?.id;
  const isMore = last !== undefined && (reverseOrder ? last > 1 : last < lastEventId);
  return { events: page, ...(isMore ? { nextToken: context.pageTokens.issue(listing, last) } : {}) };
}

interface PageRange {
  readonly from: number;
  readonly to: number;
  readonly isNewestFirst: boolean;
  /** Events of the page, at most. */
  readonly size: number;
}

/** The page of a range, in its order: read part by part until it is full. */
async function readPage(
  history: ExecutionHistory,
  { from, to, isNewestFirst, size }: PageRange,
  options: HistoryOptions,
): Promise<readonly PublicEvent[]> {
  const tasks = new ScheduledTasks(history);
  const page: PublicEvent[] = [];
  let characters = 0;
  for (let rest: EventRange | undefined = { from, to }; rest !== undefined && page.length < size;) {
    const bounds = { mostCharacters: mostPageCharacters, mostEvents: size - page.length, isNewestFirst };
    const events: readonly JournalEvent[] = await history.read({ ...rest, ...bounds });
    const shown = publicHistory(events, options, await tasks.before(events));
    for (const event of isNewestFirst ? shown.toReversed() : shown) {
      characters += dataLength(event);
      if (page.length === size || (characters > mostPageCharacters && page.length > 0)) return page;
      page.push(event);
    }
    rest = restOf(rest, events, isNewestFirst);
  }
  return page;
}

/** The part of a range that is not yet read; `undefined` when all of it is. */
function restOf(
  { from, to }: EventRange,
  events: readonly JournalEvent[],
  isNewestFirst: boolean,
): EventRange | undefined {
  const first = events[0]?.id;
  const last = events.at(-1)?.id;
  if (first === undefined || last === undefined) return undefined;
  const rest = isNewestFirst ? { from, to: first - 1 } : { from: last + 1, to };
  return rest.from > rest.to ? undefined : rest;
}

/** Finds the tasks that were scheduled before the events of a page; reads each event that leads there once. */
class ScheduledTasks {
  readonly #history: ExecutionHistory;
  readonly #found = new Map<number, JournalEvent | undefined>();

  constructor(history: ExecutionHistory) {
    this.#history = history;
  }

  /** The resources of the tasks that were scheduled before these events and go on in them, by their scopes. */
  async before(events: readonly JournalEvent[]): Promise<ReadonlyMap<number, TaskResource>> {
    for (const event of events) if (!isUnlisted(event)) this.#found.set(event.id, event);
    const met = new Set<number>();
    const scheduled = new Map<number, TaskResource>();
    for (const event of events) {
      if (event.kind !== "TaskScheduled" && !isOfScheduledTask(event)) continue;
      if (met.has(event.scope)) continue;
      met.add(event.scope);
      const resource = event.kind === "TaskScheduled" ? undefined : await this.#resourceBefore(event);
      if (resource !== undefined) scheduled.set(event.scope, resource);
    }
    return scheduled;
  }

  /** Follows the events that led to one of a task, back to where the task was scheduled. */
  async #resourceBefore(event: JournalEvent & { readonly scope: number }): Promise<TaskResource | undefined> {
    const { scope } = event;
    for (let id = event.previousEventId; id > 0;) {
      const before = await this.#find(id);
      if (before?.kind === "TaskScheduled" && before.scope === scope) return before.resource;
      // An event that leads nowhere or to itself can only come of a broken journal.
      if (before === undefined || before.previousEventId >= id) return undefined;
      id = before.previousEventId;
    }
    return undefined;
  }

  async #find(id: number): Promise<JournalEvent | undefined> {
    if (!this.#found.has(id)) {
      const events = await this.#history.read({ from: id, to: id });
      this.#found.set(
        id,
        events.find((event) => !isUnlisted(event)),
      );
    }
    return this.#found.get(id);
  }
}

/** Length of the texts in an event's details. */
function dataLength(event: object): number {
  let length = 0;
  for (const member of Object.values(event)) {
    if (typeof member === "string") length += member.length;
    else if (typeof member === "object" && member !== null) length += dataLength(member);
  }
  return length;
}
