// The steps that the data of a state goes through: the data-flow functions tell them to whoever listens. TestState,
// the debugger and the console read them; an execution that nobody looks at has no trace.
import type { ChoiceRule } from "../asl/choice/choice-rule.ts";
import type { Expression } from "../asl/expression.ts";
import type { Json } from "../asl/json.ts";
import type { ExpressionView } from "../asl/jsonata/explain.ts";
import type { PathScope } from "../asl/jsonpath/jsonpath.ts";
import type { Payload } from "../asl/payload.ts";
import type { Failure } from "./journal/event.ts";

/** The condition of an entry of `Choices` that was looked at, with what it saw. */
export type TracedChoice = { readonly position: number } & (
  { readonly rule: ChoiceRule; readonly scope: PathScope } | ({ readonly expression: Expression } & ExpressionView)
);

/** A field that gave nothing to go on with: a path into data that has no such place, or an expression. */
export type TracedProblem =
  | { readonly path: string; readonly field?: string | undefined; readonly scope: PathScope }
  /** `location` is the field within the expression's, such as `Arguments/Payload`. */
  | ({ readonly expression: Expression; readonly location: string } & ExpressionView);

/** The steps in the order in which they are taken; a state takes those that its type and query language have. */
export interface TraceSteps {
  readonly afterInputPath: Payload;
  readonly afterParameters: Payload;
  readonly afterArguments: Payload;
  /** The items that ItemsPath selected. */
  readonly afterItemsPath: readonly Json[];
  /** The part of the data that an ItemReader's ItemsPointer selected. */
  readonly afterItemsPointer: Json;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number;
  readonly toleratedFailurePercentage: number;
  /** The inputs of the iterations. */
  readonly afterItemSelector: readonly Json[];
  /** The inputs of the child executions. */
  readonly afterItemBatcher: readonly Json[];
  readonly choice: TracedChoice;
  readonly problem: TracedProblem;
  readonly result: Payload;
  readonly afterResultSelector: Payload;
  readonly afterResultPath: Payload;
  /** A failure that a Retrier or a Catcher may deal with. */
  readonly failure: Failure;
  /** Position of the Retrier that names the error, also when its attempts are used up. */
  readonly retryIndex: number;
  readonly retryBackoffSeconds: number;
  /** Position of the Catcher that names the error. */
  readonly catchIndex: number;
}

/** Receives a step that has been taken. */
export type Trace = <Step extends keyof TraceSteps>(step: Step, value: TraceSteps[Step]) => void;
