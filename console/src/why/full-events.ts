// Events with the data that were left out of them at first, once somebody asked for those.
import { Payload } from "@asl/payload.ts";
import type { JournalEvent } from "@engine/journal/event.ts";
import { type Withheld, withheldOf } from "@engine/journal/withheld.ts";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { EventData } from "@contract";
import { getJson } from "../api/client.ts";

type Texts = ReadonlyMap<string, string>;

export interface FullEvents {
  readonly events: readonly JournalEvent[];
  readonly load: (withheld: readonly Withheld[]) => void;
  readonly isLoading: boolean;
  readonly error: Error | null;
}

export function useFullEvents(executionArn: string, events: readonly JournalEvent[]): FullEvents {
  const [texts, setTexts] = useState<Texts>(new Map());
  const loading = useMutation({
    mutationFn: (withheld: readonly Withheld[]) => loadTexts(executionArn, withheld),
    onSuccess: (loaded) => setTexts((known) => new Map([...known, ...loaded])),
  });
  const full = useMemo(
    () => (texts.size === 0 ? events : events.map((event) => filled(event, texts))),
    [events, texts],
  );
  return { events: full, load: loading.mutate, isLoading: loading.isPending, error: loading.error };
}

async function loadTexts(executionArn: string, withheld: readonly Withheld[]): Promise<Texts> {
  const texts = new Map<string, string>();
  for (const eventId of new Set(withheld.map((one) => one.eventId))) {
    const { data } = await getJson<EventData>(`executions/${encodeURIComponent(executionArn)}/events/${eventId}/data`);
    for (const { member, variable, text } of data) texts.set(keyOf({ eventId, member, variable }), text);
  }
  return texts;
}

function keyOf({ eventId, member, variable = "" }: Pick<Withheld, "eventId" | "member" | "variable">): string {
  return `${eventId} ${member} ${variable}`;
}

/** Every payload of an event that was left out, put back where its text is known. */
function filled(event: JournalEvent, texts: Texts): JournalEvent {
  const entries = Object.entries(event).map(([name, value]: [string, unknown]) => {
    if (value instanceof Payload) return [name, filledPayload(value, texts)];
    if (name !== "assigned" || typeof value !== "object" || value === null) return [name, value];
    const assigned = Object.entries(value as Readonly<Record<string, Payload>>);
    return [name, Object.fromEntries(assigned.map(([variable, payload]) => [variable, filledPayload(payload, texts)]))];
  });
  return Object.fromEntries(entries) as JournalEvent;
}

function filledPayload(payload: Payload, texts: Texts): Payload {
  const withheld = withheldOf(payload);
  const text = withheld === undefined ? undefined : texts.get(keyOf(withheld));
  return text === undefined ? payload : Payload.ofText(text);
}
