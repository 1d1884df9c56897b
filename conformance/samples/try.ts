import { readSamples, findSamples } from "./read-samples.ts";
import { playMocked } from "./play-samples.ts";
import { isDistributed } from "./definition.ts";

const want = process.argv[2] ?? "";
const all = readSamples(findSamples("/work/main")!).filter((s) => s.name.includes(want));
const t = Date.now();
const played = await playMocked(
  all.filter((s) => isDistributed(s.definition)),
  (m) => console.log("LOG", m),
);
const ok = played.filter((p) => p.status === "SUCCEEDED").length;
for (const p of played)
  if (p.status !== "SUCCEEDED" || want !== "") console.log(p.status, p.name, p.problem.slice(0, 400));
console.log(ok, "of", played.length, Date.now() - t, "ms", all.length);
