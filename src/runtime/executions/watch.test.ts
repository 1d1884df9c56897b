// Watchers among each other: a fault of one is nobody else's.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JournalEvent } from "../../engine/journal/event.ts";
import type { Execution } from "../../engine/execution.ts";
import { type Watch, type WatchedExecution, watchAll } from "./watch.ts";

test("a watcher that throws, when it is asked, shown or told, keeps nothing from the others", () => {
  const told: string[] = [];
  const logged: unknown[] = [];
  const fail = (where: string): never => {
    throw new Error(where);
  };
  const watches: readonly Watch[] = [
    () => fail("asked"),
    () => () => fail("shown"),
    () => () => () => fail("told"),
    () => undefined,
    () => () => () => void told.push("heard"),
  ];
  const watcher = watchAll(watches, (_message, error) => logged.push(error))?.({} as WatchedExecution);
  watcher?.({} as JournalEvent, {} as Execution)?.();
  assert.deepEqual(told, ["heard"]);
  assert.deepEqual(
    logged.map((error) => error instanceof Error && error.message),
    ["asked", "shown", "told"],
  );
});

test("where nobody watches, nothing is done for an event", () => {
  assert.equal(watchAll([], assert.fail), undefined);
  assert.equal(watchAll([() => undefined], assert.fail)?.({} as WatchedExecution), undefined);
});
