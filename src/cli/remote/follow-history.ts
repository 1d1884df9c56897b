// The history of an execution, read to its end, however long it goes on.
import { isJsonArray, isJsonNumber, isJsonObject, type JsonObject, memberOf, toDouble } from "../../asl/json.ts";
import { type CallApi, textOf } from "../session/api-client.ts";

export interface FollowOptions {
  readonly call: CallApi;
  readonly executionArn: string;
  /** Gets the events in order, each once. */
  readonly onEvents: (events: readonly JsonObject[]) => void;
  /** Go on until it has ended. */
  readonly isFollowing: boolean;
  /** Aborts when nobody wants to see more. */
  readonly signal?: AbortSignal | undefined;
}

/** Reads all that there is, then asks for what is new: a page of the newest events costs the server little. */
export async function followHistory({
  call,
  executionArn,
  onEvents,
  isFollowing,
  signal,
}: FollowOptions): Promise<void> {
  let last = 0;
  let hasEnded = false;
  const take = (events: readonly JsonObject[]): void => {
    const unseen = events.filter((event) => idOf(event) > last);
    const newest = unseen.at(-1);
    if (newest === undefined) return;
    last = idOf(newest);
    hasEnded = /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(textOf(newest, "type"));
    onEvents(unseen);
  };
  await eachPage({ call, executionArn, maxResults: 1000 }, (events) => {
    take(events);
    return true;
  });
  if (!isFollowing) return;
  const isOver = (): boolean => hasEnded || signal?.aborted === true;
  for (let waitMs = shortestWaitMs; !isOver();) {
    await pause(waitMs, signal);
    const before = last;
    const newest: JsonObject[] = [];
    await eachPage({ call, executionArn, maxResults: 100, reverseOrder: true }, (events) => {
      newest.push(...events);
      return idOf(events.at(-1) ?? {}) > before + 1;
    });
    take(newest.toReversed());
    waitMs = last > before ? shortestWaitMs : Math.min(waitMs * 1.5, longestWaitMs);
  }
}

/** A person does not feel the first, and a server does not feel the second. */
const shortestWaitMs = 50;
const longestWaitMs = 500;

interface Pages {
  readonly call: CallApi;
  readonly executionArn: string;
  readonly maxResults: number;
  readonly reverseOrder?: true;
}

/** @param take whether another page is wanted. */
async function eachPage({ call, ...input }: Pages, take: (events: readonly JsonObject[]) => boolean): Promise<void> {
  for (let nextToken: string | undefined; ;) {
    const page = await call("GetExecutionHistory", { ...input, ...(nextToken === undefined ? {} : { nextToken }) });
    const events = memberOf(page, "events") ?? [];
    const isMore = take(isJsonArray(events) ? events.filter((event) => isJsonObject(event)) : []);
    nextToken = textOf(page, "nextToken") || undefined;
    if (nextToken === undefined || !isMore) return;
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    signal?.addEventListener("abort", end, { once: true });
  });
}

function idOf(event: JsonObject): number {
  const id = memberOf(event, "id");
  return isJsonNumber(id) ? toDouble(id) : 0;
}
