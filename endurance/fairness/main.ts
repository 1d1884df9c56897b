// `npm run fairness -- --seconds 10`: how long others wait for an answer while a server is as busy as it can be; `--load loops`
// takes only the loads with that in their name, `--events 25000` has large data go on until AWS ends an execution.
import { parseArgs } from "node:util";
import { printTable, type Row } from "../table.ts";
import { loadsOf } from "./loads.ts";
import { measure } from "./measure.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    events: { type: "string", default: "2000" },
    patience: { type: "string", default: "600" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    load: { type: "string", default: "" },
  },
});
console.log(`seed ${values.seed}`);
const options = {
  seed: Number(values.seed),
  seconds: Number(values.seconds),
  patienceSeconds: Number(values.patience),
};
const rows: Row[] = [];
for (const load of loadsOf(Number(values.events)).filter(({ name }) => name.includes(values.load))) {
  console.log(`${load.name} …`);
  const { answers, ownMs, longestStallMs, seenP99Ms, peakBytes, kills, longestStartMs, tookMs, ends, faults } =
    await measure(load, options);
  for (const fault of faults) console.log(`  ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
  rows.push({
    load: load.name,
    answers,
    "p50 ms": Math.round(ownMs.p50),
    "p99 ms": Math.round(ownMs.p99),
    "longest ms": Math.round(ownMs.longest),
    "stall ms": Math.round(longestStallMs),
    "p99 seen": Math.round(seenP99Ms),
    "memory MiB": Math.round(peakBytes / 2 ** 20),
    kills,
    "start ms": Math.round(longestStartMs),
    seconds: Math.round(tookMs / 1000),
    ends,
  });
}
const [first, ...rest] = rows;
if (first === undefined) throw new Error(`No load has ${values.load} in its name.`);
printTable([first, ...rest]);
process.exit();
