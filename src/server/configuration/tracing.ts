// Where traces are sent, and of which machines: the variables that OpenTelemetry defines, and `tracing` of the configuration
// file. Facts: the OpenTelemetry specification, "OTLP Exporter Configuration".
import type { TracedMachines } from "../../telemetry/tracing/trace-executions.ts";
import { isMembers, type Report, reportUnknown, show, textOf, typeName } from "./checks.ts";

/** As the configuration file gives it. */
export interface TracingMember {
  /** The collector's base address, such as `http://127.0.0.1:4318`. */
  readonly endpoint?: string | undefined;
  readonly machines?: TracedMachines | undefined;
}

export interface TracingConfiguration {
  /** Where spans are posted. */
  readonly url: string;
  readonly machines: TracedMachines;
}

export function tracingOf(value: unknown, report: Report): TracingMember | undefined {
  if (value === undefined) return undefined;
  if (!isMembers(value)) {
    report(`tracing is ${typeName(value)}. Make it an object, such as { "endpoint": "http://127.0.0.1:4318" }.`);
    return undefined;
  }
  reportUnknown(value, { known: ["endpoint", "machines"], within: "tracing." }, report);
  const endpoint = textOf("tracing.endpoint", value["endpoint"], report);
  if (endpoint !== undefined) addressOf("tracing.endpoint", endpoint, report);
  return { endpoint, machines: machinesOf(value["machines"], report) };
}

function machinesOf(value: unknown, report: Report): TracedMachines | undefined {
  if (value === undefined || value === "enabled" || value === "all") return value;
  report(
    `tracing.machines is ${show(value)}. Give "enabled" (those whose tracingConfiguration says so) or "all" (every one).`,
  );
  return undefined;
}

/**
 * The environment wins over the file.
 * @returns `undefined` where nothing is to be traced.
 */
export function resolveTracing(
  environment: Readonly<Record<string, string | undefined>>,
  file: TracingMember | undefined,
  report: Report,
): TracingConfiguration | undefined {
  const isOff =
    environment["OTEL_SDK_DISABLED"]?.toLowerCase() === "true" || environment["OTEL_TRACES_EXPORTER"] === "none";
  if (isOff) return undefined;
  const url =
    variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", environment, report) ??
    withPath(variable("OTEL_EXPORTER_OTLP_ENDPOINT", environment, report)) ??
    withPath(addressOf("tracing.endpoint", file?.endpoint, report));
  return url === undefined ? undefined : { url: url.href, machines: file?.machines ?? "enabled" };
}

function variable(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
  report: Report,
): URL | undefined {
  return addressOf(name, environment[name] || undefined, report);
}

/** The address of a collector is completed by that of traces. */
function withPath(base: URL | undefined): URL | undefined {
  if (base === undefined) return undefined;
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/v1/traces`;
  return url;
}

/** The value is not repeated: it may hold a password. */
function addressOf(name: string, text: string | undefined, report: Report): URL | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    report(`${name} is no address of a collector. Give one such as http://127.0.0.1:4318.`);
    return undefined;
  }
  if (url.username === "" && url.password === "") return url;
  report(`${name} holds a user or a password. Give them as a header, in OTEL_EXPORTER_OTLP_HEADERS.`);
  return undefined;
}
