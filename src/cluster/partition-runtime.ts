// The runtime of one partition: the same as that of a whole store, but that nothing leaves it while the node may have lost the
// partition, and that what concerns other partitions goes to their owners.
import type { JobService } from "../engine/effect.ts";
import { createRuntime, type RuntimeOptions } from "../runtime/create-runtime.ts";
import { StoppingError } from "../runtime/executions/committer.ts";
import type { OwningRuntime } from "../runtime/runtime.ts";
import type { SharedParts } from "../runtime/shared-parts.ts";
import type { Partitions } from "../store/cluster-store.ts";
import type { Store } from "../store/store.ts";
import type { Membership } from "./membership.ts";

export interface PartitionRuntimeOptions extends Omit<RuntimeOptions, "store" | "partition" | "shared" | "admit"> {
  readonly partitions: Partitions;
  readonly shared: SharedParts;
  readonly membership: Pick<Membership, "mayAct">;
  readonly stopExecution: (executionArn: string) => Promise<unknown>;
  /** Standard executions that run in other partitions than this one. */
  readonly openElsewhere: (partition: number) => number;
  readonly committed: () => void;
}

export function openPartitionRuntime(options: PartitionRuntimeOptions, number: number, store: Store): OwningRuntime {
  const { partitions, jobs, membership, stopExecution, openElsewhere, committed } = options;
  const own = new Set([number]);
  return createRuntime({
    ...options,
    store,
    admit: (signal) => admitted(membership, signal),
    jobs: jobs && fencedJobs(jobs, membership),
    partition: {
      owns: (executionId) => partitions.ofExecution(executionId) === number,
      drawKey: (stateMachineName, prefix) => partitions.drawKey(stateMachineName, prefix, own),
      stopExecution,
      openElsewhere: () => openElsewhere(number),
      listener: { committed },
    },
  });
}

/** Waits while the node may have lost what it owns. @throws StoppingError when it is too late. */
async function admitted(membership: Pick<Membership, "mayAct">, signal: AbortSignal): Promise<void> {
  if (!(await membership.mayAct(signal))) throw new StoppingError();
}

function fencedJobs(jobs: JobService, membership: Pick<Membership, "mayAct">): JobService {
  return {
    async look(job, signal) {
      await admitted(membership, signal);
      return jobs.look(job, signal);
    },
    async stop(job, signal) {
      await admitted(membership, signal);
      return jobs.stop(job, signal);
    },
  };
}
