// ValidateStateMachineDefinition, and the refusal of definitions that create and update share with it.
import type { Pieces } from "../../asl/pieces.ts";
import type { Diagnostic } from "../../asl/validate/diagnostic.ts";
import type { StateMachineType } from "../../store/catalogue.ts";
import type { Answer, ApiContext, OperationTable } from "../context.ts";
import { ApiError } from "../errors.ts";
import type { ValidateStateMachineDefinitionInput } from "../model.ts";

/** The number that AWS takes for `maxResults` 0 or absent, and the most it takes. */
const mostDiagnostics = 100;

export const definitionOperations = {
  ValidateStateMachineDefinition: validateStateMachineDefinition,
} satisfies OperationTable;

async function validateStateMachineDefinition(
  input: ValidateStateMachineDefinitionInput,
  context: ApiContext,
): Promise<Answer> {
  const { definition, type = "STANDARD", severity = "ERROR", maxResults = 0 } = input;
  const found = await readInTurns(definition, context.validateDefinition(definition, type), context);
  const shown = severity === "WARNING" ? found : found.filter(isError);
  const limit = maxResults === 0 ? mostDiagnostics : maxResults;
  return {
    result: found.some(isError) ? "FAIL" : "OK",
    diagnostics: shown.slice(0, limit).map(({ hint: _, ...diagnostic }) => diagnostic),
    truncated: shown.length > limit,
  };
}

/** The form recorded of CreateStateMachine. */
export async function requireDefinition(text: string, type: StateMachineType, context: ApiContext): Promise<void> {
  requireNoErrors(await readInTurns(text, context.validateDefinition(text, type), context));
}

/** In characters; the parsed form of a definition takes many times the memory of its text. */
const largeDefinition = 65_536;

/** Has a definition read in pieces while others have their turns. Large ones are read one after the other. */
export function readInTurns<Result>(
  definition: string,
  reading: Pieces<Result>,
  { inOrder, inTurns }: ApiContext,
): Promise<Result> {
  if (definition.length <= largeDefinition) return inTurns(reading);
  return inOrder("large definitions", () => inTurns(reading));
}

/** @throws InvalidDefinition that joins the errors among what a validator found. */
export function requireNoErrors(found: readonly Diagnostic[]): void {
  const errors = found.filter(isError);
  if (errors.length === 0) return;
  const problems = errors.slice(0, mostDiagnostics).map(problemText).join(", ");
  throw new ApiError("InvalidDefinition", `Invalid State Machine Definition: '${problems}'`);
}

function isError({ severity }: Diagnostic): boolean {
  return severity === "ERROR";
}

/** AWS writes the place of a problem of the whole definition as `null` (recorded). */
function problemText({ code, message, location }: Diagnostic): string {
  return `${code}: ${message} at ${location ?? "null"}`;
}
