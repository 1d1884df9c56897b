// Calls on the executions that this node owns: what other nodes ask for comes here, and is never passed on.
import { parseStatesArn } from "../aws/arn.ts";
import type { Payload } from "../asl/payload.ts";
import type { Failure } from "../engine/journal/event.ts";
import type { MapRunUpdate } from "../runtime/map-runs/map-run-description.ts";
import type { OwningRuntime, StartRequest, TokenOutcome } from "../runtime/runtime.ts";
import { RecentlyUsed } from "../runtime/recently-used.ts";
import type { Catalogue, RevisionRecord } from "../store/catalogue.ts";
import type { ExecutionRecord } from "../store/journal.ts";
import { NotOwnerError } from "../store/errors.ts";
import type { ActivityOffer } from "../store/offers.ts";
import type { Membership } from "./membership.ts";
import type { OwnedPartitions } from "./owned-partitions.ts";
import type { BegunTask, ForwardedStart, PeerCalls } from "./peers.ts";
import type { Places } from "./places.ts";

export interface LocalCallsOptions {
  readonly catalogue: Pick<Catalogue, "findStateMachine" | "readRevision">;
  readonly places: Places;
  readonly owned: OwnedPartitions;
  readonly membership: Pick<Membership, "verify" | "isFenced">;
}

const mostRevisionCharacters = 32 * 1024 * 1024;

export class LocalCalls implements PeerCalls {
  readonly #options: LocalCallsOptions;
  readonly #revisions = new RecentlyUsed<RevisionRecord>({ mostEntries: 1_000, mostWeight: mostRevisionCharacters });
  #turn = 0;

  constructor(options: LocalCallsOptions) {
    this.#options = options;
  }

  /**
   * Performs what a node asked for, which has signed it.
   * @throws NotOwnerError before anything is done.
   */
  async perform(method: string, args: readonly unknown[]): Promise<unknown> {
    if (!isMethod(method)) throw new Error(`No node performs ${method} for another.`);
    const call = this[method].bind(this) as (...given: readonly unknown[]) => Promise<unknown>;
    return call(...args);
  }

  /** The runtime of a partition, where this node owns it. */
  runtime(partition: number): OwningRuntime | undefined {
    return this.#options.membership.verify() ? this.#options.owned.owner(partition)?.runtime : undefined;
  }

  /** The row of an execution of this node that was written lately. */
  async recentRecord(executionArn: string): Promise<ExecutionRecord | undefined> {
    const { catalogue, membership, places } = this.#options;
    const partition = await places.ofArn(executionArn);
    const arn = parseStatesArn(executionArn);
    if (partition === undefined || arn?.kind !== "execution") return undefined;
    const machine = await catalogue.findStateMachine(arn.stateMachineName);
    // Nothing is waited for between the look at the lease and that into memory. A machine that has slept may not yet know that its
    // lease has run out.
    if (machine === undefined || membership.isFenced) return undefined;
    return this.runtime(partition)?.recentRecord(machine.id, arn.key);
  }

  /** One of the runtimes that begin something new, each in its turn. */
  anyRuntime(): OwningRuntime | undefined {
    if (!this.#options.membership.verify()) return undefined;
    const owners = [...this.#options.owned.owners].filter(({ runtime }) => runtime !== undefined);
    const lasting = owners.filter(({ isDraining }) => !isDraining);
    const among = lasting.length > 0 ? lasting : owners;
    this.#turn += 1;
    return among[this.#turn % Math.max(1, among.length)]?.runtime;
  }

  async startExecution(request: ForwardedStart) {
    const runtime = this.#required(await this.#options.places.ofStart(request));
    return runtime.startExecution(await this.#whole(request));
  }

  async startSyncExecution(request: ForwardedStart) {
    const runtime = this.#required(undefined);
    return runtime.startSyncExecution(await this.#whole(request));
  }

  async stopExecution(executionArn: string, failure: Failure) {
    return this.#required(await this.#options.places.ofArn(executionArn)).stopExecution(executionArn, failure);
  }

  async redriveExecution(executionArn: string, clientToken: string | undefined) {
    const partition = await this.#options.places.ofArn(executionArn);
    return this.#required(partition).redriveExecution(executionArn, clientToken);
  }

  async sendTaskSuccess(taskToken: string, output: Payload): Promise<TokenOutcome> {
    return this.#required(this.#options.places.ofToken(taskToken)).sendTaskSuccess(taskToken, output);
  }

  async sendTaskFailure(taskToken: string, failure: Failure): Promise<TokenOutcome> {
    return this.#required(this.#options.places.ofToken(taskToken)).sendTaskFailure(taskToken, failure);
  }

  async sendTaskHeartbeat(taskToken: string): Promise<TokenOutcome> {
    return this.#required(this.#options.places.ofToken(taskToken)).sendTaskHeartbeat(taskToken);
  }

  async beginActivityTask(offer: ActivityOffer, workerName: string | undefined): Promise<BegunTask> {
    const runtime = this.#required(this.#options.places.ofId(offer.executionId));
    const begun = await runtime.beginActivityTask(offer, workerName, never);
    if (typeof begun === "string") return { kind: begun };
    return { kind: "task", taskToken: begun.taskToken, input: begun.input };
  }

  async activityTaskHandedOver(offer: ActivityOffer, isDelivered: boolean): Promise<void> {
    this.#required(this.#options.places.ofId(offer.executionId)).activityTaskHandedOver(offer, isDelivered);
  }

  async updateMapRun(mapRunId: number, update: MapRunUpdate): Promise<boolean> {
    return this.#required(this.#options.places.ofId(mapRunId)).mapRuns.update(mapRunId, update);
  }

  #required(partition: number | undefined): OwningRuntime {
    const runtime = partition === undefined ? this.anyRuntime() : this.runtime(partition);
    if (runtime !== undefined) return runtime;
    throw new NotOwnerError(
      `This node does not own ${partition === undefined ? "anything" : `partition ${partition}`}.`,
    );
  }

  async #whole({ revisionId, ...request }: ForwardedStart): Promise<StartRequest> {
    const known = this.#revisions.get(revisionId);
    if (known !== undefined) return { ...request, revision: known };
    const revision = await this.#options.catalogue.readRevision(revisionId);
    if (revision === undefined) throw new Error(`The store has no revision ${revisionId}.`);
    this.#revisions.add(revisionId, revision, revision.definition.length);
    return { ...request, revision };
  }
}

/** The worker is the other node's, which says afterwards what became of the task. */
const never = new AbortController().signal;

const methods: Readonly<Record<keyof PeerCalls, true>> = {
  startExecution: true,
  startSyncExecution: true,
  stopExecution: true,
  redriveExecution: true,
  sendTaskSuccess: true,
  sendTaskFailure: true,
  sendTaskHeartbeat: true,
  beginActivityTask: true,
  activityTaskHandedOver: true,
  updateMapRun: true,
};

function isMethod(name: string): name is keyof PeerCalls {
  return Object.hasOwn(methods, name);
}
