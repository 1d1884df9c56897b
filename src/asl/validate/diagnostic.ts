// One finding of the validator, as ValidateStateMachineDefinition reports it, and what tools can make more of it with.
import type { Json, JsonObject } from "../json.ts";

export interface Diagnostic {
  readonly severity: "ERROR" | "WARNING";
  /** AWS's code, such as `SCHEMA_VALIDATION_FAILED` or `MISSING_TRANSITION_TARGET`. */
  readonly code: string;
  readonly message: string;
  /** Path of the field, such as `/States/Ship/Next`. */
  readonly location?: string;
  /** For tools that say more than AWS does; not part of an answer of the API. */
  readonly hint?: Hint;
}

export interface Hint {
  /** The member of the object at the location that is meant. */
  readonly member?: string;
  /** The text that was given where only the known names are expected. */
  readonly given?: string;
  /** A list of names, or the object whose members have them. */
  readonly known?: readonly string[] | JsonObject;
  /** Steps from the location to the value that is meant, `[0]` for an item: AWS names the field around it. */
  readonly within?: readonly string[];
  /** Absent where AWS's sentence says it all. */
  readonly mistake?: Mistake;
}

/** A mistake of which AWS's sentence says too little. */
export type Mistake =
  /** A value of a `.$` member is no path and no call. */
  | { readonly kind: "evaluated"; readonly name: string; readonly value: Json }
  /** A state leads to one that is not there. */
  | { readonly kind: "target" }
  | { readonly kind: "unreachable" }
  | { readonly kind: "no end" }
  /** One of the fields is needed, and none is there. */
  | { readonly kind: "none of"; readonly fields: readonly string[] }
  | { readonly kind: "several of"; readonly fields: readonly string[] }
  /** A field that its object does not have. */
  | { readonly kind: "field"; readonly name: string; readonly object: JsonObject }
  | { readonly kind: "other language"; readonly name: string }
  | { readonly kind: "no parameters"; readonly name: string }
  | { readonly kind: "type"; readonly value: Json; readonly wanted: "boolean" | "number" }
  | { readonly kind: "missing field"; readonly name: string; readonly object: JsonObject }
  | { readonly kind: "resource"; readonly arn: string }
  /** JSONata that reads data around the expression, where there are none. */
  | { readonly kind: "top level"; readonly name: string }
  | { readonly kind: "expression"; readonly source: string; readonly position: number }
  | { readonly kind: "delimiters"; readonly text: string };
