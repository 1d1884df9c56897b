// The variables that the states of a revision refer to, as both Describe actions list them. A revision never changes, so they
// are found once while it is asked for.
import type { Pieces } from "../asl/pieces.ts";
import { type VariableReferences, variableReferences } from "../asl/variable-references.ts";
import { RecentlyUsed } from "../runtime/recently-used.ts";
import type { RevisionRecord } from "../store/catalogue.ts";

/** Does long work while others have their turns. */
export type InTurns = <Result>(pieces: Pieces<Result>) => Promise<Result>;

/** In characters of definitions. */
const mostWeight = 16 * 1024 * 1024;

export type DescribedVariables = (
  revision: { readonly id: number | string } & Pick<RevisionRecord, "definition">,
) => Promise<{ readonly [state: string]: readonly string[] } | undefined>;

export function createDescribedVariables(inTurns: InTurns): DescribedVariables {
  const kept = new RecentlyUsed<VariableReferences, number | string>({ mostEntries: 10_000, mostWeight });
  return async ({ id, definition }) => {
    let references = kept.get(id);
    if (references === undefined) {
      references = await inTurns(variableReferences(definition));
      if (kept.get(id) === undefined) kept.add(id, references, definition.length);
    }
    return references.size === 0 ? undefined : Object.fromEntries(references);
  };
}
