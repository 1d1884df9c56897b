// Tracing as a whole: what executions do becomes spans, which wait in a bounded queue until they are sent over OTLP.
import { shownAddress } from "../../aws/endpoint.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Watch } from "../../runtime/executions/watch.ts";
import { Outbox, type Item, type Send } from "../outbox.ts";
import { createExport, type ExportOptions, type ExportSpans, type PlacedSpan, RefusedError } from "./otlp-spans.ts";
import { traceExecutions, type TraceExecutionsOptions } from "./trace-executions.ts";

export interface TracingOptions extends Pick<TraceExecutionsOptions, "store" | "arns" | "machines">, ExportOptions {
  readonly clock: Clock;
  readonly log: (message: string, error?: unknown) => void;
}

export interface Tracing {
  readonly watch: Watch;
  /** Sends what waits, for a few seconds at most. */
  close(): Promise<void>;
}

interface QueuedSpan extends Item, PlacedSpan {}

const maxBatch = { items: 512, bytes: Infinity };
const maxWaiting = { items: 50_000, bytes: Infinity };

export async function startTracing(given: TracingOptions): Promise<Tracing> {
  const { url, clock, log, ...options } = given;
  const outbox = new Outbox<QueuedSpan>({
    name: `Spans for ${shownAddress(url)}`,
    send: sending(await createExport(given)),
    maxBatch,
    maxWaiting,
    clock,
    random: Math.random,
    log,
  });
  const { watch, settled } = traceExecutions({
    ...options,
    add: (spans, context) => {
      for (const span of spans) outbox.add({ span, context, lane: "spans", bytes: 0 });
    },
    log,
  });
  return {
    watch,
    async close() {
      await settled();
      await outbox.close();
    },
  };
}

function sending(exportSpans: ExportSpans): Send<QueuedSpan> {
  return async (items) => {
    try {
      await exportSpans(items);
      return { again: [], refused: 0 };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return error instanceof RefusedError
        ? { again: [], refused: items.length, problem }
        : { again: items, refused: 0, problem };
    }
  };
}
