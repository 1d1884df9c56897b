// The settings of tracing: `tracing`, and the variables that OpenTelemetry defines.
// Facts: the OpenTelemetry specification, "OTLP Exporter Configuration".
import type { OtlpProtocol } from "../../telemetry/tracing/otlp-spans.ts";
import type { TracedMachines } from "../../telemetry/tracing/trace-executions.ts";
import { address } from "./kinds.ts";
import {
  type Environment,
  group,
  type Kind,
  oneOf,
  type Place,
  refined,
  refuse,
  type Resolved,
  show,
  type Sources,
  wordsOf,
} from "./walk.ts";

export interface TracingConfiguration {
  /** The address that spans are posted to. */
  readonly url: string;
  readonly protocol: OtlpProtocol;
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

const protocols = ["http/json", "http/protobuf"] as const;
const chosenProtocol = oneOf(protocols, `Give "http/json" or "http/protobuf": Pawl speaks no other.`);

/** A variable may be meant for other programs of the machine: it is looked at when something is traced. */
const protocol: Kind<string> = { ...chosenProtocol, readWords: String };

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
    protocol: {
      kind: protocol,
      variables: ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"],
      default: "http/json",
      says: "how spans are written; gRPC is refused",
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

/** @returns `undefined` when nothing is traced, or not as it was said, which is reported. */
export function tracingOf(
  { endpoint: url, protocol: words, machines }: Resolved<typeof tracing.fields>,
  { report, ...sources }: Sources & Pick<Place, "report">,
): TracingConfiguration | undefined {
  if (url === undefined) return undefined;
  const chosen = protocols.find((each) => each === words);
  if (chosen !== undefined) return { url, protocol: chosen, machines };
  const [source] = wordsOf("protocol", tracing.fields.protocol, sources);
  const place = { name: source?.name ?? "tracing.protocol", directory: sources.directory, report };
  return refuse(
    show(words),
    `Give http/json or http/protobuf, and the port of that (4318): Pawl speaks no gRPC.`,
    place,
  );
}
