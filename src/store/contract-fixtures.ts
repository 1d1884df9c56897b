// The common ground of the parts of the store contract: how a store is opened for a proof, and the least that makes a change.
import { Payload } from "../asl/payload.ts";
import type { JournalEvent } from "../engine/journal/event.ts";
import type { ExecutionChange, ExecutionRecord, Journal } from "./journal.ts";
import type { Store } from "./store.ts";

export interface OpenedStore {
  readonly store: Store;
  /** Closes and opens again; a store that keeps nothing answers with the same one. */
  reopen(): Promise<Store>;
  dispose(): Promise<void>;
}
export type OpenStore = () => Promise<OpenedStore>;

export type Prove = (sentence: string, body: (opened: OpenedStore) => Promise<void>) => void;

/** The least that makes a record. */
export function record(change: Partial<ExecutionRecord> & { readonly id: number }): ExecutionRecord {
  return {
    stateMachineId: 1,
    revisionId: 1,
    key: `key-${change.id}`,
    type: "STANDARD",
    status: "RUNNING",
    startedAt: 1_763_826_531_000 + change.id,
    isInFlight: false,
    lastEventId: 1,
    ...change,
  };
}

const nothing = { offers: [], withdrawnOffers: [], signals: [], consumedSignalIds: [] } as const;

export function started(
  change: Partial<ExecutionRecord> & { readonly id: number },
  extra: Partial<ExecutionChange> = {},
): ExecutionChange {
  return { record: record(change), isNew: true, events: [startedEvent(`{"n":${change.id}}`)], ...nothing, ...extra };
}

export function continued(
  change: Partial<ExecutionRecord> & { readonly id: number },
  events: readonly JournalEvent[] = [],
  extra: Partial<ExecutionChange> = {},
): ExecutionChange {
  return { record: record(change), isNew: false, events, ...nothing, ...extra };
}

export function startedEvent(input: string): JournalEvent {
  return { kind: "ExecutionStarted", id: 1, previousEventId: 0, at: 1, input: Payload.ofText(input), roleArn: "role" };
}

export function passed(id: number, text: string): JournalEvent {
  const output = Payload.ofText(text);
  return { kind: "StateExited", id, previousEventId: id - 1, at: id, scope: 0, stateType: "Pass", name: "A", output };
}

/** All events of an execution that is known to be short. */
export async function allEvents({ eachRow }: Pick<Journal, "eachRow">, executionId: number): Promise<JournalEvent[]> {
  const events: JournalEvent[] = [];
  for await (const row of eachRow(executionId)) events.push(...row);
  return events;
}

/** Events with their payloads as texts: equal when the same was stored, whatever was parsed of it. */
export function readable(events: unknown): unknown {
  if (events === undefined) return undefined;
  return JSON.parse(JSON.stringify(events, (_key, value: unknown) => (value instanceof Payload ? value.text : value)));
}

export const idsOf = (items: readonly { readonly id: number }[]): readonly number[] => items.map(({ id }) => id);
