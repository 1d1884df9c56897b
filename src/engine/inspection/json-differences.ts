// The differences between two JSON values, place by place.
import { isJsonArray, isJsonObject, type Json, memberOf, stringifyJson } from "../../asl/json.ts";

export interface JsonDifference {
  /** A JSON Pointer; empty for the values themselves. */
  readonly pointer: string;
  /** Absent where only the right one has something there, and the other way round. */
  readonly left?: Json | undefined;
  readonly right?: Json | undefined;
}

export interface JsonDifferences {
  readonly differences: readonly JsonDifference[];
  /** There are more than were looked for. */
  readonly isCut: boolean;
}

/** Deeper values are compared as a whole. */
const maxDepth = 200;

/** @param most how many differences are wanted. */
export function jsonDifferences(left: Json | undefined, right: Json | undefined, most = 100): JsonDifferences {
  const found: JsonDifference[] = [];
  collect({ pointer: "", left, right }, 0, (difference) => {
    found.push(difference);
    return found.length <= most;
  });
  return { differences: found.slice(0, most), isCut: found.length > most };
}

type Report = (difference: JsonDifference) => boolean;

/** @returns whether to go on. */
function collect({ pointer, left, right }: JsonDifference, depth: number, report: Report): boolean {
  if (left === right) return true;
  if (left !== undefined && right !== undefined && depth < maxDepth) {
    if (isJsonObject(left) && isJsonObject(right)) {
      for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
        const below = {
          pointer: `${pointer}/${escaped(name)}`,
          left: memberOf(left, name),
          right: memberOf(right, name),
        };
        if (!collect(below, depth + 1, report)) return false;
      }
      return true;
    }
    if (isJsonArray(left) && isJsonArray(right)) {
      for (let i = 0; i < Math.max(left.length, right.length); i++) {
        if (!collect({ pointer: `${pointer}/${i}`, left: left[i], right: right[i] }, depth + 1, report)) return false;
      }
      return true;
    }
    // Numbers that are kept as they were written are objects.
    if (stringifyJson(left) === stringifyJson(right)) return true;
  }
  return report({ pointer, left, right });
}

function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
