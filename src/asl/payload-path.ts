// JSONPaths as payload templates and intrinsic functions read them: an index that no item of an array has gives null, where
// any other path that leads nowhere fails; and a null has no paths at all, not even `$`.
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
  const read = (scope: PathScope): PayloadPathResult => {
    if (path.root === "input" && scope.input === null) return { found: false, kind: "unusable", message: noInput };
    const result = path.read(scope);
    if (result.found) return result;
    const { reason, message } = result;
    if (reason === "past end") return { found: true, value: null };
    return { found: false, kind: reason === "inapplicable" ? "unusable" : "missing", message };
  };
  return { payloadPath: { path, read } };
}
