// State machines, their revisions, and activities, in memory.
import {
  type ActivityRecord,
  type Catalogue,
  machineStatuses,
  type RevisionRecord,
  type StateMachineRecord,
} from "../catalogue.ts";
import type { MemoryVersions } from "./memory-versions.ts";

/** Ids of all machines that ever had a name, newest first. */
export type MachineNames = (name: string) => readonly number[];

export interface MemoryCatalogue {
  readonly catalogue: Catalogue;
  readonly machinesNamed: MachineNames;
}

export function openMemoryCatalogue(versions: Pick<MemoryVersions, "publish" | "forget">): MemoryCatalogue {
  const { machinesNamed, ...stateMachines } = openStateMachines(versions);
  return { catalogue: { ...stateMachines, ...openActivities() }, machinesNamed };
}

type ActivityCall =
  "createActivity" | "findActivity" | "updateActivityTags" | "deleteActivity" | "listActivities" | "countActivities";

type StateMachines = Omit<Catalogue, ActivityCall> & { readonly machinesNamed: MachineNames };

function openStateMachines(versions: Pick<MemoryVersions, "publish" | "forget">): StateMachines {
  const machines = new Map<number, StateMachineRecord>();
  const revisions = new Map<number, RevisionRecord>();

  const newestFirst = (): readonly StateMachineRecord[] => [...machines.values()].toReversed();
  const findLive = (name: string): StateMachineRecord | undefined =>
    newestFirst().find((machine) => machine.name === name && machine.status !== "DELETED");
  const addRevision = (revision: Omit<RevisionRecord, "id">): RevisionRecord => {
    const machine = machines.get(revision.stateMachineId);
    if (machine === undefined) throw new Error(`state machine ${revision.stateMachineId} is not in the store`);
    const added = { ...revision, id: revisions.size + 1 };
    revisions.set(added.id, added);
    machines.set(machine.id, { ...machine, revisionId: added.id });
    return added;
  };

  return {
    machinesNamed: (name) => newestFirst().flatMap((machine) => (machine.name === name ? [machine.id] : [])),
    async createStateMachine(machine, revision) {
      if (findLive(machine.name) !== undefined) return undefined;
      const id = machines.size + 1;
      machines.set(id, { ...machine, id, revisionId: 0, status: "ACTIVE" });
      const { id: revisionId } = addRevision({ ...revision, stateMachineId: id });
      const { createdAt, initialVersionDescription: description } = machine;
      if (description !== undefined) {
        versions.publish({ stateMachineId: id, revisionId, createdAt, ...(description === "" ? {} : { description }) });
      }
      return machines.get(id);
    },
    async findStateMachine(name) {
      return findLive(name);
    },
    async readStateMachine(id) {
      return machines.get(id);
    },
    async addRevision(revision) {
      return addRevision(revision);
    },
    async readRevision(id) {
      return revisions.get(id);
    },
    async updateStateMachine(id, { status, tags }) {
      const machine = machines.get(id);
      if (machine === undefined) return;
      const isNext = status !== undefined && machineStatuses.indexOf(status) > machineStatuses.indexOf(machine.status);
      machines.set(id, { ...machine, status: isNext ? status : machine.status, tags: tags ?? machine.tags });
      if (status === "DELETED") versions.forget(id);
    },
    async listStateMachines({ limit, after }) {
      const last = after === undefined ? "" : (machines.get(after)?.name ?? "");
      return byName(
        [...machines.values()].filter(({ status, name }) => status !== "DELETED" && name > last),
        limit,
      );
    },
    async countStateMachines() {
      return [...machines.values()].filter(({ status }) => status !== "DELETED").length;
    },
  };
}

function openActivities(): Pick<Catalogue, ActivityCall> {
  const activities = new Map<string, ActivityRecord>();
  return {
    async createActivity(activity) {
      if (!activities.has(activity.name)) activities.set(activity.name, activity);
    },
    async findActivity(name) {
      return activities.get(name);
    },
    async updateActivityTags(name, tags) {
      const activity = activities.get(name);
      if (activity !== undefined) activities.set(name, { ...activity, tags });
    },
    async deleteActivity(name) {
      activities.delete(name);
    },
    async listActivities({ limit, after }) {
      return byName(
        [...activities.values()].filter(({ name }) => name > (after ?? "")),
        limit,
      );
    },
    async countActivities() {
      return activities.size;
    },
  };
}

/** Names are ASCII: this order is that of the bytes. */
function byName<Named extends { readonly name: string }>(named: readonly Named[], limit: number): readonly Named[] {
  return named.toSorted((a, b) => (a.name < b.name ? -1 : 1)).slice(0, limit);
}
