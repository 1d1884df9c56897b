// Calls of one node to another, as both see them: what can be asked, and what becomes of a call that is not answered.
import type { Payload } from "../asl/payload.ts";
import type { Failure } from "../engine/journal/event.ts";
import { expressSeconds } from "../runtime/executions/identity.ts";
import type { MapRunUpdate } from "../runtime/map-runs/map-run-description.ts";
import type {
  ActivityTask,
  ExecutionDescription,
  RedriveOutcome,
  StartOutcome,
  StartRequest,
  TokenOutcome,
} from "../runtime/runtime.ts";
import type { ClusterNode } from "../store/cluster-store.ts";
import type { ActivityOffer } from "../store/offers.ts";

export interface Peers {
  /**
   * @throws PeerRefusedError, NotOwnerError, StoppingError when nothing was done: it may be asked of another node.
   * @throws PeerAnswerLostError when nobody can say.
   */
  call(to: ClusterNode, method: string, args: readonly unknown[]): Promise<unknown>;
}

/** How long the answer to a call may take that is taken at once, milliseconds. */
export const longestAnswerMs = 10_000;

/** How long what the call asks for may take beyond that: one that runs an execution answers with its end. */
export function longestRunMs(method: string): number {
  return method === ("startSyncExecution" satisfies keyof PeerCalls) ? expressSeconds * 1000 : 0;
}

/** A start without the definition, which may be long, and which the other node knows. */
export type ForwardedStart = Omit<StartRequest, "revision"> & { readonly revisionId: number };

/** All that a node does for others, by its name; plain data and payloads go in and come out. */
export interface PeerCalls {
  startExecution(request: ForwardedStart): Promise<StartOutcome>;
  startSyncExecution(request: ForwardedStart): Promise<ExecutionDescription>;
  stopExecution(executionArn: string, failure: Failure): Promise<number | undefined>;
  redriveExecution(executionArn: string, clientToken: string | undefined): Promise<RedriveOutcome | undefined>;
  sendTaskSuccess(taskToken: string, output: Payload): Promise<TokenOutcome>;
  sendTaskFailure(taskToken: string, failure: Failure): Promise<TokenOutcome>;
  sendTaskHeartbeat(taskToken: string): Promise<TokenOutcome>;
  beginActivityTask(offer: ActivityOffer, workerName: string | undefined): Promise<BegunTask>;
  activityTaskHandedOver(offer: ActivityOffer, isDelivered: boolean): Promise<void>;
  /** The workers that wait at this node, for each of some activities. */
  countWorkers(activityArns: readonly string[]): Promise<readonly number[]>;
  updateMapRun(mapRunId: number, update: MapRunUpdate): Promise<boolean>;
}

export type BegunTask =
  | Pick<ActivityTask, "kind" | "taskToken" | "input">
  /** Nobody waits for it any more, or the worker has gone. */
  | { readonly kind: "over" | "workerGone" };
