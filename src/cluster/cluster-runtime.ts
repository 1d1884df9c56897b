// The runtime of a node among others: it owns some partitions, each with a runtime of its own, leads calls to the owners of the
// others, and answers from the store that all share what is only read.
import type { RuntimeOptions } from "../runtime/create-runtime.ts";
import { CommitHints } from "../runtime/executions/commit-hints.ts";
import type { OwningRuntime, Runtime } from "../runtime/runtime.ts";
import { createSharedParts } from "../runtime/shared-parts.ts";
import { awsQuotas } from "../runtime/starts/quotas.ts";
import { awsLimits } from "../engine/turn.ts";
import type { Beat, ClusterNode, ClusterStore, Wish } from "../store/cluster-store.ts";
import { ActivityHandOut } from "./activity-hand-out.ts";
import { Attention } from "./attention.ts";
import { ClusterDeletions } from "./cluster-deletions.ts";
import { LocalCalls } from "./local-calls.ts";
import { Membership } from "./membership.ts";
import { OwnedPartitions } from "./owned-partitions.ts";
import { openPartitionRuntime } from "./partition-runtime.ts";
import type { Peers } from "./peers.ts";
import { placesIn } from "./places.ts";
import { RoutedCalls } from "./routed-calls.ts";
import { Router } from "./router.ts";
import { sharedQueries } from "./shared-queries.ts";
import { SignalDelivery } from "./signal-delivery.ts";

export interface ClusterRuntimeOptions extends Omit<RuntimeOptions, "store" | "partition" | "shared"> {
  readonly store: ClusterStore;
  readonly node: ClusterNode;
  readonly peers: Peers;
  /** How long calls that are in flight are waited for where a partition is handed over. */
  readonly drainMs?: number | undefined;
  /** Another node may have changed the catalogue. */
  readonly onCatalogueChange?: (() => Promise<void>) | undefined;
}

export interface ClusterRuntime extends Runtime {
  /** Why this node cannot do its work for now; `undefined` when it can. */
  readonly obstacle: string | undefined;
  /** The nodes that live, as of the last beat, and the number of partitions that this one owns. */
  readonly nodes: readonly ClusterNode[];
  readonly ownedPartitions: number;
  /** Performs a call of another node. @throws NotOwnerError before anything is done. */
  performForPeer(method: string, args: readonly unknown[]): Promise<unknown>;
}

const usualDrainMs = 5_000;

export function createClusterRuntime(options: ClusterRuntimeOptions): ClusterRuntime {
  const parts = createParts(options);
  const { calls, commits, deletions, handOut, limits, local, membership, owned, places, queries } = parts;
  const { store, node } = options;
  const runtimeOf = (id: number): OwningRuntime | undefined => local.runtime(places.ofId(id));
  return {
    ...queries,
    maxHistoryEvents: limits.maxHistoryEvents,
    startExecution: (request) => calls.startExecution(request),
    startSyncExecution: (request) => calls.startSyncExecution(request),
    stopExecution: (executionArn, failure) => calls.stopExecution(executionArn, failure),
    redriveExecution: (executionArn, clientToken) => calls.redriveExecution(executionArn, clientToken),
    takeActivityTask: (activityArn, workerName, signal) => handOut.take(activityArn, workerName, signal),
    sendTaskSuccess: (taskToken, output) => calls.sendTaskSuccess(taskToken, output),
    sendTaskFailure: (taskToken, failure) => calls.sendTaskFailure(taskToken, failure),
    sendTaskHeartbeat: (taskToken) => calls.sendTaskHeartbeat(taskToken),
    // Other nodes tell of theirs.
    get quarantined() {
      return owned.runtimes.reduce((sum, { quarantined }) => sum + quarantined, 0);
    },
    isQuarantined: (executionId) => runtimeOf(executionId)?.isQuarantined(executionId) ?? false,
    countWorkers: (activityArn) => handOut.countWorkers(activityArn),
    whenCommitted: (hint) => commits.add(hint),
    async deleteStateMachine({ id }) {
      await store.shared.catalogue.updateStateMachine(id, { status: "DELETING" });
      await deletions.note(id);
      if (membership.last !== undefined) await deletions.sweep(membership.last);
    },
    recover: () => join(parts),
    close: () => leave(parts, options),
    get obstacle() {
      if (owned.isClosing) return "This node hands over what it owns.";
      if (membership.last === undefined) return "This node has no lease of the database.";
      return membership.isFenced ? "The database has not heard from this node for a while." : undefined;
    },
    get nodes() {
      return membership.last?.nodes ?? [node];
    },
    get ownedPartitions() {
      return owned.runtimes.length;
    },
    performForPeer: (method, args) => local.perform(method, args),
  };
}

type Parts = ReturnType<typeof createParts>;

function createParts(options: ClusterRuntimeOptions) {
  const { store, node, peers, clock, arns, log, drainMs = usualDrainMs } = options;
  const { elapsed = () => performance.now() } = options;
  const { partitions, ownership } = store;
  const limits = { ...awsLimits, ...awsQuotas, ...options.limits };
  const places = placesIn(store);
  const commits = new CommitHints();
  const shared = createSharedParts({ journal: store.shared.journal, use: options.memoryUse, elapsed, log });
  const state = nodeState(options, () => ({ owned, deletions }));
  const membership = new Membership({ ownership, node, clock, elapsed, log, ...state });
  const runtimeOptions = {
    ...options,
    partitions,
    shared,
    membership,
    stopExecution: (executionArn: string) => calls.stopExecution(executionArn, {}),
    openElsewhere: (partition: number) => state.openElsewhere + owned.openBeside(partition),
    committed: () => commits.committed(),
  };
  const owned: OwnedPartitions = new OwnedPartitions({
    nodeId: node.id,
    count: partitions.count,
    own: (lease) => store.own(lease),
    open: (partition, part, logPart) => openPartitionRuntime({ ...runtimeOptions, log: logPart }, partition, part),
    deleting: () => deletions.known,
    patience: () => new Promise((resolve) => void clock.callAfter(drainMs, resolve)),
    wake: () => membership.wake(),
    log,
  });
  const local = new LocalCalls({ catalogue: store.shared.catalogue, places, owned, membership });
  const router = new Router({ node, membership, local, peers, elapsed, patienceMs: 2 * ownership.leaseMs });
  const calls = new RoutedCalls(router, places);
  const deletions = new ClusterDeletions({
    ...store,
    owned,
    count: partitions.count,
    leaseMs: ownership.leaseMs,
    elapsed,
    log,
  });
  const handOut = new ActivityHandOut({
    offers: store.shared.offers,
    maxWorkers: limits.maxActivityWorkers,
    begin: (offer, workerName, signal) => calls.beginActivityTask(offer, workerName, signal),
    handedOver: (offer, isDelivered) => calls.activityTaskHandedOver(offer, isDelivered),
    log,
  });
  const runtimeOf = (partition: number): OwningRuntime | undefined => local.runtime(partition);
  const signals = new SignalDelivery({ runtime: runtimeOf, log });
  const queries = sharedQueries({
    store: store.shared,
    arns,
    ends: shared.ends,
    recentRecord: (executionArn) => local.recentRecord(executionArn),
    calls,
    runtimeOf: (id) => runtimeOf(places.ofId(id)),
  });
  const attention = new Attention({ store, clock, membership, owned, handOut, signals, commits, log });
  return { attention, calls, commits, deletions, handOut, limits, local, membership, owned, places, queries, router };
}

/** The part of a beat that is this node's: its wish, and its ways with the answer. */
function nodeState(
  { onCatalogueChange }: ClusterRuntimeOptions,
  parts: () => { readonly owned: OwnedPartitions; readonly deletions: ClusterDeletions },
) {
  let released: readonly number[] = [];
  let openElsewhere = 0;
  return {
    get openElsewhere() {
      return openElsewhere;
    },
    wish(): Wish {
      const { owned } = parts();
      const wish = { ...owned.wish(), openExecutions: owned.openBeside(undefined) };
      released = wish.release;
      return wish;
    },
    async catalogueChanged(): Promise<void> {
      await onCatalogueChange?.();
      await parts().deletions.refresh();
    },
    heard(beat: Beat): void {
      const { owned, deletions } = parts();
      ({ openElsewhere } = beat);
      owned.follow(beat, released);
      void deletions.sweep(beat);
    },
    expired(): void {
      parts().owned.dropAll();
    },
  };
}

/** Joins the nodes that live. */
async function join({ attention, membership, owned }: Parts): Promise<void> {
  attention.begin();
  // The first beat tells which nodes there are, the second takes what is free.
  for (let beats = 0; beats < 2 && !owned.isClosing;) {
    const before = membership.last;
    await membership.news();
    if (membership.last !== undefined && membership.last !== before) beats += 1;
  }
  await owned.recovered;
}

/** Hands over what the node owns, and tells that it goes. */
async function leave(parts: Parts, { store, node, log }: ClusterRuntimeOptions): Promise<void> {
  const { attention, handOut, membership, owned, router } = parts;
  handOut.stop();
  attention.end();
  await owned.closeAll();
  router.stop();
  membership.stop();
  try {
    await store.ownership.leave(node);
  } catch (error) {
    log("The database could not be told that this node goes; others take over when its lease has run out.", error);
  }
}
