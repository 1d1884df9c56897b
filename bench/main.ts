// `npm run bench`: every workload, or those that are named (`npm run bench -- W1 W3 jsonata`);
// `--write` writes docs/performance.md as well.
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { cluster } from "./cluster.ts";
import { consolePages } from "./console.ts";
import { costs } from "./costs.ts";
import { writeDocument } from "./document.ts";
import { historyPages } from "./history-pages.ts";
import { runJsonataBench } from "./jsonata.ts";
import { printReport, type Report } from "./report.ts";
import { inSetting, type Setting } from "./setting.ts";
import { startToFinish } from "./w1-start-to-finish.ts";
import { tasks } from "./w2-tasks.ts";
import { synchronous } from "./w3-synchronous.ts";
import { map } from "./w4-map.ts";
import { parkedExecutions } from "./w5-parked.ts";
import { mapRuns } from "./w8-map-runs.ts";

const workloads: Readonly<Record<string, (setting: Setting) => Promise<Report>>> = {
  W1: startToFinish,
  W2: tasks,
  W3: synchronous,
  W4: map,
  W5: parkedExecutions,
  W8: mapRuns,
  costs,
  history: historyPages,
  console: consolePages,
  cluster,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: "boolean", default: false }, profile: { type: "string" } },
});
const names = positionals.length === 0 ? Object.keys(workloads) : positionals;
if (values.write && positionals.length > 0) throw new Error("--write writes the figures of all workloads: name none.");
console.log(`${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}, Node.js ${process.version}`);
const reports: Report[] = [];
for (const name of names) {
  if (name === "jsonata") {
    await runJsonataBench();
    continue;
  }
  const workload = workloads[name];
  if (workload === undefined) throw new Error(`There is no workload ${name}.`);
  const report = await inSetting({ profileDirectory: values.profile }, workload);
  printReport(report);
  reports.push(report);
}
if (values.write) await writeDocument(reports, { processors: cpus().length, nodeVersion: process.version });
