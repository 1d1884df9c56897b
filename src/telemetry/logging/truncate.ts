// Details of an event that are too large for a log: texts are cut where they are, escaped, larger than 248 KiB, and
// `inputDetails` and `outputDetails` say so ("CloudWatch Logs payloads" in the developer guide).
import { utf8Length } from "../../asl/payload.ts";

const maxTextBytes = 248 * 1024;

type Members = Readonly<Record<string, unknown>>;

/** @param maxBytes of the details as JSON. Variables go first: AWS does not say what becomes of them. */
export function withinLimit(details: Members, maxBytes: number): Members {
  const cut = new Map(Object.entries(details));
  const bytes = (): number => jsonBytes(Object.fromEntries(cut));
  if (cut.has("assignedVariables") && bytes() > maxBytes) {
    cut.set("assignedVariables", {});
    cut.set("assignedVariablesDetails", { truncated: true });
  }
  for (const [name, value] of cut) {
    if (typeof value !== "string" || jsonBytes(value) - 2 <= maxTextBytes) continue;
    cut.set(name, prefixWithin(value, maxTextBytes));
    if (cut.has(`${name}Details`)) cut.set(`${name}Details`, { truncated: true });
  }
  // Several texts that are large without being too large: the largest is cut to what the others leave.
  for (let excess = bytes() - maxBytes; excess > 0; excess = bytes() - maxBytes) {
    const texts = [...cut].filter((member): member is [string, string] => typeof member[1] === "string");
    const [largest] = texts.toSorted(([, one], [, other]) => jsonBytes(other) - jsonBytes(one));
    if (largest === undefined || largest[1] === "") break;
    const [name, text] = largest;
    cut.set(name, prefixWithin(text, Math.max(0, jsonBytes(text) - 2 - excess)));
    if (cut.has(`${name}Details`)) cut.set(`${name}Details`, { truncated: true });
  }
  return Object.fromEntries(cut);
}

function jsonBytes(value: unknown): number {
  return utf8Length(JSON.stringify(value));
}

/** The longest beginning that is within the limit once it is escaped. */
function prefixWithin(text: string, maxBytes: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += escapedBytes(character);
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function escapedBytes(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x22 || code === 0x5c || (code >= 0xd800 && code <= 0xdfff))
    return jsonBytes(character) - 2;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
