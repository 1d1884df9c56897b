// A state machine as the engine runs it: the definition with its fields typed, and the parts that are compiled. Field names
// are the specification's; parse-program.ts makes it from the text.
import type { ChoiceRule } from "./choice/choice-rule.ts";
import type { Expression } from "./expression.ts";
import type { Intrinsic } from "./intrinsics/intrinsics.ts";
import type { JsonObject } from "./json.ts";
import type { JsonPath, ReferencePath } from "./jsonpath/jsonpath.ts";
import type { Payload } from "./payload.ts";
import type { TaskResource } from "./resource.ts";
import type { Template } from "./template.ts";

/** One `States` object: the machine itself, a branch, or an item processor. */
export interface StateScope {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

export interface Program extends StateScope {
  readonly timeoutSeconds?: number | undefined;
}

export type State =
  TaskState | PassState | WaitState | ChoiceState | SucceedState | FailState | ParallelState | MapState;

/** The data flow of a JSONPath state; an absent template leaves its step out. */
export interface JsonPathFlow {
  readonly language: "JSONPath";
  /** `null` stands for an empty object. */
  readonly inputPath: JsonPath | null;
  /** `Parameters`, or the `ItemSelector` of a Map. */
  readonly parameters?: Template | undefined;
  readonly resultSelector?: Template | undefined;
  /** `null` discards the result. */
  readonly resultPath: ReferencePath | null;
  readonly outputPath: JsonPath | null;
  readonly assign?: Template | undefined;
}

/** The data flow of a JSONata state. */
export interface JsonataFlow {
  readonly language: "JSONata";
  /** `Arguments`, or the `ItemSelector` of a Map. */
  readonly arguments?: Expression | undefined;
  readonly output?: Expression | undefined;
  readonly assign?: Expression | undefined;
}

export type DataFlow = JsonPathFlow | JsonataFlow;

interface StateBase {
  readonly name: string;
  readonly flow: DataFlow;
}
interface Transitioning extends StateBase {
  /** The state that follows; absent for `End: true`. */
  readonly next?: string | undefined;
}
interface Recovering extends Transitioning {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

/** A field that is fixed, a path into the data, or an expression. */
export type ValueSource =
  | { readonly kind: "fixed"; readonly value: string | number }
  | { readonly kind: "path"; readonly path: JsonPath }
  | { readonly kind: "intrinsic"; readonly intrinsic: Pick<Intrinsic, "evaluate"> }
  | { readonly kind: "expression"; readonly expression: Expression };

export interface TaskState extends Recovering {
  readonly type: "Task";
  readonly resource: TaskResource;
  readonly timeoutSeconds?: ValueSource | undefined;
  readonly heartbeatSeconds?: ValueSource | undefined;
  /** Gives an object with `RoleArn`. */
  readonly credentials?: Template | Expression | undefined;
}
export interface PassState extends Transitioning {
  readonly type: "Pass";
  readonly result?: Payload | undefined;
}
export interface WaitState extends Transitioning {
  readonly type: "Wait";
  readonly seconds?: ValueSource | undefined;
  readonly timestamp?: ValueSource | undefined;
}
export interface ChoiceState extends StateBase {
  readonly type: "Choice";
  readonly choices: readonly Choice[];
  readonly default?: string | undefined;
}
export interface SucceedState extends StateBase {
  readonly type: "Succeed";
}
export interface FailState extends StateBase {
  readonly type: "Fail";
  readonly error?: ValueSource | undefined;
  readonly cause?: ValueSource | undefined;
}
export interface ParallelState extends Recovering {
  readonly type: "Parallel";
  readonly branches: readonly StateScope[];
}
export interface MapState extends Recovering {
  readonly type: "Map";
  readonly mode: "INLINE" | "DISTRIBUTED";
  readonly processor: StateScope;
  /** `ItemsPath` or `Items`; absent for the state's effective input. */
  readonly items?: JsonPath | Expression | undefined;
  readonly maxConcurrency?: ValueSource | undefined;
  // The rest is for distributed Maps.
  readonly childType: "STANDARD" | "EXPRESS";
  readonly label?: string | undefined;
  readonly toleratedFailureCount?: ValueSource | undefined;
  readonly toleratedFailurePercentage?: ValueSource | undefined;
  readonly itemReader?: ItemReader | undefined;
  readonly itemBatcher?: ItemBatcher | undefined;
  readonly resultWriter?: ResultWriter | undefined;
}

export interface ItemReader {
  /** Such as `arn:aws:states:::s3:getObject`. */
  readonly resource: string;
  /** `Parameters` or `Arguments`. */
  readonly arguments?: Template | Expression | undefined;
  /** `ReaderConfig` as it is written. */
  readonly config: JsonObject;
  readonly maxItems?: ValueSource | undefined;
  readonly pointer?: ValueSource | undefined;
  /** Absent for `listObjectsV2`. */
  readonly inputType?: string | undefined;
  /** A JSON Pointer to the items in a JSON file. */
  readonly itemsPointer?: string | undefined;
  /** The name of the delimiter, such as `COMMA`. */
  readonly csvDelimiter?: string | undefined;
  /** Given headers; without them the first row holds them. */
  readonly csvHeaders?: readonly string[] | undefined;
}

/** Without a resource the results are the result of the state, in the form that the rest says. */
export interface ResultWriter {
  readonly resource?: string | undefined;
  /** `Parameters` or `Arguments`: `Bucket` and `Prefix`. */
  readonly arguments?: Template | Expression | undefined;
  readonly transformation?: string | undefined;
  readonly outputType?: string | undefined;
}

export interface ItemBatcher {
  readonly maxItemsPerBatch?: ValueSource | undefined;
  readonly maxInputBytesPerBatch?: ValueSource | undefined;
  readonly batchInput?: Template | Expression | undefined;
}

/** One entry of `Choices`. Its `Assign` and `Output` stand in for the state's own when it matches. */
export interface Choice {
  readonly condition: ChoiceRule | Expression;
  readonly next: string;
  readonly assign?: Template | Expression | undefined;
  readonly output?: Expression | undefined;
}

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds?: number | undefined;
  readonly jitterStrategy: "FULL" | "NONE";
}

export interface Catcher {
  readonly errorEquals: readonly string[];
  readonly next: string;
  /** JSONPath only; `null` discards the error output. */
  readonly resultPath: ReferencePath | null;
  readonly assign?: Template | Expression | undefined;
  readonly output?: Expression | undefined;
}
