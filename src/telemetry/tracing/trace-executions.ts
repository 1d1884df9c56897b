// Watches executions whose state machine traces (its TracingConfiguration, or the operator's wish for all), and hands their
// spans on.
import type { RevisionRecord } from "../../store/catalogue.ts";
import type { Watch } from "../../runtime/executions/watch.ts";
import { Lineage, type LineageOptions } from "./lineage.ts";
import type { Span } from "./span.ts";
import { createSpanMaker } from "./span-maker.ts";
import { parseTraceHeader, seedOf, type TraceContext } from "./trace-context.ts";

/** `enabled`: those whose TracingConfiguration says so. */
export type TracedMachines = "enabled" | "all";

export interface TraceExecutionsOptions extends Pick<LineageOptions, "store" | "arns"> {
  readonly machines: TracedMachines;
  readonly add: (spans: readonly Span[], context: TraceContext) => void;
  readonly log: (message: string, error: unknown) => void;
}

export interface ExecutionTracing {
  readonly watch: Watch;
  /** Settles when everything that was told has been handed on. */
  settled(): Promise<void>;
}

export function traceExecutions({ store, arns, machines, add, log }: TraceExecutionsOptions): ExecutionTracing {
  const isTraced = (revision: RevisionRecord): boolean => machines === "all" || isEnabled(revision);
  const lineage = new Lineage({ store, arns, isTraced });
  const underWay = new Set<Promise<void>>();
  const hand = (spans: readonly Span[], context: TraceContext | "unsampled"): void => {
    if (context !== "unsampled") add(spans, context);
  };
  const handLater = (spans: readonly Span[], context: Promise<TraceContext | "unsampled">): void => {
    const handing = context
      .then((found) => hand(spans, found))
      .catch((error: unknown) => log("Spans of a nested execution are lost: its trace could not be read.", error))
      .finally(() => underWay.delete(handing));
    underWay.add(handing);
  };
  /** A bug of tracing must not become one of the execution. */
  const spansOrNone = (make: () => readonly Span[], arn: string): readonly Span[] => {
    try {
      return make();
    } catch (error) {
      log(`Spans of the execution ${arn} are lost.`, error);
      return [];
    }
  };
  const watch: Watch = ({ revision, record }) => {
    if (!isTraced(revision) || parseTraceHeader(record.traceHeader)?.isSampled === false) return undefined;
    const makeSpans = createSpanMaker();
    return (event, before) => {
      const spans = spansOrNone(() => makeSpans(event, before), before.identity.arn);
      if (spans.length === 0) return undefined;
      const seed = seedOf(before.identity.arn, before.startedAt);
      return () => {
        const context = lineage.contextOf(record, seed);
        if (context instanceof Promise) handLater(spans, context);
        else hand(spans, context);
      };
    };
  };
  return {
    watch,
    async settled() {
      await Promise.all(underWay);
    },
  };
}

function isEnabled({ tracingConfiguration: text }: RevisionRecord): boolean {
  return text !== undefined && (JSON.parse(text) as { readonly enabled?: unknown }).enabled === true;
}
