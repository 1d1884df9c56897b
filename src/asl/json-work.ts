// Work with values of which nobody knows yet how large they are: writing and copying are measured and paid for before.
import { countJson, type Json, type JsonObject, maxJsonDepth, stringifyJson } from "./json.ts";
import type { Work } from "./work.ts";

/** Far more than a payload may hold, far less than a string may. */
const maxTextBytes = 1 << 26;
/** Values that a state nests in others keep their own levels; shallow enough for the call stack. */
const maxTextDepth = 2 * maxJsonDepth;
/** Measured: the more a text consists of strings, the cheaper its bytes are. */
const [stepsPerNode, bytesPerStep] = [3, 5];

/**
 * Pays for walking a value once and writing it, as often as is said.
 * @returns whether it is small and shallow enough for that
 * @throws WorkExceeded
 */
export function payForJson(value: Json, work: Work, times = 1): boolean {
  const bound = Math.min(work.left * bytesPerStep, maxTextBytes);
  const { bytes, nodes, problem } = countJson(value, { bytes: bound, depth: maxTextDepth });
  work.pay(1 + times * (stepsPerNode * nodes + Math.ceil(bytes / bytesPerStep)));
  return problem === undefined;
}

/**
 * Compact JSON text; `undefined` for a value that is too large or too deep to be written.
 * @throws WorkExceeded
 */
export function jsonText(value: Json, work: Work): string | undefined {
  return payForJson(value, work) ? stringifyJson(value) : undefined;
}

/**
 * Pays for a walk over the members of an object, or for a copy of it.
 * @throws WorkExceeded
 */
export function payForMembers(object: JsonObject, work: Work): void {
  const { length } = Object.keys(object);
  work.pay(1 + length * (length > mostForShape ? stepsPerHashedMember : stepsPerMember));
}

/** An object of more members than this is a hash table to the machine, and slow to walk. */
const mostForShape = 500;
/** Measured. */
const [stepsPerMember, stepsPerHashedMember] = [3, 20];

/** The text that a message shows of a value. @throws WorkExceeded */
export function shownJson(value: Json, work: Work): string {
  return jsonText(value, work) ?? "...";
}
