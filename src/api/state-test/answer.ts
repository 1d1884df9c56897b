// How TestState answers: the report of a state test as the members of the API's response, at each inspection level.
import { ExactNumber, type Json, stringifyJson } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import type { State } from "../../asl/program.ts";
import type { StateTest, StateTestReport } from "../../engine/state-test/run.ts";
import type { TraceSteps } from "../../engine/trace.ts";
import type { StateTested } from "../../runtime/state-test.ts";

export type InspectionLevel = "INFO" | "DEBUG" | "TRACE";

/** Steps that AWS does not show for states of a type, although the data goes through them (recorded). */
const hidden: { readonly [Type in State["type"]]?: readonly (keyof TraceSteps)[] } = {
  Parallel: ["afterInputPath", "afterParameters", "afterArguments", "result"],
  Map: ["result"],
};

/** Members that are absent are `undefined`. */
export function testStateAnswer(test: StateTest, { report, exchange }: StateTested, level: InspectionLevel): object {
  const { status, output, failure, nextState } = report;
  const call = level === "TRACE" ? exchange : undefined;
  return {
    output: output?.text,
    error: failure?.error,
    cause: failure?.cause,
    inspectionData: level === "INFO" ? undefined : { ...inspectionData(test, report), ...call },
    nextState,
    status,
  };
}

function inspectionData({ state, input }: StateTest, { trace, variables }: StateTestReport): object {
  const left = new Set(hidden[state.type]);
  const step = <Step extends keyof TraceSteps>(name: Step): TraceSteps[Step] | undefined =>
    left.has(name) ? undefined : trace[name];
  return {
    input: input.text,
    afterInputPath: step("afterInputPath")?.text,
    afterParameters: step("afterParameters")?.text,
    afterArguments: step("afterArguments")?.text,
    afterItemsPath: listText(trace.afterItemsPath),
    afterItemsPointer: trace.afterItemsPointer === undefined ? undefined : stringifyJson(trace.afterItemsPointer),
    afterItemSelector: listText(trace.afterItemSelector),
    afterItemBatcher: listText(trace.afterItemBatcher),
    result: step("result")?.text,
    afterResultSelector: step("afterResultSelector")?.text,
    afterResultPath: step("afterResultPath")?.text,
    variables: variables.size === 0 ? undefined : stringifyJson(Object.fromEntries(variables)),
    toleratedFailureCount: trace.toleratedFailureCount,
    toleratedFailurePercentage: floatOf(trace.toleratedFailurePercentage),
    maxConcurrency: trace.maxConcurrency,
    errorDetails: errorDetails(trace),
  };
}

/** AWS writes a list of items with a space after each comma, however they came (recorded). */
function listText(items: readonly Json[] | undefined): string | undefined {
  return items === undefined ? undefined : `[${items.map((item) => Payload.ofValue(item).text).join(", ")}]`;
}

/** A percentage is a float on the wire: `1.0`, not `1`. */
function floatOf(number: number | undefined): ExactNumber | number | undefined {
  return number !== undefined && Number.isInteger(number) ? new ExactNumber(`${number}.0`) : number;
}

function errorDetails({ catchIndex, retryIndex, retryBackoffSeconds }: Partial<TraceSteps>): object | undefined {
  if (catchIndex === undefined && retryIndex === undefined) return undefined;
  const retryBackoffIntervalSeconds = retryBackoffSeconds === undefined ? undefined : Math.floor(retryBackoffSeconds);
  return { catchIndex, retryIndex, retryBackoffIntervalSeconds };
}
