// Reads the mock file that the configuration names.
import { type MockFile, parseMockFile } from "../../runtime/mocks/mock-file.ts";
import { StartError } from "../listen.ts";
import { readTextFile } from "../text-file.ts";

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
  const read = readTextFile(path);
  if ("text" in read) return read.text;
  throw new StartError(`The mock file ${read.problem}; ${namedBy} it.`);
}
