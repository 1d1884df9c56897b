// JSONPaths as payload templates and intrinsic functions read them: an index that no item of an array has gives null, where
// any other path that leads nowhere fails; and a null has no paths at all, not even `$`.
import type { Work } from "./work.ts";
import { compileJsonPath, type JsonPath, type PathScope } from "./jsonpath/jsonpath.ts";

export type PayloadPathResult =
  | Extract<ReturnType<JsonPath["read"]>, { readonly found: true }>
  /** `missing`: whoever asked says what was not found. `unusable`: the message alone is what AWS says. */
  | {
      readonly found: false;
      readonly kind: "missing" | "unusable";
      /** Made when it is asked for. @throws WorkExceeded */
      readonly message: string;
    };

export type PayloadPath = {
  readonly path: JsonPath;
  /** @throws WorkExceeded */
  read(scope: PathScope): PayloadPathResult;
};

const noInput = "Unable to apply Path transformation to null or empty input.";

/** @throws WorkExceeded */
export function compilePayloadPath(
  text: string,
  work?: Work,
): { readonly payloadPath: PayloadPath } | { readonly problem: string } {
  const compiled = compileJsonPath(text, work);
  if ("problem" in compiled) return compiled;
  const { path } = compiled;
  const read = (scope: PathScope): PayloadPathResult => {
    if (path.root === "input" && scope.input === null) return { found: false, kind: "unusable", message: noInput };
    const result = path.read(scope);
    if (result.found) return result;
    if (result.reason === "past end") return { found: true, value: null };
    return {
      found: false,
      kind: result.reason === "inapplicable" ? "unusable" : "missing",
      get message() {
        return result.message;
      },
    };
  };
  return { payloadPath: { path, read } };
}
