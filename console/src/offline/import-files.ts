// Files of a history and, where it is at hand, of its definition: what is what is told by what is in them.
import { isJsonObject, type Json, memberOf, parseJson, stringifyJson } from "@asl/json.ts";
import { jsonLimitProblem } from "@asl/json-limits.ts";
import { type ProgramShape, programShape } from "@asl/program-shape.ts";
import { inferredDefinition } from "@engine/inspection/inferred-definition.ts";
import { HistoryFileError, type ImportedHistory, parseHistory } from "@engine/journal/from-public.ts";

export interface ImportedFile {
  readonly name: string;
  readonly history: ImportedHistory;
  readonly definition: string;
  /** It was made up from the history. */
  readonly isInferred: boolean;
}

/** Far more than 25,000 events of usual data. */
const mostBytes = 300 * 1024 * 1024;

/** @throws Error with what is wrong with which file. */
export async function importFiles(files: readonly File[]): Promise<ImportedFile> {
  let definition: string | undefined;
  let found: { readonly name: string; readonly text: string } | undefined;
  for (const file of files) {
    if (file.size > mostBytes) throw new HistoryFileError(`${file.name} has more than 300 MiB.`);
    const text = await file.text();
    const machine = definitionIn(text);
    if (machine === undefined) found = { name: file.name, text };
    else definition = machine;
  }
  if (found === undefined) {
    throw new HistoryFileError(
      definition === undefined ? "No file was given." : "That is a definition: drop a history with it.",
    );
  }
  const { name, text } = found;
  const history = historyOf(name, text, definition);
  const made = definition ?? stringifyJson(inferredDefinition(history.events));
  return { name, history, definition: made, isInferred: definition === undefined };
}

function historyOf(name: string, text: string, definition: string | undefined): ImportedHistory {
  try {
    return parseHistory(text, definition === undefined ? undefined : shapeOf(definition));
  } catch (error) {
    if (error instanceof HistoryFileError) throw new HistoryFileError(`${name}: ${error.message}`, { cause: error });
    throw error;
  }
}

function shapeOf(definition: string): ProgramShape {
  try {
    return programShape(parseJson(definition));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HistoryFileError(`The definition is none: ${reason}`, { cause });
  }
}

/** The text of a definition, by itself or as an answer of the API holds it. */
function definitionIn(text: string): string | undefined {
  if (jsonLimitProblem(text) !== undefined) return undefined;
  let value: Json;
  try {
    value = parseJson(text);
  } catch {
    // The reader of histories says what is wrong with it.
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  if (memberOf(value, "States") !== undefined) return text;
  const definition = memberOf(value, "definition");
  return typeof definition === "string" ? definition : undefined;
}
