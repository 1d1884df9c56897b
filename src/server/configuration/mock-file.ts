// Reads the mock file that the environment or the configuration names.
import { readFileSync } from "node:fs";
import { type MockFile, parseMockFile } from "../../runtime/mocks/mock-file.ts";
import { readProblem } from "../file-problem.ts";
import { StartError } from "../listen.ts";

export interface MockFileOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The path that the configuration names. */
  readonly mocks?: string | undefined;
}

/** @throws StartError when the file cannot be used. */
export function readMockFile({ environment, mocks }: MockFileOptions): MockFile | undefined {
  const fromEnvironment = environment["SFN_MOCK_CONFIG"] || undefined;
  const path = fromEnvironment ?? mocks;
  if (path === undefined) return undefined;
  const source = fromEnvironment === undefined ? "the configuration" : "SFN_MOCK_CONFIG";
  const text = readText(path, source);
  try {
    return parseMockFile(text);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`The mock file ${path}, which ${source} names, cannot be used.\n${problem}`, { cause });
  }
}

function readText(path: string, source: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new StartError(`The mock file ${readProblem(path, cause)}; ${source} names it.`, { cause });
  }
}
