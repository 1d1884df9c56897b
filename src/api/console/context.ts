// The context that the console's own routes work in, and one request as they see it.
import type { Json } from "../../asl/json.ts";
import { executionArn, isOfSpace } from "../../aws/arn.ts";
import type { Clock } from "../../runtime/clock.ts";
import { findRecord } from "../../runtime/executions/find-record.ts";
import type { WaitingTasks } from "../../runtime/workers/waiting-tasks.ts";
import type { StateMachineRecord } from "../../store/catalogue.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import type { SharedStore } from "../../store/cluster-store.ts";
import type { ApiContext } from "../context.ts";
import { executionMissing } from "../errors.ts";
import type { Session } from "./contract.ts";
import type { Viewer } from "./viewer.ts";

export interface ConsoleContext {
  readonly api: ApiContext;
  readonly store: Pick<SharedStore, "journal" | "mapRuns" | "offers" | "quarantines">;
  readonly waitingTasks: WaitingTasks;
  readonly clock: Clock;
  /** The version of Pawl. */
  readonly version: string;
}

export interface ConsoleCall {
  readonly viewer: Viewer;
  readonly session: Session;
  /** The parts of the path that the route leaves open, decoded. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** `null` where the request has no body. */
  readonly body: Json;
}

export interface FoundExecution {
  readonly record: ExecutionRecord;
  readonly stateMachine: StateMachineRecord;
}

/** The execution of an ARN that the viewer may describe. @throws AccessDeniedException, ExecutionDoesNotExist */
export async function requireExecution(arn: string, viewer: Viewer, context: ConsoleContext): Promise<FoundExecution> {
  viewer.require("DescribeExecution", arn);
  const { api, store } = context;
  const record = isOfSpace(arn, api.arnSpace) ? await findRecord(store.journal, arn) : undefined;
  const stateMachine = record && (await api.catalogue.readStateMachine(record.stateMachineId));
  if (record === undefined || stateMachine === undefined) throw executionMissing(arn);
  return { record, stateMachine };
}

export function arnOf({ record, stateMachine }: FoundExecution, { api }: ConsoleContext): string {
  return executionArn(api.arnSpace, record.type, stateMachine.name, record.key);
}

/** Lets others have their turn. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
