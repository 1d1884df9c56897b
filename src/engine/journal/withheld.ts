// Payloads that a viewer is not given: in the place of each stands a small one that says where the data are, so that the
// journal folds all the same.
import { isJsonObject, type Json, memberOf } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";

export interface Withheld {
  /** `size`: it is large, and given to whoever asks for its event; `rights`: the viewer may not see it; `unasked`: no data were asked for. */
  readonly reason: "size" | "rights" | "unasked";
  /** The event and its member that have the data; the variable, where the member is `assigned`. */
  readonly eventId: number;
  readonly member: string;
  readonly variable?: string | undefined;
  /** The size of the data in UTF-8 bytes; absent where it is not told. */
  readonly bytes?: number | undefined;
}

const mark = "pawl:withheld";
const beginning = `{"${mark}":`;
const mostCharacters = 2_000;

/** The payload that stands in the place of another one. */
export function withheldPayload({ reason, eventId, member, variable, bytes }: Withheld): Payload {
  const told = { reason, eventId, member, variable, bytes };
  return Payload.ofText(`${beginning}${JSON.stringify(told)}}`);
}

/**
 * The news that a payload stands for another one; `undefined` for data. Data of a workflow may look the same, and harm nobody:
 * the event that they name is asked for, and shows what it has.
 */
export function withheldOf({ text }: Payload): Withheld | undefined {
  if (!text.startsWith(beginning) || text.length > mostCharacters) return undefined;
  const value = JSON.parse(text) as Json;
  const told = isJsonObject(value) ? memberOf(value, mark) : undefined;
  if (told === undefined || !isJsonObject(told)) return undefined;
  const [reason, eventId, member, variable, bytes] = ["reason", "eventId", "member", "variable", "bytes"].map((name) =>
    memberOf(told, name),
  );
  if (reason !== "size" && reason !== "rights" && reason !== "unasked") return undefined;
  if (typeof eventId !== "number" || typeof member !== "string") return undefined;
  return {
    reason,
    eventId,
    member,
    ...(typeof variable === "string" ? { variable } : {}),
    ...(typeof bytes === "number" ? { bytes } : {}),
  };
}
