// A golden journal: what one build wrote of one execution, with the commands that led there and the state that every
// later build must fold from it. A file is text, one thing a line:
//   # A sentence on what it shows.
//   settings {…}      definition {…} or branches 4200 (see `wideParallel`)
//   @ <now> <command>  begins a step
//   | <row>            a line of the journal row of the step's decision; `~ <row>` where it is long, in Brotli and base64
//   + <path> <value>   what is different in the state from here on; `- <path>` what is gone; `= <digest>` for all of it
//   end {…}
import { createHash } from "node:crypto";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { type Json, type JsonObject, stringifyJson } from "../asl/json.ts";
import { parseProgram } from "../asl/parse-program.ts";
import { Payload } from "../asl/payload.ts";
import { type Execution, type ExecutionIdentity, newExecution } from "../engine/execution.ts";
import type { Command, Limits } from "../engine/turn.ts";
import { factsOf, type Facts } from "./execution-facts.ts";
import { playedArns } from "./play.ts";

export interface GoldenSettings {
  readonly type: "STANDARD" | "EXPRESS";
  readonly isSynchronous: boolean;
  readonly timeoutSeconds?: number | undefined;
  readonly limits?: Partial<Limits>;
}

export interface GoldenStep {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly command: Command;
  /** The text that `encodeEvents` wrote of the decision; empty when nothing happened. */
  readonly row: string;
  /** The state that is folded by then, or a digest of it where it is large. */
  readonly state: Facts | string;
}

export interface GoldenEnd {
  readonly status: Execution["status"];
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

export interface GoldenJournal {
  readonly about: string;
  readonly settings: GoldenSettings;
  /** A number of branches stands for `wideParallel`. */
  readonly definition: JsonObject | number;
  readonly steps: readonly GoldenStep[];
  readonly end: GoldenEnd;
}

/** A definition that would be long to write down: one Parallel of many branches, the result of which is dropped. */
function wideParallel(branches: number): JsonObject {
  const branch = { StartAt: "Narrow", States: { Narrow: { Type: "Succeed" } } };
  const wide = { Type: "Parallel", Branches: Array.from({ length: branches }, () => branch), ResultPath: null };
  return {
    StartAt: "Wide",
    States: { Wide: { ...wide, Next: "Wait" }, Wait: { Type: "Wait", Seconds: 5, End: true } },
  };
}

export function newGoldenExecution({
  settings,
  definition,
}: Pick<GoldenJournal, "settings" | "definition">): Execution {
  const { type, isSynchronous, timeoutSeconds } = settings;
  const text = stringifyJson(typeof definition === "number" ? wideParallel(definition) : definition);
  const identity: ExecutionIdentity = {
    arn: playedArns.execution,
    name: "one",
    type,
    isSynchronous,
    stateMachineArn: playedArns.machine,
    stateMachineName: "played",
    program: parseProgram(text),
    timeoutSeconds,
  };
  return newExecution(identity);
}

export function endOf({ status, output, error, cause }: Execution): GoldenEnd {
  return { status, output: output?.text, error, cause };
}

/** The state in the form that a step of this journal holds it in. */
export function stateOf({ definition }: Pick<GoldenJournal, "definition">, execution: Execution): Facts | string {
  const facts = factsOf(execution);
  if (typeof definition !== "number") return facts;
  const lines = Object.entries(facts).map(([path, value]) => `${path} ${JSON.stringify(value)}`);
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
}

const longRow = 8_000;

export function formatGoldenJournal({ about, settings, definition, steps, end }: GoldenJournal): string {
  const lines = [
    `# ${about}`,
    `settings ${JSON.stringify(settings)}`,
    typeof definition === "number" ? `branches ${definition}` : `definition ${stringifyJson(definition)}`,
  ];
  let before: Facts = {};
  for (const { now, command, row, state } of steps) {
    lines.push("", `@ ${now} ${JSON.stringify(command, writtenPayload)}`, ...rowLines(row));
    if (typeof state === "string") lines.push(`= ${state}`);
    else {
      lines.push(...changedLines(before, state));
      before = state;
    }
  }
  return `${[...lines, "", `end ${JSON.stringify(end)}`].join("\n")}\n`;
}

function writtenPayload(_name: string, value: unknown): unknown {
  return value instanceof Payload ? value.text : value;
}

function rowLines(row: string): readonly string[] {
  if (row === "") return [];
  if (row.length > longRow) return [`~ ${brotliCompressSync(row).toString("base64")}`];
  return row.split("\n").map((line) => `| ${line}`);
}

function changedLines(before: Facts, after: Facts): readonly string[] {
  const gone = Object.keys(before).filter((path) => !(path in after));
  const changed = Object.entries(after).filter(([path, value]) => before[path] !== value);
  return [...gone.map((path) => `- ${path}`), ...changed.map(([path, value]) => `+ ${path} ${JSON.stringify(value)}`)];
}

interface OpenStep {
  readonly now: number;
  readonly command: Command;
  readonly row: string[];
  state: Map<string, Facts[string]> | string;
}

/** @throws Error at a line that `formatGoldenJournal` does not write. */
export function parseGoldenJournal(text: string): GoldenJournal {
  const head = new Map<string, string>();
  const steps: OpenStep[] = [];
  for (const line of text.split("\n")) {
    const [, word = "", rest = ""] = /^(\S*) ?(.*)$/s.exec(line) ?? [];
    const step = steps.at(-1);
    if (word === "@") {
      const [, now, command = ""] = /^(\d+) (.*)$/s.exec(rest) ?? [];
      const state = typeof step?.state === "object" ? new Map(step.state) : new Map<string, Facts[string]>();
      steps.push({ now: Number(now), command: commandOf(command), row: [], state });
    } else if (step === undefined || word === "end") head.set(word, rest);
    else if (word !== "") readStepLine(step, word, rest);
  }
  return {
    about: head.get("#") ?? "",
    settings: JSON.parse(head.get("settings") ?? "") as GoldenSettings,
    definition: JSON.parse(head.get("definition") ?? head.get("branches") ?? "") as JsonObject | number,
    steps: steps.map(({ state, row, ...step }) => ({
      ...step,
      row: row.join("\n"),
      state: typeof state === "string" ? state : Object.fromEntries(state),
    })),
    end: JSON.parse(head.get("end") ?? "") as GoldenEnd,
  };
}

function readStepLine(step: OpenStep, word: string, rest: string): void {
  if (word === "|") step.row.push(rest);
  else if (word === "~") step.row.push(brotliDecompressSync(Buffer.from(rest, "base64")).toString());
  else if (word === "=") step.state = rest;
  else if (typeof step.state === "string") throw new Error(`a state that is a digest has no ${word} ${rest}`);
  else if (word === "-") step.state.delete(rest);
  else if (word === "+") {
    const end = rest.indexOf(" ");
    step.state.set(rest.slice(0, end), JSON.parse(rest.slice(end)) as Facts[string]);
  } else throw new Error(`a golden journal has no line that begins with ${word}`);
}

const payloadMembers: ReadonlySet<string> = new Set(["input", "output", "submission"]);

function commandOf(text: string): Command {
  return JSON.parse(text, (name, value: Json) =>
    typeof value === "string" && payloadMembers.has(name) ? Payload.ofText(value) : value,
  ) as Command;
}
