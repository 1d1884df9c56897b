// `npm run fuzz -- --seconds 600 --seed 1`: hostile requests, definitions and expressions against a real server; `--case 17`
// repeats one case of a seed, `--replay FILE` that of a finding, whatever the generators make of its number by now.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { printTable } from "../table.ts";
import { caseOf, type FuzzCase } from "./cases.ts";
import { type Finding, fuzz, type NumberedCase } from "./run.ts";

interface FindingFile extends Pick<Finding, "kind" | "number" | "detail" | "request"> {
  readonly case: Finding["fuzzCase"];
}

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "600" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    shrink: { type: "string", default: "30" },
    from: { type: "string", default: "0" },
    case: { type: "string" },
    replay: { type: "string" },
  },
});
const seed = Number(values.seed);
const shortText = 600;
/** Findings that look the same are shown a few times only. */
const mostAlike = 3;
const directory = join(tmpdir(), `pawl-fuzz-findings-${seed}`);
const alike = new Map<string, number>();

function* cases(): Generator<NumberedCase> {
  if (values.replay !== undefined) {
    const { number, case: fuzzCase } = JSON.parse(readFileSync(values.replay, "utf8")) as FindingFile;
    yield { number, fuzzCase };
    return;
  }
  const first = Number(values.case ?? values.from);
  for (let number = first; values.case === undefined || number === first; number++)
    yield { number, fuzzCase: caseOf(seed, number) };
}

function show({ kind, number, fuzzCase, detail, request, smaller }: Finding): void {
  const likeness = `${kind} of ${request?.action ?? ""} ${fuzzCase.what}`;
  const count = (alike.get(likeness) ?? 0) + 1;
  alike.set(likeness, count);
  if (count > mostAlike) return;
  if (!existsSync(directory)) mkdirSync(directory);
  const file = join(directory, `${kind}-${number}.json`);
  const write = (path: string, content: FindingFile): void =>
    writeFileSync(path, JSON.stringify(content, undefined, 2));
  write(file, { kind, number, detail, request, case: fuzzCase });
  console.log(`${kind}: ${fuzzCase.kind}, ${fuzzCase.what}: ${detail}`);
  if (fuzzCase.kind === "definitions") console.log(`  machine: ${excerpt(JSON.stringify(fuzzCase.creation))}`);
  if (request !== undefined) console.log(`  request: ${excerpt(`${request.action} ${request.bytes ?? request.body}`)}`);
  console.log(`  repeat:  npm run fuzz -- --seed ${seed} --case ${number}    (whole case in ${file})`);
  if (smaller === undefined) return;
  const smallerFile = file.replace(".json", "-smaller.json");
  write(smallerFile, { kind, number, detail, case: smaller });
  console.log(`  smaller: ${excerpt(contentOf(smaller))}`);
  console.log(`           npm run fuzz -- --replay ${smallerFile}`);
}

function contentOf(fuzzCase: FuzzCase): string {
  if (fuzzCase.kind === "definitions") return `${JSON.stringify(fuzzCase.creation)} with ${fuzzCase.inputs.join(", ")}`;
  return fuzzCase.requests.map(({ action, body, bytes }) => `${action} ${bytes ?? body}`).join("; ");
}

function excerpt(text: string): string {
  return text.length > shortText ? `${text.slice(0, shortText)} … (${text.length} characters)` : text;
}

console.log(`seed ${seed}`);
const report = await fuzz(
  {
    cases: cases(),
    signal: AbortSignal.timeout(Number(values.seconds) * 1000),
    shrinkSeconds: Number(values.shrink),
    limits: { stallMs: 200, residentBytes: 2 ** 30 },
  },
  show,
);
for (const [likeness, count] of alike) if (count > mostAlike) console.log(`${count} × ${likeness}`);
for (const { kind, number, detail } of report.passing)
  console.log(`${kind} that did not come again: ${detail} (case ${number})`);
const countOf = (kind: Finding["kind"]): number => report.findings.filter((finding) => finding.kind === kind).length;
printTable([
  {
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
  },
]);
process.exitCode = report.findings.length === 0 ? 0 : 1;
