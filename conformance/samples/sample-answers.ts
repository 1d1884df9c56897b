// The input of each sample and the answers to its tasks, those that are written by hand before those that are derived, and the
// mock file that gives them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Json, stringifyJson } from "../../src/asl/json.ts";
import type { WrittenMocks } from "../mock-file.ts";
import { answersFor } from "./answers.ts";
import { handWritten } from "./hand-written.ts";
import type { Sample } from "./read-samples.ts";

export interface SampleAnswers {
  readonly input: Json;
  /** By the names of the Task states. */
  readonly tasks: Readonly<Record<string, Json>>;
}

/** Its name in the mock file. */
export const testCase = "Answered";

export const typeOf = ({ name }: Sample): "EXPRESS" | "STANDARD" => handWritten[name]?.type ?? "STANDARD";

export function answersOf({ name, definition }: Sample): SampleAnswers {
  const derived = answersFor(definition);
  const written = handWritten[name];
  return { input: written?.input ?? derived.input, tasks: { ...derived.tasks, ...written?.tasks } };
}

/** @param mockedOf gives the answers to the tasks that are not performed. */
export function writeSampleMocks(
  samples: readonly Sample[],
  mockedOf: (sample: Sample) => SampleAnswers["tasks"],
): WrittenMocks {
  const machines: { [name: string]: Json } = {};
  const responses: { [name: string]: Json } = {};
  for (const sample of samples) {
    const states: { [state: string]: Json } = {};
    for (const [state, answer] of Object.entries(mockedOf(sample))) {
      states[state] = `${sample.name} ${state}`;
      responses[`${sample.name} ${state}`] = { "0-99": { Return: answer } };
    }
    machines[sample.machine] = { TestCases: { [testCase]: states } };
  }
  const directory = mkdtempSync(join(tmpdir(), "pawl-samples-"));
  const path = join(directory, "mocks.json");
  writeFileSync(path, stringifyJson({ StateMachines: machines, MockedResponses: responses }));
  return { path, remove: () => rmSync(directory, { recursive: true }) };
}
