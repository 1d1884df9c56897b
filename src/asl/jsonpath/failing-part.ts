// The part of a path at which it stops to name anything, with the last thing that it still named: for whoever has to find
// out why a path of a state failed.
import type { Json } from "../json.ts";
import { compileJsonPath, type PathScope } from "./jsonpath.ts";

export interface FailingPart {
  /** The longest beginning of the path that names something; absent where even its root does not. */
  readonly found?: { readonly path: string; readonly value: Json } | undefined;
  /** The rest, such as `.customer.name`. */
  readonly missing: string;
}

/** Beginnings that are tried. No path that a person writes has more steps. */
const mostSteps = 200;

/** `undefined` where the path names something. @throws WorkExceeded */
export function failingPart(path: string, scope: PathScope): FailingPart | undefined {
  const ends = [...stepEnds(path), path.length].slice(0, mostSteps);
  let found: FailingPart["found"];
  for (const end of ends) {
    const beginning = path.slice(0, end);
    const compiled = compileJsonPath(beginning);
    // A beginning that is no path by itself is passed over.
    if ("problem" in compiled) continue;
    const result = compiled.path.read(scope);
    if (!result.found) return { found, missing: path.slice(found?.path.length ?? 0) };
    found = { path: beginning, value: result.value };
  }
  return undefined;
}

/** The places in a path at which a step ends and the next one begins. */
function stepEnds(path: string): readonly number[] {
  const ends: number[] = [];
  let depth = 0;
  let quote: string | undefined;
  for (let i = 1; i < path.length; i++) {
    const character = path.charAt(i);
    if (quote !== undefined) {
      if (character === "\\") i += 1;
      else if (character === quote) quote = undefined;
      continue;
    }
    if (depth > 0 && (character === "'" || character === '"')) quote = character;
    if (depth === 0 && (character === "." || character === "[") && path.charAt(i - 1) !== ".") ends.push(i);
    if (character === "[" || character === "(") depth += 1;
    if (character === "]" || character === ")") depth -= 1;
  }
  return ends;
}
