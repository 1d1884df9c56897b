// The arguments and answers of calls between nodes as text: JSON, beside which payloads travel as the texts that they are.
import { Payload } from "../asl/payload.ts";

/** The names that lead to a value, from the outermost on. */
type Path = readonly string[];

interface Enveloped {
  readonly value?: unknown;
  readonly payloads: readonly (readonly [path: Path, text: string])[];
}

/** @param value plain data with payloads in it. Members and items that are `undefined` are absent when they arrive. */
export function encodeValue(value: unknown): string {
  const payloads: [Path, string][] = [];
  const plain = withoutPayloads(value, [], (path, text) => payloads.push([path, text]));
  return JSON.stringify({ value: plain, payloads } satisfies Enveloped);
}

/** @throws Error for a text that `encodeValue` did not make. */
export function decodeValue(text: string): unknown {
  const { value, payloads } = requireEnvelope(JSON.parse(text));
  const whole = [value];
  for (const [path, payload] of payloads) put(whole, ["0", ...path], Payload.ofText(payload));
  return whole[0];
}

/** As `decodeValue`, for the arguments of a call: `undefined` among them comes as JSON's null. */
export function decodeArguments(text: string): readonly unknown[] {
  const value = decodeValue(text);
  if (!Array.isArray(value)) throw new Error("The arguments of a call from another node are no list.");
  return value.map((argument: unknown) => argument ?? undefined);
}

function withoutPayloads(value: unknown, path: Path, take: (path: Path, text: string) => void): unknown {
  if (value instanceof Payload) {
    take(path, value.text);
    return null;
  }
  if (typeof value === "function" || typeof value === "bigint" || typeof value === "symbol")
    throw new Error(`A ${typeof value} at ${path.join(".")} cannot travel to another node.`);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item, i) => withoutPayloads(item, [...path, String(i)], take));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new Error(`An object at ${path.join(".")} that is no plain one cannot travel to another node.`);
  const members = Object.entries(value).map(([name, member]) => [name, withoutPayloads(member, [...path, name], take)]);
  return Object.fromEntries(members);
}

function requireEnvelope(given: unknown): Enveloped {
  const { value, payloads } = (given ?? {}) as { readonly value?: unknown; readonly payloads?: unknown };
  if (!Array.isArray(payloads) || !payloads.every(isPlaced)) throw new Error("A message of another node has no form.");
  return { value, payloads };
}

function isPlaced(given: unknown): given is readonly [Path, string] {
  if (!Array.isArray(given) || given.length !== 2) return false;
  const [path, text] = given as readonly unknown[];
  return Array.isArray(path) && path.every((name) => typeof name === "string") && typeof text === "string";
}

/** Walks members of the value's own alone. */
function put(whole: unknown, path: Path, payload: Payload): void {
  let holder = whole;
  for (const name of path.slice(0, -1)) holder = memberOf(holder, name);
  const last = path.at(-1) ?? "";
  if (memberOf(holder, last) !== null) throw new Error("A message of another node has no place for a payload of it.");
  Object.defineProperty(holder, last, { value: payload, enumerable: true, configurable: true, writable: true });
}

function memberOf(holder: unknown, name: string): unknown {
  if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, name))
    throw new Error("A message of another node has no place for a payload of it.");
  return (holder as Readonly<Record<string, unknown>>)[name];
}
