// JSON text as Jackson takes it for `$parse`: no member named twice, no number too long or too large for a double, not too deep.
import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type Json,
  mayHoldExactNumbers,
  parseJson,
  toDouble,
} from "../../json.ts";
import { jsonLimitProblem } from "../../json-limits.ts";
import type { Run } from "../values.ts";

/** Measured. */
const [stepsPerText, stepsPerValue, stepsPerExactCharacter] = [10, 3, 5];

/** `undefined` for what is not JSON. */
export function strictJson(text: string, run: Run): Json | undefined {
  run.payString(text.length);
  run.pay(stepsPerText + (mayHoldExactNumbers(text) ? stepsPerExactCharacter * text.length : text.length >> 1));
  if (jsonLimitProblem(text) !== undefined) return undefined;
  const value = parsed(text);
  if (value === undefined) return undefined;
  const colons = colonsOf(text);
  return memberCount(value, run) === colons ? value : undefined;
}

function parsed(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The colons of a JSON text outside its strings: as many as it names members. */
function colonsOf(text: string): number {
  let count = 0;
  let isInside = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) isInside = !isInside;
    else if (unit === 0x5c) i += 1;
    else if (unit === 0x3a && !isInside) count += 1;
  }
  return count;
}

/** How many members the objects in a value have; not a number where a number is too large. */
function memberCount(value: Json, run: Run): number {
  run.pay(stepsPerValue);
  if (isJsonNumber(value)) return Number.isFinite(toDouble(value)) ? 0 : Number.NaN;
  if (!isJsonArray(value) && !isJsonObject(value)) return 0;
  const members = isJsonArray(value) ? value : Object.values(value);
  let count = isJsonArray(value) ? 0 : members.length;
  for (const member of members) count += memberCount(member, run);
  return count;
}
