// A runtime in a few maps and a watched catalogue, for tests of what stands in front of them. Executions do not run: a
// test says how they are by `executions`.
import { Payload } from "../asl/payload.ts";
import { type ArnSpace, executionArn } from "../aws/arn.ts";
import type { JournalEvent } from "../engine/journal/event.ts";
import { awsLimits } from "../engine/turn.ts";
import type {
  ActivityTask,
  ExecutionDescription,
  ExecutionHistory,
  Runtime,
  StartRequest,
  TokenOutcome,
} from "../runtime/runtime.ts";
import { listRecords } from "../store/memory/memory-listing.ts";
import { openMemoryStore } from "../store/memory/memory-store.ts";
import type { Catalogue } from "../store/catalogue.ts";
import type { Store } from "../store/store.ts";
import type { Versions } from "../store/versions.ts";
import type { ExecutionRecord } from "../store/journal.ts";

export interface FakeExecution {
  readonly description: ExecutionDescription;
  readonly events: readonly JournalEvent[];
}

export interface FakeBackend {
  readonly runtime: Runtime;
  readonly catalogue: Catalogue;
  readonly versions: Versions;
  readonly executions: Map<string, FakeExecution>;
  readonly tokens: Map<string, TokenOutcome>;
  /** Names of the calls that change something, in order. */
  readonly changes: string[];
  /** Thrown by every call from now on. */
  failWith(error: Error): void;
}

export interface FakeBackendOptions {
  readonly arnSpace: ArnSpace;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export function createFakeBackend(options: FakeBackendOptions): FakeBackend {
  const executions = new Map<string, FakeExecution>();
  const tokens = new Map<string, TokenOutcome>();
  const changes: string[] = [];
  let failure: Error | undefined;
  /** Counts a call among the changes where it is one, and fails where the test wants it. */
  const called = (change?: string): void => {
    if (failure !== undefined) throw failure;
    if (change !== undefined) changes.push(change);
  };
  const { catalogue, versions } = createFakeStore(called);
  return {
    executions,
    tokens,
    changes,
    failWith: (error) => {
      failure = error;
    },
    catalogue,
    versions,
    runtime: createFakeRuntime({ ...options, catalogue, executions, tokens, called }),
  };
}

type Called = (change?: string) => void;

/** The memory store, watched. */
function createFakeStore(called: Called): Pick<Store, "catalogue" | "versions"> {
  const store = openMemoryStore();
  const watched =
    <Parameters extends readonly unknown[], Result>(
      call: (...parameters: Parameters) => Promise<Result>,
      change?: string,
    ): ((...parameters: Parameters) => Promise<Result>) =>
    async (...parameters) => {
      called(change);
      return call(...parameters);
    };
  const catalogue: Catalogue = {
    createStateMachine: watched(
      (machine, revision) => store.catalogue.createStateMachine(machine, revision),
      "createStateMachine",
    ),
    findStateMachine: watched((name) => store.catalogue.findStateMachine(name)),
    readStateMachine: watched((id) => store.catalogue.readStateMachine(id)),
    addRevision: watched((revision) => store.catalogue.addRevision(revision), "addRevision"),
    readRevision: watched((id) => store.catalogue.readRevision(id)),
    updateStateMachine: watched((id, change) => store.catalogue.updateStateMachine(id, change), "updateStateMachine"),
    listStateMachines: watched((page) => store.catalogue.listStateMachines(page)),
    countStateMachines: watched(() => store.catalogue.countStateMachines()),
    createActivity: watched((activity) => store.catalogue.createActivity(activity), "createActivity"),
    findActivity: watched((name) => store.catalogue.findActivity(name)),
    updateActivityTags: watched((name, tags) => store.catalogue.updateActivityTags(name, tags), "updateActivityTags"),
    deleteActivity: watched((name) => store.catalogue.deleteActivity(name), "deleteActivity"),
    listActivities: watched((page) => store.catalogue.listActivities(page)),
    countActivities: watched(() => store.catalogue.countActivities()),
  };
  const versions: Versions = {
    publishVersion: watched((version) => store.versions.publishVersion(version), "publishVersion"),
    findVersion: watched((id, number) => store.versions.findVersion(id, number)),
    findVersionOf: watched((id, revisionId) => store.versions.findVersionOf(id, revisionId)),
    countVersions: watched((id) => store.versions.countVersions(id)),
    listVersions: watched((id, page) => store.versions.listVersions(id, page)),
    deleteVersion: watched((id, number) => store.versions.deleteVersion(id, number), "deleteVersion"),
    createAlias: watched((alias) => store.versions.createAlias(alias), "createAlias"),
    findAlias: watched((id, name) => store.versions.findAlias(id, name)),
    updateAlias: watched((id, name, change) => store.versions.updateAlias(id, name, change), "updateAlias"),
    deleteAlias: watched((id, name) => store.versions.deleteAlias(id, name), "deleteAlias"),
    countAliases: watched((id) => store.versions.countAliases(id)),
    listAliases: watched((filter, page) => store.versions.listAliases(filter, page)),
  };
  return { catalogue, versions };
}

function recordsOf(executions: FakeRuntimeOptions["executions"]): readonly ExecutionRecord[] {
  return [...executions.values()].map(({ description }) => description.record);
}

function historyOf(events: readonly JournalEvent[]): ExecutionHistory {
  return {
    lastEventId: events.at(-1)?.id ?? 0,
    read: async ({ from, to }) => events.filter(({ id }) => id >= from && id <= to),
  };
}

interface FakeRuntimeOptions extends FakeBackendOptions {
  readonly catalogue: Catalogue;
  readonly executions: Map<string, FakeExecution>;
  readonly tokens: ReadonlyMap<string, TokenOutcome>;
  readonly called: Called;
}

/** A running execution as a start makes it; its id is its place among all of them. */
function started(request: StartRequest, id: number, { arnSpace, now }: FakeBackendOptions): ExecutionDescription {
  const { stateMachine, revision, input, versionNumber, aliasName, traceHeader } = request;
  const name = request.name ?? `execution-${id}`;
  const key = stateMachine.type === "EXPRESS" ? `${name}:${id}` : name;
  const record: ExecutionRecord = {
    id,
    stateMachineId: stateMachine.id,
    revisionId: revision.id,
    key,
    type: stateMachine.type,
    status: "RUNNING",
    startedAt: now(),
    versionNumber,
    aliasName,
    traceHeader,
    isInFlight: false,
    lastEventId: 1,
  };
  const arn = executionArn(arnSpace, stateMachine.type, stateMachine.name, key);
  return { record, executionArn: arn, stateMachineName: stateMachine.name, name, input };
}

function fakeTask(workerName: string): ActivityTask {
  const input = Payload.ofText("{}");
  return { kind: "task", taskToken: `token of ${workerName}`, input, handedOver: () => undefined };
}

const nothingMore = {
  quarantined: 0,
  countWorkers: async (activityArns: readonly string[]) => activityArns.map(() => 0),
  whenCommitted: () => () => undefined,
} as const;

function createFakeRuntime(options: FakeRuntimeOptions): Runtime {
  const { now, catalogue, executions, tokens, called } = options;
  const tokenOutcome = async (taskToken: string): Promise<TokenOutcome> => {
    called("sendTask");
    return tokens.get(taskToken) ?? "invalidToken";
  };
  return {
    maxHistoryEvents: awsLimits.maxHistoryEvents,
    async startExecution(request) {
      called("startExecution");
      const description = started(request, executions.size + 1, options);
      const existing = executions.get(description.executionArn)?.description;
      const found = existing ?? description;
      if (existing === undefined) executions.set(description.executionArn, { description, events: [] });
      const isSame = found.record.status === "RUNNING" && found.input.text === request.input.text;
      const { executionArn: arn, record } = found;
      return isSame
        ? { kind: "started", executionArn: arn, startedAt: record.startedAt }
        : { kind: "alreadyExists", executionArn: arn };
    },
    async startSyncExecution(request) {
      called("startSyncExecution");
      const { record, ...description } = started(request, executions.size + 1, options);
      const stoppedAt = record.startedAt + 120;
      return { ...description, record: { ...record, status: "SUCCEEDED", stoppedAt }, output: request.input };
    },
    async stopExecution(arn) {
      called("stopExecution");
      const execution = executions.get(arn);
      return execution === undefined ? undefined : (execution.description.record.stoppedAt ?? now());
    },
    async redriveExecution(arn) {
      called("redriveExecution");
      const execution = executions.get(arn)?.description;
      return execution && { kind: "notRedrivable", reason: `Execution is ${execution.record.status}` };
    },
    async describeExecution(arn) {
      called();
      return executions.get(arn)?.description;
    },
    async readHistory(arn) {
      called();
      const execution = executions.get(arn);
      return execution && historyOf(execution.events);
    },
    async listExecutions(filter, page) {
      called();
      return listRecords(recordsOf(executions), filter, page);
    },
    mapRuns: { ...noMapRuns, list: async (arn) => (executions.has(arn) ? [] : undefined) },
    async takeActivityTask(_activityArn, workerName, signal) {
      called("takeActivityTask");
      if (workerName !== undefined) return fakeTask(workerName);
      return new Promise((resolve) => {
        if (signal.aborted) resolve(undefined);
        else signal.addEventListener("abort", () => resolve(undefined));
      });
    },
    sendTaskSuccess: tokenOutcome,
    sendTaskFailure: tokenOutcome,
    sendTaskHeartbeat: tokenOutcome,
    ...nothingMore,
    async recover() {},
    async deleteStateMachine({ id }) {
      called("deleteStateMachine");
      await catalogue.updateStateMachine(id, { status: "DELETING" });
    },
    async close() {},
  };
}

const noMapRuns: Omit<Runtime["mapRuns"], "list"> = {
  find: async () => undefined,
  read: async () => undefined,
  countChildren: async () => [],
  countUnredrivable: async () => [],
  listChildren: async () => [],
  update: async () => false,
};
