// One finding of the validator, as ValidateStateMachineDefinition reports it.

export interface Diagnostic {
  readonly severity: "ERROR" | "WARNING";
  /** AWS's code, such as `SCHEMA_VALIDATION_FAILED` or `MISSING_TRANSITION_TARGET`. */
  readonly code: string;
  readonly message: string;
  /** Path of the field, such as `/States/Ship/Next`. */
  readonly location?: string;
}
