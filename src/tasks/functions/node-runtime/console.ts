// The console of a function: as it is, unless the environment asks for a level or for JSON, as `LoggingConfig` of a function does on
// Lambda. The lines name no time and no request here otherwise: the log of functions does.
import { format } from "node:util";
import { invokeStore } from "./invoke-store.ts";
import type { NodeRuntime } from "./node-runtime.ts";

const levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;
type Level = (typeof levels)[number];

const levelOf = {
  trace: "TRACE",
  debug: "DEBUG",
  info: "INFO",
  log: "INFO",
  warn: "WARN",
  error: "ERROR",
  fatal: "FATAL",
} as const satisfies Readonly<Record<string, Level>>;

export function installConsole(runtime: NodeRuntime): void {
  const { AWS_LAMBDA_LOG_FORMAT: logFormat, AWS_LAMBDA_LOG_LEVEL: least } = process.env;
  const { console } = globalThis;
  const isJson = logFormat?.toUpperCase() === "JSON";
  const first = (levels as readonly string[]).indexOf(least?.toUpperCase() ?? "");
  const original = { ...console, fatal: console.error };
  for (const [method, level] of Object.entries(levelOf) as readonly (readonly [keyof typeof levelOf, Level])[]) {
    const write = isJson
      ? (...values: readonly unknown[]): void => void process.stdout.write(`${jsonLine(level, values, runtime)}\n`)
      : original[method];
    Object.assign(console, { [method]: levels.indexOf(level) < first ? (): void => undefined : write });
  }
}

function jsonLine(level: Level, values: readonly unknown[], runtime: NodeRuntime): string {
  const requestId = runtime === "nodejs22.x" && !invokeStore.hasContext() ? undefined : invokeStore.getRequestId();
  const head = { timestamp: new Date().toISOString(), level, requestId };
  if (values.length > 1) {
    const error = values.find((value) => value instanceof Error);
    return JSON.stringify({ ...head, message: format(...values), ...(error === undefined ? {} : membersOf(error)) });
  }
  const [message] = values;
  try {
    return JSON.stringify({ ...head, message }, (_, value: unknown) =>
      value instanceof Error ? { ...membersOf(value), ...value } : value,
    );
  } catch {
    return JSON.stringify({ ...head, message: format(message) });
  }
}

function membersOf(error: Error): object {
  const { constructor, message, stack } = error;
  return { errorType: constructor.name, errorMessage: message, stackTrace: stack?.split("\n") };
}
