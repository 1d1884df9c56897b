// The content of a golden database: rows of every table, as the store writes them, and all of it as the store reads it.
import { createHash } from "node:crypto";
import { Payload } from "../asl/payload.ts";
import type { Json } from "../asl/json.ts";
import type { JournalEvent } from "../engine/journal/event.ts";
import { allEvents, continued, passed, started } from "../store/contract-fixtures.ts";
import { masterKeyOf } from "../store/envelope.ts";
import { eventsPerBlock } from "../store/event-blocks.ts";
import type { MapRunRecord } from "../store/map-run-row.ts";
import type { Store } from "../store/store.ts";

export const goldenDatabaseKey = masterKeyOf(new Uint8Array(32).fill(42));

const offer = (executionId: number) => ({ activityArn: "arn:activity", executionId, scheduledEventId: 2 });
const run: MapRunRecord = {
  id: 40,
  uuid: "uuid-40",
  label: "Label",
  stateMachineId: 1,
  executionId: 4,
  startedEventId: 4,
  status: "RUNNING",
  isOpen: true,
  startedAt: 1_763_826_531_000,
  state: { stateName: "M", childType: "STANDARD", total: 3 },
};

/** Executions that run, ended, were redriven, wait with everything that one can wait with; a long history; a Map Run. */
export async function writeGolden(store: Store): Promise<void> {
  const machine = await store.catalogue.createStateMachine(
    { name: "m", type: "STANDARD", createdAt: 1, tags: { team: "blue" }, initialVersionDescription: "first" },
    { createdAt: 1, definition: '{"StartAt":"A"}', roleArn: "role", loggingConfiguration: '{"level":"ALL"}' },
  );
  const stateMachineId = machine?.id ?? 0;
  const routes = [{ versionNumber: 1, weight: 100 }];
  await store.versions.createAlias({ stateMachineId, name: "live", routes, createdAt: 2, updatedAt: 2 });
  await store.catalogue.createActivity({ name: "packing", createdAt: 3, tags: {} });
  const job = { executionId: 1, scheduledEventId: 5, submittedEventId: 6, isAbandoned: false, since: 1, lookAt: 2 };
  const mapRun = { id: run.id, index: 0, itemCount: 2, redrive: 0 };
  const long = Array.from({ length: 2 * eventsPerBlock }, (_, i) => passed(i + 2, `"${"x".repeat(i * 20)}"`));
  await store.journal.append([
    started({ id: 1, wakeAt: 5, isInFlight: true, traceHeader: "Root=1" }, { offers: [offer(1)], jobs: [job] }),
    started({ id: 2, status: "FAILED", stoppedAt: 1_763_826_532_000, versionNumber: 1, aliasName: "live" }),
    started({ id: 3, type: "EXPRESS", key: "name:uuid", status: "SUCCEEDED", stoppedAt: 1_763_826_532_001 }),
    started({ id: 4 }, { mapRuns: [{ kind: "begin", run }] }),
    started({ id: 5, mapRun }, { signals: [{ executionId: 4, scheduledEventId: 7, childExecutionId: 5 }] }),
    started({ id: 6, mapRun: { ...mapRun, index: 1 }, status: "SUCCEEDED", stoppedAt: 1_763_826_532_002 }),
  ]);
  await store.journal.append([continued({ id: 2, redrive: { count: 1, at: 1_763_826_533_000 } }, [passed(2, "{}")])]);
  await store.journal.append([continued({ id: 1, lastEventId: 2, wakeAt: 9 }, long)]);
  await store.quarantines.add({ executionId: 4, since: 8, version: "0.1.0" });
}

const page = { limit: 99 };

export async function heldBy({ journal, catalogue, versions, ...store }: Store): Promise<Json> {
  const ids = [1, 2, 3, 4, 5, 6];
  const held = {
    records: await Promise.all(ids.map((id) => journal.readRecord(id))),
    events: await Promise.all(ids.map(async (id) => digestOf(await allEvents(journal, id)))),
    range: digestOf(await journal.readEvents(1, { from: eventsPerBlock, to: eventsPerBlock + 3 })),
    found: await journal.findRecord("m", "key-2"),
    listed: await journal.listRecords({ stateMachineId: 1 }, page),
    due: await journal.dueRecords(99, 9),
    inFlight: await journal.inFlightRecords(page),
    order: (await journal.readRows(page)).map(({ executionId }) => executionId),
    counts: await journal.countByStatus(1, 9),
    machines: await catalogue.listStateMachines(page),
    revision: await catalogue.readRevision(1),
    activities: await catalogue.listActivities(page),
    versions: await versions.listVersions(1, page),
    aliases: await versions.listAliases({ stateMachineId: 1 }, page),
    signals: await store.signals.list(page),
    jobs: await store.jobs.due(9, 9),
    offers: await store.offers.count("arn:activity", 9),
    mapRuns: await store.mapRuns.openMapRuns(page),
    progress: await store.mapRuns.progressOf(run.id),
    quarantines: await store.quarantines.list(page),
    secret: store.secret,
  };
  return JSON.parse(JSON.stringify(held)) as Json;
}

/** The number of events, and a hash over all that they say. */
function digestOf(events: readonly JournalEvent[]): string {
  const texts = (_key: string, value: unknown): unknown => (value instanceof Payload ? value.text : value);
  const hash = createHash("sha256").update(JSON.stringify(events, texts)).digest("hex");
  return `${events.length} ${hash}`;
}
