// GetExecutionHistory: pages of the public events of a journal, forwards or newest first.
import { type JournalEvent, isUnlisted } from "../../engine/journal/event.ts";
import { type PublicEvent, publicHistory } from "../../engine/journal/history.ts";
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
  const events = await context.runtime.readHistory(executionArn);
  if (events === undefined) throw executionMissing(executionArn);

  const size = pageSize(input.maxResults);
  const lastId = lastListedId(events);
  const from = typeof after === "number" ? after : reverseOrder ? lastId + 1 : 0;
  const range = reverseOrder ? { firstId: from - size, lastId: from - 1 } : { firstId: from + 1, lastId: from + size };
  const history = publicHistory(events, { region: context.arnSpace.region, isDataIncluded }, range);
  const page = cutToSize(reverseOrder ? history.toReversed() : history);
  const last = page.at(-1)?.id;
  const isMore = last !== undefined && (reverseOrder ? last > 1 : last < lastId);
  return { events: page, ...(isMore ? { nextToken: context.pageTokens.issue(listing, last) } : {}) };
}

/** Ids of listed events are dense from 1, so this is also their number. */
function lastListedId(events: readonly JournalEvent[]): number {
  return events.findLast((event) => !isUnlisted(event))?.id ?? 0;
}

function cutToSize(events: readonly PublicEvent[]): readonly PublicEvent[] {
  let characters = 0;
  const end = events.findIndex((event) => {
    characters += dataLength(event);
    return characters > mostPageCharacters;
  });
  return end === -1 ? events : events.slice(0, Math.max(1, end));
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
