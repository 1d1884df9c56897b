// How much text events bring: what is decided, written and read in one go is bounded by it.
import type { Payload } from "../../asl/payload.ts";
import type { EventBody, JournalEvent } from "./event.ts";
import { type CellTypes, eventMembers } from "./event-members.ts";

/** A shorter text is counted wherever it stands: to look whether it was counted before would cost more. */
const shortText = 1024;

/** About the length of the structure of one event in its row. */
const structureLength = 64;

interface Member {
  readonly name: string;
  readonly type: keyof CellTypes;
}

/** The members of each kind whose length the data decides. */
const sizedMembers: ReadonlyMap<EventBody["kind"], readonly Member[]> = new Map(
  (Object.keys(eventMembers) as readonly EventBody["kind"][]).map((kind) => [
    kind,
    Object.entries(eventMembers[kind])
      .map(([name, type]) => ({ name, type: type.replace("?", "") as keyof CellTypes }))
      .filter(({ name, type }) => type === "payload" || type === "assigned" || name === "cause" || name === "error"),
  ]),
);

/** Counts the characters that events bring, one after the other; a payload that several of them share counts once. */
export class EventSizes {
  /** The long payloads that were counted. */
  #counted: Set<Payload> | undefined;

  /** @returns the characters of an event beyond those of the events before it. */
  add(event: JournalEvent): number {
    let characters = structureLength;
    for (const { name, type } of sizedMembers.get(event.kind) ?? []) {
      const member = (event as unknown as { readonly [name: string]: unknown })[name];
      if (member === undefined) continue;
      if (type === "payload") characters += this.#lengthOf(member as Payload);
      else if (type === "text") characters += (member as string).length;
      else for (const payload of Object.values(member as CellTypes["assigned"])) characters += this.#lengthOf(payload);
    }
    return characters;
  }

  #lengthOf(payload: Payload): number {
    const { length } = payload.text;
    if (length < shortText) return length;
    this.#counted ??= new Set();
    if (this.#counted.has(payload)) return 0;
    this.#counted.add(payload);
    return length;
  }
}
