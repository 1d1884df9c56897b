// `npm run fuzz -- --seconds 600 --seed 1`: hostile requests, definitions and expressions against a real server; `--case 17`
// repeats one case of a seed.
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { printTable } from "../table.ts";
import { type Finding, fuzz } from "./run.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "600" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    from: { type: "string", default: "0" },
    case: { type: "string" },
  },
});
const seed = Number(values.seed);
const shortText = 600;
/** Findings that look the same are shown a few times only. */
const mostAlike = 3;
const directory = join(tmpdir(), `pawl-fuzz-findings-${seed}`);
const alike = new Map<string, number>();

function* numbersFrom(first: number): Generator<number> {
  for (let number = first; ; number++) yield number;
}

function show({ kind, number, fuzzCase, detail, request }: Finding): void {
  const likeness = `${kind} of ${request?.action ?? ""} ${fuzzCase.what}`;
  const count = (alike.get(likeness) ?? 0) + 1;
  alike.set(likeness, count);
  if (count > mostAlike) return;
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${kind}-${number}.json`);
  writeFileSync(file, JSON.stringify({ kind, detail, request, case: fuzzCase }, undefined, 2));
  if (fuzzCase.kind === "definitions") console.log(`  machine: ${excerpt(JSON.stringify(fuzzCase.creation))}`);
  if (request !== undefined) console.log(`  request: ${excerpt(`${request.action} ${request.bytes ?? request.body}`)}`);
  console.log(`  repeat:  npm run fuzz -- --seed ${seed} --case ${number}    (whole case in ${file})`);
}

function excerpt(text: string): string {
  return text.length > shortText ? `${text.slice(0, shortText)} … (${text.length} characters)` : text;
}

console.log(`seed ${seed}`);
const report = await fuzz(
  {
    seed,
    cases: values.case === undefined ? numbersFrom(Number(values.from)) : [Number(values.case)],
    signal: AbortSignal.timeout(Number(values.seconds) * 1000),
    limits: { stallMs: 200, residentBytes: 2 ** 30 },
  },
  show,
);
for (const [likeness, count] of alike) if (count > mostAlike) console.log(`${count} × ${likeness}`);
for (const { number, detail } of report.passing)
  console.log(`a stall that did not come again: ${detail} (case ${number})`);
const countOf = (kind: Finding["kind"]): number => report.findings.filter((finding) => finding.kind === kind).length;
printTable({
  cases: report.cases,
  requests: report.requests,
  executions: report.executions,
  "5xx": countOf("5xx"),
  quarantined: countOf("quarantine"),
  stuck: countOf("stuck"),
  exits: countOf("exit"),
  stalls: countOf("stall"),
  "too much memory": countOf("memory"),
  "history gaps": countOf("history"),
  "unnamed errors": countOf("answer"),
  "worst stall": `${Math.round(report.worstStallMs)} ms`,
  "memory at most": `${Math.round(report.peakBytes / 2 ** 20)} MiB`,
});
process.exitCode = report.findings.length === 0 ? 0 : 1;
