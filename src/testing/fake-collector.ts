// An OpenTelemetry collector that keeps what it is sent, and refuses it while it is told to.
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** One member of an attribute list as OTLP writes it in JSON. */
export interface OtlpAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** As OTLP writes it in JSON. */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly status: { readonly code: number; readonly message?: string };
  readonly flags?: number;
}

interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly { readonly scope?: object; readonly spans: readonly OtlpSpan[] }[];
  }[];
}

export interface CollectorRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** This and all that follows is there for JSON. */
  readonly resource: readonly OtlpAttribute[];
  readonly scopes: readonly (object | undefined)[];
  readonly spans: readonly OtlpSpan[];
}

export interface FakeCollector {
  /** Without a path. */
  readonly url: string;
  readonly requests: CollectorRequest[];
  /** The HTTP status of its answers. */
  status: number;
}

/** Closes when the test ends. */
export async function startFakeCollector(t: TestContext): Promise<FakeCollector> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const isJson = request.headers["content-type"] === "application/json";
      const { resourceSpans } = isJson ? (JSON.parse(body.toString()) as OtlpRequest) : { resourceSpans: [] };
      collector.requests.push({
        path: request.url ?? "",
        headers: request.headers,
        body,
        resource: resourceSpans.flatMap(({ resource }) => resource.attributes),
        scopes: resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.map(({ scope }) => scope)),
        spans: resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      });
      response.writeHead(collector.status, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const collector: FakeCollector = { url: `http://127.0.0.1:${port}`, requests: [], status: 200 };
  return collector;
}
