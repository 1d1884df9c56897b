// `npm run kill -- --kills 60 --seed 7`: a server that dies again and again under all kinds of work, and one table. `--sigterm` has it
// stopped instead.
import { parseArgs } from "node:util";
import { printTable } from "../table.ts";
import { killRun } from "./run.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    clients: { type: "string", default: "3" },
    seconds: { type: "string" },
    sigterm: { type: "boolean", default: false },
  },
});
console.log(`seed ${values.seed}`);
const { isGood, ...report } = await killRun(
  {
    kills: Number(values.kills),
    seed: Number(values.seed),
    clients: Number(values.clients),
    endSignal: values.sigterm ? "SIGTERM" : "SIGKILL",
    ...(values.seconds !== undefined && { seconds: Number(values.seconds) }),
    mostLifeMs: 2_000,
    drainSeconds: 120,
  },
  console.log,
);
const { verdict, repeated, bugs } = report;
const findings: Readonly<Record<string, readonly string[]>> = {
  lost: verdict.lost,
  stuck: verdict.stuck,
  wrong: verdict.wrong,
  "repeated without a kill": repeated.unexplained,
  "history gap": verdict.gaps,
  "bug in Pawl": bugs,
};
for (const [kind, found] of Object.entries(findings)) for (const what of found) console.log(`${kind}: ${what}`);
console.log(
  `${report.executions.toLocaleString("en-US")} executions, ${verdict.events.toLocaleString("en-US")} events, ` +
    `${report.attempts.toLocaleString("en-US")} task attempts`,
);
printTable([
  {
    kills: report.kills,
    acknowledged: report.acknowledged,
    lost: verdict.lost.length,
    stuck: verdict.stuck.length,
    "wrong end": verdict.wrong.length,
    repeated: `${repeated.all} (${repeated.unexplained.length} without a kill)`,
    "history gaps": verdict.gaps.length,
  },
]);
process.exitCode = isGood ? 0 : 1;
