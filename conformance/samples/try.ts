import { openEndpoint } from "../endpoint.ts";
import { readSamples, findSamples } from "./read-samples.ts";
import { runMocked, runServed, callsServed } from "./run-samples.ts";
import type { PlayedSample } from "./play-samples.ts";

const want = process.argv[2] ?? "";
const all = readSamples(findSamples("/work/main") ?? "").filter((s) => s.name.includes(want));
const log = (m: string): void => console.log("LOG", m);
function tell(t: number, played: readonly PlayedSample[]): void {
  for (const p of played) if (p.status !== "SUCCEEDED" || want !== "") console.log(p.status, p.name, p.problem.slice(0, 500));
  console.log(played.filter((p) => p.status === "SUCCEEDED").length, "of", played.length, Date.now() - t, "ms");
}
if (process.argv[3] !== "live") tell(Date.now(), await runMocked(all, log));
const endpoint = await openEndpoint(log);
tell(Date.now(), await runServed(all.filter(callsServed), endpoint?.url ?? "", log));
endpoint?.close();
