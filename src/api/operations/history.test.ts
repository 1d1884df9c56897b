// Pages of the history beside one whole read of it, over generated workflows and on every way that a journal can be stored.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { isJsonObject, type Json, memberOf } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import type { PerformTask, TaskOutcome } from "../../engine/effect.ts";
import type { JournalEvent } from "../../engine/journal/event.ts";
import { type PublicEvent, publicHistory } from "../../engine/journal/history.ts";
import { continued, started } from "../../store/contract-fixtures.ts";
import { masterKeyOf } from "../../store/envelope.ts";
import { openMemoryStore } from "../../store/memory/memory-store.ts";
import { inOneRow, toSchemaVersion3 } from "../../store/sqlite/old-store-fixtures.ts";
import { openSqliteStore } from "../../store/sqlite/sqlite-store.ts";
import type { Store } from "../../store/store.ts";
import { arbitraryWorkflow } from "../../testing/arbitrary-workflow.ts";
import { fakeArnSpace, startFakeServer } from "../../testing/fake-server.ts";
import { play } from "../../testing/play.ts";

const executionArn = `arn:aws:states:${fakeArnSpace.region}:${fakeArnSpace.account}:execution:m:e`;
const item = { items: [1, "two", { three: 3 }] };
const items = Array.from({ length: 40 }, () => item);

/** Many iterations of a workflow at a time, each of which may fail: tasks go on long after they were scheduled. */
function manyOf({ QueryLanguage, ...scope }: Record<string, Json>): Json {
  const isJsonata = QueryLanguage === "JSONata";
  const caught = { Type: "Parallel", Branches: [scope], Catch: [{ ErrorEquals: ["States.ALL"], Next: "Done" }] };
  return {
    ...(isJsonata ? { QueryLanguage } : {}),
    StartAt: "All",
    States: {
      All: {
        Type: "Map",
        ...(isJsonata ? { Items: "{% $states.input.all %}" } : { ItemsPath: "$.all" }),
        ItemProcessor: {
          ProcessorConfig: { Mode: "INLINE" },
          StartAt: "Try",
          States: { Try: { ...caught, Next: "Done" }, Done: { Type: "Succeed" } },
        },
        End: true,
      },
    },
  };
}

/** An outcome that follows from the task itself: it fails, or gives its parameters back. */
function outcomeOf(task: PerformTask): TaskOutcome {
  const { value } = task.parameters;
  const isFailing = isJsonObject(value) && memberOf(value, "kind") === 1;
  return isFailing ? { kind: "failed", error: "Drawn" } : { kind: "succeeded", output: Payload.ofValue({}) };
}

function cutIntoCommits(
  events: readonly JournalEvent[],
  lengths: readonly number[],
): readonly (readonly JournalEvent[])[] {
  const commits: (readonly JournalEvent[])[] = [];
  for (let from = 0, i = 0; from < events.length; i++) {
    const length = lengths[i % lengths.length] ?? 1;
    commits.push(events.slice(from, from + length));
    from += length;
  }
  return commits;
}

async function append(store: Store, commits: readonly (readonly JournalEvent[])[], isStarted = false): Promise<void> {
  for (const [i, events] of commits.entries()) {
    const isNew = i === 0 && !isStarted;
    await store.journal.append([isNew ? started({ id: 1 }, { events }) : continued({ id: 1 }, events)]);
  }
}

type Stored = (file: string, commits: readonly (readonly JournalEvent[])[]) => Promise<Store>;

const masterKeys = [masterKeyOf(new Uint8Array(32).fill(7))];
const ways: Readonly<Record<string, Stored>> = {
  "in memory": async (_file, commits) => {
    const store = openMemoryStore();
    await append(store, commits);
    return store;
  },
  "in a file": async (file, commits) => {
    const store = await openSqliteStore(file);
    await append(store, commits);
    return store;
  },
  "in an encrypted file": async (file, commits) => {
    const store = await openSqliteStore(file, { masterKeys });
    await append(store, commits);
    return store;
  },
  "in a file that an earlier version began": async (file, commits) => {
    const half = Math.ceil(commits.length / 2);
    const before = await openSqliteStore(file);
    await append(before, commits.slice(0, half));
    await before.close();
    toSchemaVersion3(file);
    const store = await openSqliteStore(file);
    await append(store, commits.slice(half), true);
    return store;
  },
  "in a file that an earlier version wrote in one commit": async (file, commits) => {
    const before = await openSqliteStore(file);
    await append(before, commits);
    await before.close();
    inOneRow(file, 1, commits.flat());
    toSchemaVersion3(file);
    return openSqliteStore(file);
  },
};

for (const [way, open] of Object.entries(ways)) {
  test(`pages of every size are cut out of the whole history, ${way}`, async (t) => {
    const directory = mkdtempSync(join(tmpdir(), "pawl-history-"));
    t.after(() => rmSync(directory, { recursive: true }));
    let read: Store["journal"]["readEvents"] = async () => [];
    let lastEventId = 0;
    const server = await startFakeServer(t, {
      change: (runtime) => ({
        ...runtime,
        readHistory: async () => ({ lastEventId, read: (range) => read(1, range) }),
      }),
    });
    const pages = async (request: object): Promise<readonly (readonly unknown[])[]> => {
      const all: (readonly unknown[])[] = [];
      for (let nextToken: unknown; ;) {
        const { body } = await server.send("GetExecutionHistory", { executionArn, ...request, nextToken });
        all.push(body["events"] as readonly unknown[]);
        nextToken = body["nextToken"];
        if (nextToken === undefined) return all;
      }
    };
    let runs = 0;
    const property = fc.asyncProperty(
      arbitraryWorkflow,
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 15, max: 400 }),
      async (drawn, lengths, size) => {
        const { events } = play(manyOf(drawn), { input: { all: items }, perform: outcomeOf });
        const store = await open(join(directory, `${++runs}.db`), cutIntoCommits(events, lengths));
        lastEventId = events.at(-1)?.id ?? 0;
        read = (id, part) => store.journal.readEvents(id, part);
        const whole = asSent(publicHistory(events, { region: fakeArnSpace.region, isDataIncluded: true }));
        assert.deepEqual(await pages({ maxResults: size }), cut(whole, size));
        assert.deepEqual(await pages({ maxResults: size, reverseOrder: true }), cut(whole.toReversed(), size));
        await store.close();
      },
    );
    await fc.assert(property, { numRuns: 8 });
  });
}

function asSent(history: readonly PublicEvent[]): readonly unknown[] {
  return JSON.parse(JSON.stringify(history)) as readonly unknown[];
}

function cut<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
