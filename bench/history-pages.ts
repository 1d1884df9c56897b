// The history of an execution of 25,000 events, read in pages of 1,000 and as a whole. Both run in this process, by turns,
// on the same file; the ratio is what counts.
import { allEvents } from "../src/store/contract-fixtures.ts";
import { createApi } from "../src/api/aws-json.ts";
import type { CallAction } from "../src/tasks/ports.ts";
import type { Json } from "../src/asl/json.ts";
import type { JournalEvent } from "../src/engine/journal/event.ts";
import { publicHistory } from "../src/engine/journal/history.ts";
import { systemClock } from "../src/runtime/clock.ts";
import { createRuntime } from "../src/runtime/create-runtime.ts";
import type { ExecutionChange, ExecutionRecord } from "../src/store/journal.ts";
import { openSqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import type { Store } from "../src/store/store.ts";
import { play } from "../src/testing/play.ts";
import { median } from "./closed-loop.ts";
import { atMost, type Report, rounded } from "./report.ts";
import type { Setting } from "./setting.ts";
import { input } from "./w1-start-to-finish.ts";

const pageSize = 1_000;
const rounds = 9;
const arns = { partition: "aws", region: "us-east-1", account: "123456789012" };
const resource = "arn:aws:lambda:us-east-1:123456789012:function:trivial";

/** Workflows that go round until the limit of the history ends them: with a commit for each task, and with few commits. */
const workflows = {
  tasks: {
    StartAt: "Call",
    States: {
      Call: { Type: "Task", Resource: resource, ResultPath: null, Next: "Again" },
      Again: { Type: "Choice", Choices: [{ Variable: "$.v", IsPresent: true, Next: "Call" }] },
    },
  },
  pure: {
    StartAt: "Keep",
    States: { Keep: { Type: "Pass", Next: "Again" }, Again: { Type: "Pass", Next: "Keep" } },
  },
} as const satisfies Readonly<Record<string, Json>>;

type Name = keyof typeof workflows;
const names: readonly Name[] = ["tasks", "pure"];
const directions = [
  { direction: "oldest first", reverseOrder: false },
  { direction: "newest first", reverseOrder: true },
] as const;

export async function historyPages(setting: Setting): Promise<Report> {
  const store = await openSqliteStore(setting.file("history.db"));
  for (const name of names) await writeHistory(store, name);
  const callAction = openApi(store);
  const figures: Report["figures"][number][] = [];
  for (const name of names) {
    const wholes: number[] = [];
    const paged = directions.map(() => [] as number[]);
    // The first round warms up.
    for (let round = 0; round <= rounds; round++) {
      const whole = await timed(() => readWhole(store, name));
      const times: number[] = [];
      for (const { reverseOrder } of directions)
        times.push(await timed(() => readPages(callAction, { name, reverseOrder })));
      if (round === 0) continue;
      wholes.push(whole);
      for (const [i, time] of times.entries()) paged[i]?.push(time / whole);
    }
    figures.push({ what: `${name}: CPU ms for the whole at once`, value: rounded(median(wholes), 1) });
    for (const [i, { direction }] of directions.entries()) {
      const ratio = median(paged[i] ?? []);
      figures.push({
        what: `${name}: pages ${direction} over the whole`,
        value: rounded(ratio, 2),
        aim: atMost(1.5, ratio, 1),
      });
    }
  }
  await store.close();
  return {
    id: "history",
    title: `a history of 25,000 events in pages of ${rounded(pageSize)}`,
    method: `All pages of GetExecutionHistory beside one read of the whole journal, decoded, made public and written as JSON: processor
time, the median of ${rounds} rounds by turns. "tasks" is a journal of some 7,000 commits, one for each event that came from outside; "pure" one of a few commits of 5,000
events.`,
    profile: `Pages and the whole differ by what is read and not shown: a page reads blocks of 128 events, and shows less of the first and the
last one. Most of the time goes into decoding the events and writing them as JSON.`,
    figures,
  };
}

/** Plays a workflow and stores what each decision would have committed. */
async function writeHistory(store: Store, name: Name): Promise<void> {
  const machine = await store.catalogue.createStateMachine(
    { name, type: "STANDARD", createdAt: 0, tags: {} },
    { createdAt: 0, definition: JSON.stringify(workflows[name]), roleArn: "role" },
  );
  if (machine === undefined) throw new Error(`There is a machine ${name} already.`);
  const commits: (readonly JournalEvent[])[] = [];
  play(workflows[name], { inputText: input, onDecision: (_execution, events) => commits.push(events) });
  const record: ExecutionRecord = {
    id: store.journal.newExecutionId(),
    stateMachineId: machine.id,
    revisionId: machine.revisionId,
    key: "e",
    type: "STANDARD",
    status: "RUNNING",
    startedAt: 0,
    isInFlight: false,
    lastEventId: 0,
  };
  const nothing = { offers: [], withdrawnOffers: [], signals: [], consumedSignalIds: [] } as const;
  const changes: readonly ExecutionChange[] = commits.map((events, i) => ({
    record: { ...record, lastEventId: events.at(-1)?.id ?? 0 },
    isNew: i === 0,
    events,
    ...nothing,
  }));
  await store.journal.append(changes.filter(({ events }) => events.length > 0));
}

function openApi(store: Store): CallAction {
  const unused = (): never => {
    throw new Error("Only histories are read here.");
  };
  const runtime = createRuntime({
    store,
    clock: systemClock,
    arns,
    perform: unused,
    createMapRunner: () => ({
      recover: unused,
      moved: unused,
      update: unused,
      countChildren: unused,
      stop: () => undefined,
    }),
    childOutcome: unused,
    isKnownActivity: unused,
    log: unused,
  });
  const { catalogue, versions, secret: pageTokenSecret } = store;
  return createApi({
    runtime,
    catalogue,
    versions,
    arnSpace: arns,
    validateDefinition: unused,
    testState: unused,
    pageTokenSecret,
    reportFailure: unused,
  }).callAction;
}

/** Milliseconds of processor time, which other programs on the machine do not change. */
async function timed(act: () => Promise<void>): Promise<number> {
  globalThis.gc?.();
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function readWhole({ journal }: Store, name: Name): Promise<void> {
  const record = await journal.findRecord(name, "e");
  const events = await allEvents(journal, record?.id ?? 0);
  const { length } = JSON.stringify(publicHistory(events, { region: arns.region, isDataIncluded: true }));
  if (events.length < 25_000 || length === 0) throw new Error(`The history has ${events.length} events.`);
}

async function readPages(
  callAction: CallAction,
  { name, reverseOrder }: { readonly name: Name; readonly reverseOrder: boolean },
): Promise<void> {
  const executionArn = `arn:aws:states:${arns.region}:${arns.account}:execution:${name}:e`;
  const { signal } = new AbortController();
  let nextToken: string | undefined;
  let pages = 0;
  do {
    const request = {
      executionArn,
      reverseOrder,
      maxResults: pageSize,
      ...(nextToken === undefined ? {} : { nextToken }),
    };
    const answer = await callAction("GetExecutionHistory", request, signal);
    if (answer.kind === "error") throw new Error(answer.message);
    nextToken = /"nextToken":"([^"]+)"\}$/.exec(answer.body.slice(-300))?.[1];
    pages += 1;
  } while (nextToken !== undefined);
  if (pages < 25) throw new Error(`The history has ${pages} pages.`);
}
