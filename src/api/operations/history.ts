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
import { eventsPerBlock } from "../../store/event-blocks.ts";
import type { EventRange } from "../../store/journal.ts";
import type { Answer, ApiContext, OperationTable } from "../context.ts";
import { executionMissing } from "../errors.ts";
import type { GetExecutionHistoryInput } from "../model.ts";
import { pageSize } from "../page-token.ts";
import { requireExecutionArn } from "./executions.ts";

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
  const range = reverseOrder ? { from: bound - size, to: bound - 1 } : { from: bound + 1, to: bound + size };
  const shown = { region: context.arnSpace.region, isDataIncluded };
  const page = await readPage(history, clipped(range, lastEventId), { ...shown, isNewestFirst: reverseOrder });
  const last = page.at(-1)?.id;
  const isMore = last !== undefined && (reverseOrder ? last > 1 : last < lastEventId);
  return { events: page, ...(isMore ? { nextToken: context.pageTokens.issue(listing, last) } : {}) };
}

function clipped({ from, to }: EventRange, lastEventId: number): EventRange {
  return { from: Math.max(1, from), to: Math.min(to, lastEventId) };
}

interface PageOptions extends HistoryOptions {
  readonly isNewestFirst: boolean;
}

async function readPage(
  history: ExecutionHistory,
  { from, to }: EventRange,
  { isNewestFirst, ...options }: PageOptions,
): Promise<readonly PublicEvent[]> {
  const blocks = new Blocks(history);
  const page: PublicEvent[] = [];
  let characters = 0;
  for (const block of blockNumbers({ from, to }, isNewestFirst)) {
    const events = await blocks.read(block);
    const scheduled = await scheduledBefore(events, blocks);
    const shown = publicHistory(events, options, scheduled).filter(({ id }) => id >= from && id <= to);
    for (const event of isNewestFirst ? shown.toReversed() : shown) {
      characters += dataLength(event);
      if (characters > mostPageCharacters && page.length > 0) return page;
      page.push(event);
    }
  }
  return page;
}

const blockOf = (eventId: number): number => Math.floor(eventId / eventsPerBlock);

/** The blocks that hold the events of a range, in the order of the page. */
function blockNumbers({ from, to }: EventRange, isNewestFirst: boolean): readonly number[] {
  const count = to < from ? 0 : blockOf(to) - blockOf(from) + 1;
  const ascending = Array.from({ length: count }, (_, i) => blockOf(from) + i);
  return isNewestFirst ? ascending.toReversed() : ascending;
}

/** The blocks that one page has read, each of them once. */
class Blocks {
  readonly #history: ExecutionHistory;
  readonly #read = new Map<number, readonly JournalEvent[]>();

  constructor(history: ExecutionHistory) {
    this.#history = history;
  }

  async read(number: number): Promise<readonly JournalEvent[]> {
    const known = this.#read.get(number);
    if (known !== undefined) return known;
    const first = number * eventsPerBlock;
    const events = await this.#history.read({ from: first, to: first + eventsPerBlock - 1 });
    this.#read.set(number, events);
    return events;
  }

  async find(eventId: number): Promise<JournalEvent | undefined> {
    const events = await this.read(blockOf(eventId));
    return events.find((event) => event.id === eventId && !isUnlisted(event));
  }
}

/** The resources of the tasks that were scheduled before these events and go on in them, by their scopes. */
async function scheduledBefore(
  events: readonly JournalEvent[],
  blocks: Blocks,
): Promise<ReadonlyMap<number, TaskResource>> {
  const met = new Set<number>();
  const scheduled = new Map<number, TaskResource>();
  for (const event of events) {
    if (event.kind !== "TaskScheduled" && !isOfScheduledTask(event)) continue;
    if (met.has(event.scope)) continue;
    met.add(event.scope);
    const resource = event.kind === "TaskScheduled" ? undefined : await resourceBefore(event, blocks);
    if (resource !== undefined) scheduled.set(event.scope, resource);
  }
  return scheduled;
}

/** Follows the events that led to one of a task, back to where the task was scheduled. */
async function resourceBefore(
  { scope, previousEventId }: JournalEvent & { readonly scope: number },
  blocks: Blocks,
): Promise<TaskResource | undefined> {
  for (let id = previousEventId; id > 0;) {
    const event = await blocks.find(id);
    if (event?.kind === "TaskScheduled" && event.scope === scope) return event.resource;
    // An event that leads nowhere or to itself can only come of a broken journal.
    if (event === undefined || event.previousEventId >= id) return undefined;
    id = event.previousEventId;
  }
  return undefined;
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
