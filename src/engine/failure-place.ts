// The sentence by which AWS begins the cause of a failure that a state met by itself, and the cause without it.

export function failurePlace({
  name,
  enteredEventId,
}: {
  readonly name: string;
  readonly enteredEventId: number;
}): string {
  return `An error occurred while executing the state '${name}' (entered at the event id #${enteredEventId}).`;
}

const place = /^An error occurred while executing the state '([^\r\n]*?)' \(entered at the event id #(\d+)\)\./;

export interface PlacedCause {
  /** As `failurePlace` has it. */
  readonly place: string;
  readonly state: string;
  readonly eventId: number;
  /** The cause without the place. */
  readonly detail: string;
}

/** `undefined` for a cause that begins otherwise. */
export function placedCause(cause: string): PlacedCause | undefined {
  const [whole, state, eventId] = place.exec(cause) ?? [];
  if (whole === undefined || state === undefined) return undefined;
  return { place: whole, state, eventId: Number(eventId), detail: cause.slice(whole.length).trimStart() };
}
