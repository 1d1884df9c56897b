// The programs that ask the Runtime API for the events of a function, by the runtime that it is written for.
import { join } from "node:path";
import type { RuntimeTarget } from "./config.ts";

/** @returns `undefined` for a runtime that has no program of a known name. */
export function runtimeCommand({
  runtime,
  handler,
  cwd,
}: Pick<RuntimeTarget, "runtime" | "handler" | "cwd">): readonly string[] | undefined {
  if (runtime.startsWith("provided")) return [join(cwd, "bootstrap")];
  if (runtime.startsWith("python")) return ["python3", "-m", "awslambdaric", handler];
  if (runtime.startsWith("ruby")) return ["aws_lambda_ric", handler];
  if (!runtime.startsWith("java")) return undefined;
  const path = [cwd, join(cwd, "*"), join(cwd, "lib", "*")].join(":");
  return ["java", "-cp", path, "com.amazonaws.services.lambda.runtime.api.client.AWSLambda", handler];
}
