// A runtime and a catalogue in a few maps, for tests of what stands in front of them. Executions do not run: a test
// says how they are with `put`.
import { Payload } from "../asl/payload.ts";
import { type ArnSpace, executionArn } from "../engine/arn.ts";
import type { JournalEvent } from "../engine/event.ts";
import type { ExecutionDescription, Runtime, StartRequest, TokenOutcome } from "../runtime/runtime.ts";
import type { ActivityRecord, Catalogue, ExecutionRecord, RevisionRecord, StateMachineRecord } from "../store/store.ts";

export interface FakeExecution {
  readonly description: ExecutionDescription;
  readonly events: readonly JournalEvent[];
}

export interface FakeBackend {
  readonly runtime: Runtime;
  readonly catalogue: Catalogue;
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
  return {
    executions,
    tokens,
    changes,
    failWith: (error) => {
      failure = error;
    },
    catalogue: createFakeCatalogue(called),
    runtime: createFakeRuntime({ ...options, executions, tokens, called }),
  };
}

function createFakeCatalogue(called: (change?: string) => void): Catalogue {
  const machines = new Map<number, StateMachineRecord>();
  const revisions = new Map<number, RevisionRecord>();
  const activities = new Map<string, ActivityRecord>();
  let lastId = 0;
  const findMachine = (name: string): StateMachineRecord | undefined =>
    [...machines.values()].find((machine) => machine.name === name && machine.status !== "DELETED");
  const changeMachine = (id: number, change: Partial<StateMachineRecord>): void => {
    const machine = machines.get(id);
    if (machine !== undefined) machines.set(id, { ...machine, ...change });
  };
  const catalogue: Catalogue = {
    async createStateMachine(machine, revision) {
      called("createStateMachine");
      if (findMachine(machine.name) !== undefined) return undefined;
      const [id, revisionId] = [++lastId, ++lastId];
      const record: StateMachineRecord = { ...machine, id, revisionId, status: "ACTIVE" };
      machines.set(id, record);
      revisions.set(revisionId, { ...revision, id: revisionId, stateMachineId: id });
      return record;
    },
    async findStateMachine(name) {
      called();
      return findMachine(name);
    },
    async readStateMachine(id) {
      return machines.get(id);
    },
    async addRevision(revision) {
      called("addRevision");
      const record = { ...revision, id: ++lastId };
      revisions.set(record.id, record);
      changeMachine(revision.stateMachineId, { revisionId: record.id });
      return record;
    },
    async readRevision(id) {
      called();
      return revisions.get(id);
    },
    async updateStateMachine(id, change) {
      called("updateStateMachine");
      changeMachine(id, change);
    },
    async listStateMachines({ limit, after = Infinity }) {
      called();
      const live = [...machines.values()].filter(({ id, status }) => id < after && status !== "DELETED");
      return live.toSorted((a, b) => b.id - a.id).slice(0, limit);
    },
    async createActivity(activity) {
      called("createActivity");
      activities.set(activity.name, activity);
    },
    async findActivity(name) {
      called();
      return activities.get(name);
    },
    async updateActivityTags(name, tags) {
      called("updateActivityTags");
      const activity = activities.get(name);
      if (activity !== undefined) activities.set(name, { ...activity, tags });
    },
    async deleteActivity(name) {
      called("deleteActivity");
      activities.delete(name);
    },
    async listActivities({ limit, after = "" }) {
      called();
      const following = [...activities.values()].filter(({ name }) => name > after);
      return following.toSorted((a, b) => (a.name < b.name ? -1 : 1)).slice(0, limit);
    },
  };
  return catalogue;
}

interface FakeRuntimeOptions extends FakeBackendOptions {
  readonly executions: Map<string, FakeExecution>;
  readonly tokens: ReadonlyMap<string, TokenOutcome>;
  readonly called: (change?: string) => void;
}

function createFakeRuntime({ arnSpace, now, executions, tokens, called }: FakeRuntimeOptions): Runtime {
  const describe = (request: StartRequest): ExecutionDescription => {
    const { stateMachine, revision, input, versionNumber, aliasName, traceHeader } = request;
    const id = executions.size + 1;
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
  };
  const tokenOutcome = async (taskToken: string): Promise<TokenOutcome> => {
    called("sendTask");
    return tokens.get(taskToken) ?? "invalidToken";
  };
  return {
    async startExecution(request) {
      called("startExecution");
      const description = describe(request);
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
      const { record, ...description } = describe(request);
      const stoppedAt = record.startedAt + 120;
      return { ...description, record: { ...record, status: "SUCCEEDED", stoppedAt }, output: request.input };
    },
    async stopExecution(arn) {
      called("stopExecution");
      const execution = executions.get(arn);
      return execution === undefined ? undefined : (execution.description.record.stoppedAt ?? now());
    },
    async describeExecution(arn) {
      called();
      return executions.get(arn)?.description;
    },
    async readHistory(arn) {
      called();
      return executions.get(arn)?.events;
    },
    async listExecutions({ stateMachineId, status }, { limit, after = Infinity }) {
      called();
      const records = [...executions.values()].map(({ description }) => description.record);
      return records
        .filter((record) => record.stateMachineId === stateMachineId && record.id < after)
        .filter((record) => status === undefined || record.status === status)
        .toSorted((a, b) => b.id - a.id)
        .slice(0, limit);
    },
    async takeActivityTask(_activityArn, workerName, signal) {
      called("takeActivityTask");
      if (workerName !== undefined) return { taskToken: `token of ${workerName}`, input: Payload.ofText("{}") };
      return new Promise((resolve) => {
        if (signal.aborted) resolve(undefined);
        else signal.addEventListener("abort", () => resolve(undefined));
      });
    },
    sendTaskSuccess: tokenOutcome,
    sendTaskFailure: tokenOutcome,
    sendTaskHeartbeat: tokenOutcome,
    async recover() {},
    async finishDeletion() {
      called("finishDeletion");
    },
    async close() {},
  };
}
