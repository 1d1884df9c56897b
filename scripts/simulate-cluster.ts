// Runs of the cluster simulation, any number of them: `npm run simulate -- 100000` runs the seeds from 0 on, and a second number
// says where to begin. The last line tells in JSON what happened.
import { proveClusterRun } from "../src/testing/cluster/cluster-runs.ts";

const [runs = 10_000, first = 0] = process.argv.slice(2).map(Number);
const sayEvery = 1_000;
const faults: Record<string, number> = {};
const sums = { runs, wrong: 0, repeated: 0, late: 0, faults };

for (let run = 0; run < runs; run++) {
  const seed = `${first + run}`;
  try {
    const proved = await proveClusterRun(seed);
    sums.repeated += proved.repeated;
    sums.late += proved.late;
    for (const [fault, count] of proved.faults) faults[fault] = (faults[fault] ?? 0) + count;
  } catch (error) {
    sums.wrong += 1;
    console.log(`Seed ${seed} went wrong; npm run simulate -- 1 ${seed} repeats it.`, error);
  }
  if ((run + 1) % sayEvery === 0) console.log(`${run + 1} runs, ${sums.wrong} of them wrong`);
}
console.log(JSON.stringify(sums));
process.exitCode = sums.wrong === 0 ? 0 : 1;
