// Reads the mock file that the configuration names.
import { readFileSync } from "node:fs";
import { type MockFile, parseMockFile } from "../../runtime/mocks/mock-file.ts";
import { readProblem } from "../file-problem.ts";
import { StartError } from "../listen.ts";

/** @throws StartError when the file cannot be used. */
export function readMockFile(path: string): MockFile {
  const text = readText(path);
  try {
    return parseMockFile(text);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`The mock file ${path}, which ${namedBy}, cannot be used.\n${problem}`, { cause });
  }
}

const namedBy = "SFN_MOCK_CONFIG or mocks in the configuration file names";

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new StartError(`The mock file ${readProblem(path, cause)}; ${namedBy} it.`, { cause });
  }
}
