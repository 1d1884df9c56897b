// A file of a definition, read and checked. One in another encoding has that as its problem, and the others are looked at all
// the same.
import { type CheckedDefinition, checkDefinition, type CheckOptions } from "./check-definition.ts";
import { type DefinitionFile, readSource, UnreadableFile } from "./definition-file.ts";

export interface CheckedFile extends CheckedDefinition {
  /** Empty where it could not be read. */
  readonly text: string;
}

/** @throws UsageError for a file that is not there, or not this user's to read. */
export function checkFile(
  file: DefinitionFile,
  options: Pick<CheckOptions, "substitutions" | "configured">,
): CheckedFile {
  try {
    const text = readSource(file.path);
    return { text, ...checkDefinition(text, { ...file, ...options }) };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { text: "", problems: [{ severity: "ERROR", code: "NOT_UTF_8", message: error.sentence }] };
  }
}
