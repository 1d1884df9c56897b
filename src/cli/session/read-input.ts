// The input of an execution, or the output that answers a task, as it is given at the command line.
import { readFileSync } from "node:fs";
import { text as readStream } from "node:stream/consumers";
import { jsonProblem } from "../../asl/validate/json-problem.ts";
import { readProblem } from "../../server/file-problem.ts";
import { UsageError } from "../usage-error.ts";

/**
 * @param given JSON text, `@file`, `file://…` as the AWS CLI has it, or `-` for stdin.
 * @param noun such as `input`.
 * @returns the text of one JSON value.
 * @throws UsageError
 */
export async function readJsonText(given: string, noun: "input" | "output"): Promise<string> {
  const text = (given === "-" ? await readStream(process.stdin) : textGiven(given, noun)).trim();
  if (text === "") throw new UsageError(`The ${noun} is empty. Leave --${noun} out for an empty object, or give JSON.`);
  const problem = jsonProblem(text);
  if (problem === undefined) return text;
  throw new UsageError(
    `The ${noun} is not JSON (line ${problem.line}, column ${problem.column - 1}): ${problem.message}`,
  );
}

function textGiven(given: string, noun: string): string {
  const [, path] = /^(?:@|file:\/\/)(.+)$/s.exec(given) ?? [];
  if (path === undefined) return given;
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (cause) {
    throw new UsageError(`The ${noun} file ${readProblem(path, cause)}.`, { cause });
  }
}
