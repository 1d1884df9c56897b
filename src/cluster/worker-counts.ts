// The workers that wait for tasks of activities, at all nodes: each knows its own. A node that does not answer soon is left out.
import type { Clock } from "../runtime/clock.ts";
import type { ClusterNode } from "../store/cluster-store.ts";
import type { Membership } from "./membership.ts";
import type { PeerCalls, Peers } from "./peers.ts";

export interface WorkerCountsOptions {
  readonly node: ClusterNode;
  readonly membership: Pick<Membership, "last">;
  readonly peers: Peers;
  readonly clock: Clock;
  /** Those that wait at this node. */
  readonly countHere: (activityArn: string) => number;
}

const patienceMs = 1_000;

export class WorkerCounts {
  readonly #options: WorkerCountsOptions;

  constructor(options: WorkerCountsOptions) {
    this.#options = options;
  }

  async count(activityArns: readonly string[]): Promise<readonly number[]> {
    const { membership, node, countHere } = this.#options;
    const others = (membership.last?.nodes ?? []).filter(({ id }) => id !== node.id);
    const elsewhere = activityArns.length === 0 ? [] : others.map((other) => this.#countAt(other, activityArns));
    const counts = await Promise.all(elsewhere);
    return activityArns.map((activityArn, i) =>
      counts.reduce((sum, count) => sum + (count[i] ?? 0), countHere(activityArn)),
    );
  }

  async #countAt(other: ClusterNode, activityArns: readonly string[]): Promise<readonly number[]> {
    const { peers, clock } = this.#options;
    const { promise: late, resolve } = Promise.withResolvers<readonly number[]>();
    const callOff = clock.callAfter(patienceMs, () => resolve([]));
    try {
      const asked = peers.call(other, "countWorkers", [activityArns]) as ReturnType<PeerCalls["countWorkers"]>;
      return await Promise.race([asked, late]);
    } catch {
      // It has gone, or is of a version that cannot say.
      return [];
    } finally {
      callOff();
    }
  }
}
