// One finding of the validator, as ValidateStateMachineDefinition reports it, and what tools can make more of it with.
import type { JsonObject } from "../json.ts";

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
}
