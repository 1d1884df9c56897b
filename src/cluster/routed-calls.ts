// The calls of the runtime that change executions, each led to the owner of what it is about.
import type { Payload } from "../asl/payload.ts";
import type { Failure } from "../engine/journal/event.ts";
import type { MapRunUpdate } from "../runtime/map-runs/map-run-description.ts";
import type { Runtime, StartRequest, TokenOutcome } from "../runtime/runtime.ts";
import type { ActivityOffer } from "../store/offers.ts";
import type { BegunTask, ForwardedStart } from "./peers.ts";
import type { Places } from "./places.ts";
import type { Call, Router } from "./router.ts";

type TokenMethod = "sendTaskSuccess" | "sendTaskFailure" | "sendTaskHeartbeat";
type Routed = Pick<
  Runtime,
  "startExecution" | "startSyncExecution" | "stopExecution" | "redriveExecution" | TokenMethod
>;

export class RoutedCalls implements Routed {
  readonly #router: Pick<Router, "route">;
  readonly #places: Places;

  constructor(router: Pick<Router, "route">, places: Places) {
    this.#router = router;
    this.#places = places;
  }

  async startExecution(request: StartRequest): ReturnType<Runtime["startExecution"]> {
    return this.#router.route({
      partition: await this.#places.ofStart(request),
      here: (runtime) => runtime.startExecution(request),
      method: "startExecution",
      args: () => [forwarded(request)],
      // An attempt that starts its child again finds it started.
      isRepeatable: request.startedBy !== undefined && request.stateMachine.type === "STANDARD",
    });
  }

  startSyncExecution(request: StartRequest): ReturnType<Runtime["startSyncExecution"]> {
    return this.#router.route({
      partition: undefined,
      here: (runtime) => runtime.startSyncExecution(request),
      method: "startSyncExecution",
      args: () => [forwarded(request)],
      isRun: true,
    });
  }

  async stopExecution(executionArn: string, failure: Failure): Promise<number | undefined> {
    const partition = await this.#places.ofArn(executionArn);
    if (partition === undefined) return undefined;
    return this.#router.route({
      partition,
      here: (runtime) => runtime.stopExecution(executionArn, failure),
      method: "stopExecution",
      args: () => [executionArn, failure],
      isRepeatable: true,
    });
  }

  async redriveExecution(executionArn: string, clientToken: string | undefined) {
    const partition = await this.#places.ofArn(executionArn);
    if (partition === undefined) return undefined;
    return this.#router.route({
      partition,
      here: (runtime) => runtime.redriveExecution(executionArn, clientToken),
      method: "redriveExecution",
      args: () => [executionArn, clientToken],
    });
  }

  sendTaskSuccess(taskToken: string, output: Payload): Promise<TokenOutcome> {
    return this.#send(taskToken, {
      here: (runtime) => runtime.sendTaskSuccess(taskToken, output),
      method: "sendTaskSuccess",
      args: () => [taskToken, output],
    });
  }

  sendTaskFailure(taskToken: string, failure: Failure): Promise<TokenOutcome> {
    return this.#send(taskToken, {
      here: (runtime) => runtime.sendTaskFailure(taskToken, failure),
      method: "sendTaskFailure",
      args: () => [taskToken, failure],
    });
  }

  sendTaskHeartbeat(taskToken: string): Promise<TokenOutcome> {
    return this.#send(taskToken, {
      here: (runtime) => runtime.sendTaskHeartbeat(taskToken),
      method: "sendTaskHeartbeat",
      args: () => [taskToken],
    });
  }

  updateMapRun(mapRunId: number, update: MapRunUpdate): Promise<boolean> {
    return this.#router.route({
      partition: this.#places.ofId(mapRunId),
      here: (runtime) => runtime.mapRuns.update(mapRunId, update),
      method: "updateMapRun",
      args: () => [mapRunId, update],
    });
  }

  beginActivityTask(offer: ActivityOffer, workerName: string | undefined, signal: AbortSignal): Promise<BegunTask> {
    return this.#router.route({
      partition: this.#places.ofId(offer.executionId),
      async here(runtime) {
        const begun = await runtime.beginActivityTask(offer, workerName, signal);
        return typeof begun === "string" ? { kind: begun } : begun;
      },
      method: "beginActivityTask",
      args: () => [offer, workerName],
    });
  }

  activityTaskHandedOver(offer: ActivityOffer, isDelivered: boolean): Promise<void> {
    return this.#router.route({
      partition: this.#places.ofId(offer.executionId),
      here: async (runtime) => runtime.activityTaskHandedOver(offer, isDelivered),
      method: "activityTaskHandedOver",
      args: () => [offer, isDelivered],
      isRepeatable: true,
    });
  }

  async #send<Method extends TokenMethod>(
    taskToken: string,
    call: Omit<Call<Method>, "partition">,
  ): Promise<TokenOutcome> {
    const partition = this.#places.ofToken(taskToken);
    return partition === undefined ? "invalidToken" : this.#router.route({ ...call, partition });
  }
}

function forwarded({ revision, ...request }: StartRequest): ForwardedStart {
  return { ...request, revisionId: revision.id };
}
