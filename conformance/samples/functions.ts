// The functions that samples name, behind one HTTP server: each gives what the task that calls it is to be answered.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { isJsonObject, type Json, type JsonObject, parseJson, stringifyJson } from "../../src/asl/json.ts";
import { objectOf, tasksOf } from "./definition.ts";
import type { Sample } from "./read-samples.ts";

export interface SampleFunctions {
  /** Members for the `functions` of a configuration. */
  readonly targets: Readonly<Record<string, string>>;
  close(): void;
}

interface Caller {
  /** The template of what it sends. */
  readonly payload: JsonObject;
  readonly answer: Json;
}

export async function startSampleFunctions(
  samples: readonly Sample[],
  answersOf: (sample: Sample) => Readonly<Record<string, Json>>,
): Promise<SampleFunctions> {
  const callers = new Map<string, Caller[]>();
  for (const sample of samples) {
    const answers = answersOf(sample);
    for (const { name, state } of tasksOf(sample.definition)) {
      const called = functionOf(state);
      if (called === undefined) continue;
      const { [name]: answer = {} } = answers;
      const isInvoked = state["Resource"] !== called;
      const known = callers.get(called) ?? [];
      known.push({
        payload: objectOf(objectOf(state["Parameters"])["Payload"]),
        answer: isInvoked ? (objectOf(answer)["Payload"] ?? {}) : answer,
      });
      callers.set(called, known);
    }
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const event = parseJson(Buffer.concat(chunks).toString("utf8") || "null");
      const known = callers.get(decodeURIComponent(request.url ?? "").slice(1)) ?? [];
      const caller = known.find(({ payload }) => hasConstants(event, payload)) ?? known[0];
      response.end(stringifyJson(caller?.answer ?? null));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = (name: string): string => `http://127.0.0.1:${port}/${encodeURIComponent(name)}`;
  return {
    targets: Object.fromEntries([...callers.keys()].map((name) => [name.replace(/:\$LATEST$/, ""), url(name)])),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The function of a task as it names it; a name that is computed is the word that answers have for any. */
export function functionOf(state: JsonObject): string | undefined {
  const resource = String(state["Resource"]);
  if (/^arn:[\w-]+:lambda:/.test(resource)) return resource;
  if (!resource.includes(":states:::lambda:invoke")) return undefined;
  const { FunctionName: name = "value" } = objectOf(state["Parameters"]);
  return String(name);
}

/** Whether an event has what a template says without looking at any data. */
function hasConstants(event: Json, template: JsonObject): boolean {
  return Object.entries(template).every(([name, value]) => {
    if (name.endsWith(".$") || typeof value === "object") return true;
    return isJsonObject(event) && event[name] === value;
  });
}
