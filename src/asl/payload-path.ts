// JSONPaths as payload templates and intrinsic functions read them: an index that no item of an array has gives null, where
// any other path that leads nowhere fails; and a null has no paths at all, not even `$`.
import { isJsonArray } from "./json.ts";
import { compileJsonPath, type JsonPath, type PathScope } from "./jsonpath/jsonpath.ts";

export type PayloadPathResult =
  | Extract<ReturnType<JsonPath["read"]>, { readonly found: true }>
  /** `missing`: whoever asked says what was not found. `unusable`: the message alone is what AWS says. */
  | { readonly found: false; readonly kind: "missing" | "unusable"; readonly message: string };

export type PayloadPath = {
  readonly path: JsonPath;
  read(scope: PathScope): PayloadPathResult;
};

const noInput = "Unable to apply Path transformation to null or empty input.";

export function compilePayloadPath(text: string): { readonly payloadPath: PayloadPath } | { readonly problem: string } {
  const compiled = compileJsonPath(text);
  if ("problem" in compiled) return compiled;
  const { path } = compiled;
  const steps = path.isReference ? indexStepsOf(text) : [];
  const read = (scope: PathScope): PayloadPathResult => {
    if (path.root === "input" && scope.input === null) return { found: false, kind: "unusable", message: noInput };
    const result = path.read(scope);
    if (result.found) return result;
    const end = steps.map((step) => endAt(step, scope)).find((place) => place !== undefined);
    if (end === "in an array") return { found: true, value: null };
    return { ...result, kind: end === "in no array" ? "unusable" : "missing" };
  };
  return { payloadPath: { path, read } };
}

/** `$.a[2]` within a path: the path before the index, and the index. */
type IndexStep = { readonly before: JsonPath; readonly index: number };

function indexStepsOf(text: string): readonly IndexStep[] {
  return [...text.matchAll(/\[\s*(-?\d+)\s*\]/g)].flatMap((match): readonly IndexStep[] => {
    // Brackets within a quoted name leave no path before them.
    const before = compileJsonPath(text.slice(0, match.index));
    return "path" in before ? [{ before: before.path, index: Number(match[1]) }] : [];
  });
}

/** Whether a path ends at one of its indices, because what stands there has no such item. */
function endAt({ before, index }: IndexStep, scope: PathScope): "in an array" | "in no array" | undefined {
  const result = before.read(scope);
  if (!result.found || result.value === null) return undefined;
  if (!isJsonArray(result.value)) return "in no array";
  return index < 0 || index >= result.value.length ? "in an array" : undefined;
}
