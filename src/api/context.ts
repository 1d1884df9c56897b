// The context that actions work in: the running engine, the catalogue, and what makes an answer depend on time or place.
import type { Pieces } from "../asl/pieces.ts";
import type { Diagnostic } from "../asl/validate/diagnostic.ts";
import type { IsUnknownAction } from "../asl/validate/services.ts";
import type { ArnSpace } from "../aws/arn.ts";
import type { KeyedQueue } from "../runtime/keyed-queue.ts";
import type { MockFile } from "../runtime/mocks/mock-file.ts";
import type { Quotas } from "../runtime/starts/quotas.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { TestState } from "../runtime/state-test.ts";
import type { Catalogue, StateMachineType } from "../store/catalogue.ts";
import type { Versions } from "../store/versions.ts";
import type { DescribedVariables, InTurns } from "./described-variables.ts";
import type { Inputs } from "./model.ts";
import type { PageTokens } from "./page-token.ts";

/** The problems of a definition's text; without a diagnostic of severity ERROR it can be run. */
export type ValidateDefinition = (text: string, type: StateMachineType) => Pieces<readonly Diagnostic[]>;

export interface ApiContext {
  readonly runtime: Runtime;
  readonly catalogue: Catalogue;
  readonly versions: Versions;
  readonly arnSpace: ArnSpace;
  readonly validateDefinition: ValidateDefinition;
  /** For the states that are tested; none is looked up by default. */
  readonly isUnknownAction?: IsUnknownAction | undefined;
  /** Does long work while others have their turns. */
  readonly inTurns: InTurns;
  readonly describedVariables: DescribedVariables;
  readonly testState: TestState;
  /** Where a start may name a test case behind the ARN. */
  readonly mocks?: Pick<MockFile, "testCases"> | undefined;
  readonly admitLogging: AdmitLogging;
  readonly pageTokens: PageTokens;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A new UUID. */
  readonly newId: () => string;
  /** From 0 up to 1, as `Math.random` gives it: chooses the version that an alias starts. */
  readonly random: () => number;
  readonly quotas: Quotas;
  /** How long GetActivityTask waits for a task. */
  readonly activityPollMs: number;
  /** Runs the changes of one resource one after the other: they read, then write. */
  readonly inOrder: KeyedQueue;
}

/** Asked before a state machine is to log; false where the log group is certainly not there. */
export type AdmitLogging = (logGroupArn: string, stateMachineArn: string) => Promise<boolean>;

/** One request, as far as an action has to know of it. */
export interface Call {
  /** Aborts when the caller has gone. */
  readonly goneSignal: () => AbortSignal;
  /** Calls back once it is known whether the answer of the action has reached the caller. */
  readonly onAnswered: (listener: (isDelivered: boolean) => void) => void;
}

/** Members of an answer; `undefined` is left out of its JSON. */
export type Answer = object;
export type Operation<Input> = (input: Input, context: ApiContext, call: Call) => Answer | Promise<Answer>;
/** Every operation by its action. */
export type Operations = { readonly [Action in keyof Inputs]: Operation<Inputs[Action]> };
export type OperationTable = Partial<Operations>;

/** Timestamps of the wire: epoch seconds with milliseconds as a fraction. */
export function toSeconds(epochMs: number): number {
  return epochMs / 1000;
}
