// The input of an execution, or the output that answers a task, as it is given at the command line.
import { text as readStream } from "node:stream/consumers";
import { adviceText } from "../../asl/advice/advice.ts";
import { jsonTextProblem } from "../../asl/advice/json-text.ts";
import { readTextFile } from "../../server/text-file.ts";
import { positionOf } from "../definitions/problem-text.ts";
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
  const problem = jsonTextProblem(text);
  if (problem === undefined) return text;
  const { line, column } = positionOf(text, problem.range.start);
  throw new UsageError(`The ${noun} is not JSON (line ${line}, column ${column}): ${adviceText(problem)}`);
}

function textGiven(given: string, noun: string): string {
  const [, path] = /^(?:@|file:\/\/)(.*)$/s.exec(given) ?? [];
  if (path === undefined) return given;
  const read = readTextFile(path);
  if ("text" in read) return read.text;
  throw new UsageError(`The ${noun} file ${read.problem}.`);
}
