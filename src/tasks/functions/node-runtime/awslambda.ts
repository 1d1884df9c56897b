// The global `awslambda`, which a module finds when it is loaded: it marks a handler as one that streams.
import { invokeStore } from "./invoke-store.ts";
import type { NodeRuntime } from "./node-runtime.ts";

/** Also the libraries of AWS know the marks by these names. */
export const streamingMark = Symbol.for("aws.lambda.runtime.handler.streaming");
const highWaterMark = Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark");
/** The one value that the mark has. */
export const streamsResponse = "response";

export function installAwslambda(runtime: NodeRuntime): void {
  if (["1", "true"].includes(process.env["AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA"] ?? "")) return;
  const awslambda = { streamifyResponse, HttpResponseStream: { from: httpResponseStream } };
  Object.assign(globalThis, {
    awslambda: runtime === "nodejs22.x" ? awslambda : { InvokeStore: invokeStore, ...awslambda },
  });
}

type Marked = ((...values: unknown[]) => unknown) & { [mark: symbol]: unknown };

function streamifyResponse(handler: Marked, options?: { readonly highWaterMark?: unknown }): Marked {
  handler[streamingMark] = streamsResponse;
  if (typeof options?.highWaterMark === "number") handler[highWaterMark] = Math.trunc(options.highWaterMark);
  return handler;
}

interface HttpStream {
  setContentType: (contentType: string) => void;
  _onBeforeFirstWrite: (write: (chunk: string | Uint8Array) => void) => void;
}

/** Status and headers go before the body, with eight zeros between them; a caller that is no URL sees them as they are. */
function httpResponseStream<Stream extends HttpStream>(stream: Stream, prelude: unknown): Stream {
  stream.setContentType("application/vnd.awslambda.http-integration-response");
  const text = JSON.stringify(prelude);
  stream._onBeforeFirstWrite = (write) => {
    write(text);
    write(new Uint8Array(8));
  };
  return stream;
}
