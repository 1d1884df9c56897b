// The role that holds what users create: state machines with their revisions, and activities.
import type { Page } from "./page.ts";

export type StateMachineType = "STANDARD" | "EXPRESS";

/** In the order in which they follow one another; stores write the place of each. */
export const machineStatuses = ["ACTIVE", "DELETING", "DELETED"] as const;

export interface StateMachineRecord {
  readonly id: number;
  readonly name: string;
  readonly type: StateMachineType;
  readonly status: (typeof machineStatuses)[number];
  readonly createdAt: number;
  /** `RevisionRecord.id` of the newest revision. */
  readonly revisionId: number;
  readonly tags: Readonly<Record<string, string>>;
  /** The description of the version that was published with the machine, which may be empty; absent when none was. */
  readonly initialVersionDescription?: string | undefined;
}

export interface RevisionRecord {
  readonly id: number;
  readonly stateMachineId: number;
  /** The revision id of the API: absent for a machine that was never updated. */
  readonly publicId?: string | undefined;
  readonly createdAt: number;
  readonly definition: string;
  readonly roleArn: string;
  /** JSON text as it was given, echoed by Describe; absent when it was not given. */
  readonly loggingConfiguration?: string | undefined;
  readonly tracingConfiguration?: string | undefined;
  readonly encryptionConfiguration?: string | undefined;
}

export interface ActivityRecord {
  readonly name: string;
  readonly createdAt: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly encryptionConfiguration?: string | undefined;
}

export interface Catalogue {
  /**
   * Stores a new machine with its first revision, and with version 1 of it where `initialVersionDescription` is given;
   * `undefined` when a machine has the name.
   */
  createStateMachine(
    machine: Omit<StateMachineRecord, "id" | "revisionId" | "status">,
    revision: Omit<RevisionRecord, "id" | "stateMachineId">,
  ): Promise<StateMachineRecord | undefined>;
  /** The machine of that name that is not DELETED. */
  findStateMachine(name: string): Promise<StateMachineRecord | undefined>;
  readStateMachine(id: number): Promise<StateMachineRecord | undefined>;
  addRevision(revision: Omit<RevisionRecord, "id">): Promise<RevisionRecord>;
  readRevision(id: number): Promise<RevisionRecord | undefined>;
  /**
   * The versions and aliases of a machine go when its status becomes DELETED. A status goes from ACTIVE to DELETING to DELETED, and
   * never back: a deletion that comes late, from another node, undoes none that is over.
   */
  updateStateMachine(id: number, change: Partial<Pick<StateMachineRecord, "status" | "tags">>): Promise<void>;
  /** Machines by ascending name, behind the machine whose id is `after`; DELETED ones are left out. */
  listStateMachines(page: Page<number>): Promise<readonly StateMachineRecord[]>;
  /** DELETED ones are left out. */
  countStateMachines(): Promise<number>;

  createActivity(activity: ActivityRecord): Promise<void>;
  findActivity(name: string): Promise<ActivityRecord | undefined>;
  updateActivityTags(name: string, tags: Readonly<Record<string, string>>): Promise<void>;
  deleteActivity(name: string): Promise<void>;
  /** Activities by ascending name. */
  listActivities(page: Page<string>): Promise<readonly ActivityRecord[]>;
  countActivities(): Promise<number>;
}
