// Writes the golden journals: node scripts/write-golden-journals.ts
// It writes ONLY files that do not exist yet. A golden file is never rewritten and never removed: it stands for journals on
// disks that no build can change. A new meaning of a later build gets a scenario, and so a file, of its own.
import { existsSync, writeFileSync } from "node:fs";
import { decide } from "../src/engine/decide.ts";
import { encodeEvents } from "../src/engine/journal/event-codec.ts";
import {
  endOf,
  formatGoldenJournal,
  type GoldenJournal,
  type GoldenStep,
  newGoldenExecution,
  stateOf,
} from "../src/testing/golden-journal.ts";
import { environmentAt } from "../src/testing/play.ts";
import { type Scenario, scenarios } from "./golden-scenarios.ts";

const folder = new URL("../src/engine/journal/golden/", import.meta.url);

for (const scenario of scenarios) {
  const file = new URL(`${scenario.name}.txt`, folder);
  if (!existsSync(file)) writeFileSync(file, formatGoldenJournal(recorded(scenario)));
}

function recorded({ about, definition, settings, play }: Scenario): GoldenJournal {
  const head = { about, definition, settings: { type: "STANDARD", isSynchronous: false, ...settings } } as const;
  const execution = newGoldenExecution(head);
  const steps: GoldenStep[] = [];
  let now = Date.UTC(2026, 0, 1);
  for (const step of play) {
    const { command, at } = step(execution, now);
    now = at;
    const { events } = decide(execution, command, environmentAt(now, head.settings));
    const row = events.length === 0 ? "" : encodeEvents(events);
    steps.push({ now, command, row, state: stateOf(head, execution) });
  }
  return { ...head, steps, end: endOf(execution) };
}
