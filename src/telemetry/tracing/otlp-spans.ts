// Spans in the form that OpenTelemetry's exporter takes, and the exporter itself. The only file that loads its libraries.
import { SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import { randomUUID } from "node:crypto";
import type { Span } from "./span.ts";
import type { TraceContext } from "./trace-context.ts";

export interface PlacedSpan {
  readonly span: Span;
  readonly context: TraceContext;
}

/** Rejects when they could not be handed over. */
export type ExportSpans = (spans: readonly PlacedSpan[]) => Promise<void>;

/** The collector did not want the spans, and would not want them again. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** The exporter tries again for so long, while nothing else is sent; then it is the queue's turn. */
const exportTimeoutMs = 5000;

/** `ExportResultCode.SUCCESS`, whose package is none of ours. */
const succeeded = 0;

export type OtlpProtocol = "http/json" | "http/protobuf";

export interface ExportOptions {
  /** Where spans are posted, such as `http://127.0.0.1:4318/v1/traces`. Headers, certificates and compression are read from the environment by the library. */
  readonly url: string;
  readonly protocol: OtlpProtocol;
  /** Pawl's own. */
  readonly version: string;
}

export async function createExport({ url, protocol, version }: ExportOptions): Promise<ExportSpans> {
  const hasTimeout = ["OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"].some(
    (name) => process.env[name],
  );
  const exporter = await createExporter(protocol, { url, ...(hasTimeout ? {} : { timeoutMillis: exportTimeoutMs }) });
  const service = { "service.name": "pawl", "service.version": version, "service.instance.id": randomUUID() };
  const resource = defaultResource()
    .merge(resourceFromAttributes(service))
    .merge(detectResources({ detectors: [envDetector] }));
  const source = { resource, instrumentationScope: { name: "pawl", version } };
  return (spans) =>
    new Promise((resolve, reject) => {
      exporter.export(
        spans.map((placed) => readable(placed, source)),
        ({ code, error }) => (code === succeeded ? resolve() : reject(asRefusal(error ?? new Error("no reason")))),
      );
    });
}

async function createExporter(
  protocol: OtlpProtocol,
  options: { readonly url: string; readonly timeoutMillis?: number },
): Promise<SpanExporter> {
  const { OTLPTraceExporter } =
    protocol === "http/json"
      ? await import("@opentelemetry/exporter-trace-otlp-http")
      : await import("@opentelemetry/exporter-trace-otlp-proto");
  return new OTLPTraceExporter(options);
}

/** The library gives the answer's status as a number; an error of the network has a name in its place. */
function asRefusal(error: Error): Error {
  const code = "code" in error ? error.code : undefined;
  if (typeof code === "number") return new RefusedError(`HTTP status ${code} ${error.message}`, { cause: error });
  return error.message === "" && typeof code === "string" ? new Error(code, { cause: error }) : error;
}

const kinds = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;

type Source = Pick<ReadableSpan, "resource" | "instrumentationScope">;

function readable({ span, context }: PlacedSpan, source: Source): ReadableSpan {
  const { traceId } = context;
  const { id, name, kind, startedAt, endedAt, attributes, failure } = span;
  const parentId = span.parentId ?? context.parentSpanId;
  const isRemote = span.parentId === undefined && context.isRemote === true;
  const spanContext = { traceId, spanId: id, traceFlags: TraceFlags.SAMPLED };
  return {
    name,
    kind: kinds[kind],
    spanContext: () => spanContext,
    ...(parentId === undefined
      ? {}
      : { parentSpanContext: { traceId, spanId: parentId, traceFlags: TraceFlags.SAMPLED, isRemote } }),
    startTime: secondsAndNanoseconds(startedAt),
    endTime: secondsAndNanoseconds(endedAt),
    duration: secondsAndNanoseconds(endedAt - startedAt),
    status: failure === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, ...saying(failure) },
    attributes: failure?.error === undefined ? attributes : { ...attributes, "error.type": failure.error },
    links: [],
    events: [],
    ended: true,
    ...source,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function saying({ message }: NonNullable<Span["failure"]>): { readonly message?: string } {
  return message === undefined ? {} : { message };
}

function secondsAndNanoseconds(ms: number): [number, number] {
  return [Math.floor(ms / 1000), (ms % 1000) * 1_000_000];
}
