// Runs of the cluster simulation, any number of them: `npm run simulate -- 100000` runs the seeds from 0 on, and a second number
// says where to begin.
import { proveClusterRun } from "../src/testing/cluster/cluster-runs.ts";

const [runs = 10_000, first = 0] = process.argv.slice(2).map(Number);
const sayEvery = 1_000;
let wrong = 0;

for (let run = 0; run < runs; run++) {
  const seed = `${first + run}`;
  try {
    await proveClusterRun(seed);
  } catch (error) {
    wrong += 1;
    console.log(`Seed ${seed} went wrong.`, error);
  }
  if ((run + 1) % sayEvery === 0) console.log(`${run + 1} runs, ${wrong} of them wrong`);
}
console.log(`${runs} runs from seed ${first} on, ${wrong} of them wrong`);
process.exitCode = wrong === 0 ? 0 : 1;
