// The settings of tracing: `tracing`, and the variables that OpenTelemetry defines.
// Facts: the OpenTelemetry specification, "OTLP Exporter Configuration".
import type { TracedMachines } from "../../telemetry/tracing/trace-executions.ts";
import { address } from "./kinds.ts";
import { type Environment, group, oneOf, refined } from "./walk.ts";

export interface TracingConfiguration {
  /** The address that spans are posted to. */
  readonly url: string;
  readonly machines: TracedMachines;
}

const tracesVariable = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

/** The address of a collector is completed by that of traces; the variable for traces alone has the whole one. */
const collector = refined(
  address(
    "address of a collector",
    "Give one such as http://127.0.0.1:4318. A name and password go into OTEL_EXPORTER_OTLP_HEADERS, as a header.",
  ),
  (given, { name }) => {
    const url = new URL(given);
    if (name !== tracesVariable) url.pathname = `${url.pathname.replace(/\/$/, "")}/v1/traces`;
    return url.href;
  },
);

const isOff = ({ OTEL_SDK_DISABLED, OTEL_TRACES_EXPORTER }: Environment): boolean =>
  OTEL_SDK_DISABLED?.toLowerCase() === "true" || OTEL_TRACES_EXPORTER === "none";

export const tracing = group(
  {
    endpoint: {
      kind: collector,
      variables: [tracesVariable, "OTEL_EXPORTER_OTLP_ENDPOINT"],
      isOff,
      otherwise: "nothing is traced",
      says: `the collector; \`/v1/traces\` is added, but not to what \`${tracesVariable}\` holds`,
    },
    machines: {
      kind: oneOf(
        ["enabled", "all"],
        'Give "enabled" (those whose tracingConfiguration says so) or "all" (every one).',
      ),
      default: "enabled",
      says: "those whose `tracingConfiguration` says so, or every one",
    },
  },
  '{ "endpoint": "http://127.0.0.1:4318" }',
);
