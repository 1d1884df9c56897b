// `npm run cluster -- --rounds 20 --seed 7`: three nodes on one PostgreSQL, one trouble after the other under all kinds of work,
// and one table.
import { parseArgs } from "node:util";
import { serverPrograms } from "../../src/testing/postgres/binaries.ts";
import { randomOf } from "../random.ts";
import { printTable } from "../table.ts";
import { clusterRun, crashDatabase, killNode, pauseNode, renewNode, type Round } from "./run.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    clients: { type: "string", default: "2" },
    nodes: { type: "string", default: "3" },
    "lease-ms": { type: "string", default: "4000" },
  },
});
const binaries = serverPrograms();
if (binaries === undefined) throw new Error("There is no PostgreSQL here: install it, or put its programs into PATH.");
const seed = Number(values.seed);
console.log(`seed ${seed}`);
const random = randomOf(seed);
/** Every kind comes, and kills most often. */
const troubles: readonly [Round, ...Round[]] = [killNode, pauseNode, crashDatabase, killNode, renewNode, killNode];
const rounds = Array.from({ length: Number(values.rounds) }, (_, index) => troubles[index] ?? random.pick(troubles));
const { isGood, ...report } = await clusterRun(
  {
    binaries,
    seed,
    rounds,
    nodes: Number(values.nodes),
    clients: Number(values.clients),
    leaseMs: Number(values["lease-ms"]),
    drainSeconds: 120,
  },
  console.log,
);
const { verdict, repeated, bugs, resumedMs, resumedThroughTroubleMs } = report;
const findings: Readonly<Record<string, readonly string[]>> = {
  lost: verdict.lost,
  stuck: verdict.stuck,
  wrong: verdict.wrong,
  "repeated though not in flight": repeated.unexplained,
  "history gap": verdict.gaps,
  "bug in Pawl": bugs,
};
for (const [kind, found] of Object.entries(findings)) for (const what of found) console.log(`${kind}: ${what}`);
console.log(
  `${report.executions.toLocaleString("en-US")} executions, ${verdict.events.toLocaleString("en-US")} events, ` +
    `${report.attempts.toLocaleString("en-US")} task attempts`,
);
console.log(`kills to resumed effects, ms: ${resumedMs.join(", ")}`);
if (resumedThroughTroubleMs.length > 0)
  console.log(`those with another trouble before the effect, ms: ${resumedThroughTroubleMs.join(", ")}`);
if (report.slowest !== undefined) console.log(`slowest: ${report.slowest}`);
const sorted = resumedMs.toSorted((a, b) => a - b);
printTable([
  {
    rounds: rounds.length,
    kills: report.kills,
    acknowledged: report.acknowledged,
    lost: verdict.lost.length,
    stuck: verdict.stuck.length,
    "wrong end": verdict.wrong.length,
    repeated: `${repeated.all} (${repeated.unexplained.length} not in flight)`,
    "history gaps": verdict.gaps.length,
    "kill to resumed effect, median and longest ms": `${sorted[Math.floor(sorted.length / 2)] ?? "-"}, ${sorted.at(-1) ?? "-"}`,
  },
]);
process.exitCode = isGood ? 0 : 1;
