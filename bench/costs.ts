// Where the processor time of a unit of work goes, in W1, W2 and W3: profiles of a server that runs from its sources, each sample
// counted for the part of the program that its innermost known frame is of.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, connect, createMachine } from "./client.ts";
import { closedLoop } from "./closed-loop.ts";
import { type Report, rounded } from "./report.ts";
import type { Setting } from "./setting.ts";
import { definition, input, startAndLearn } from "./w1-start-to-finish.ts";
import { functionArn, startAndAwait, startOf, steps } from "./w2-tasks.ts";
import { run, syncDefinition } from "./w3-synchronous.ts";

interface Frame {
  readonly functionName: string;
  readonly url: string;
}

/** As V8 writes it (`*.cpuprofile`). */
interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame; readonly children?: readonly number[] }[];
  readonly samples: readonly number[];
  /** Microseconds. */
  readonly timeDeltas: readonly number[];
}

/** The parts of a unit of work, as lines of the table. */
const parts = [
  "writing to sockets",
  "reading and parsing HTTP",
  "calling by HTTP",
  "the API: input, answers",
  "reads of the store",
  "the turn: queue, effects, listeners",
  "deciding",
  "encoding events",
  "the commit: rows",
  "the commit: sync",
  "collecting garbage",
  "Node.js itself: streams, timers, promises",
] as const;
type Part = (typeof parts)[number];

const socketWrites = /^(writeUtf8String|writeLatin1String|writeAsciiString|writeBuffer|writev)$/;
const syncs = /^fdatasync(Sync)?$/;

/** The part that a frame is of by itself, innermost first; `undefined` where those around it say. */
function partOf({ functionName, url }: Frame): Part | undefined {
  if (functionName === "(garbage collector)") return "collecting garbage";
  if (socketWrites.test(functionName)) return "writing to sockets";
  if (syncs.test(functionName)) return "the commit: sync";
  if (/\/src\/engine\/journal\/.*codec|\/src\/store\/encoded-row/.test(url)) return "encoding events";
  if (/\/src\/(engine|asl)\//.test(url)) return "deciding";
  if (url.includes("/src/store/")) return /append|transact|write/.test(functionName) ? "the commit: rows" : undefined;
  if (/\/src\/tasks\/|\/src\/aws\/|undici|@smithy|@aws-sdk/.test(url)) return "calling by HTTP";
  if (/node:_http_(server|incoming|common)/.test(url)) return "reading and parsing HTTP";
  if (/\/src\/(api|server)\//.test(url)) return "the API: input, answers";
  if (url.includes("/src/runtime/")) return "the turn: queue, effects, listeners";
  return undefined;
}

/** Microseconds of each part. */
function costsOf({ nodes, samples, timeDeltas }: Profile): ReadonlyMap<Part, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parentOf = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const found = new Map<number, Part | "idle">();
  const partOfNode = (id: number): Part | "idle" => {
    const known = found.get(id);
    if (known !== undefined) return known;
    let part: Part | "idle" | undefined;
    let isStore = false;
    for (let at: number | undefined = id; at !== undefined && part === undefined; at = parentOf.get(at)) {
      const frame = byId.get(at)?.callFrame ?? { functionName: "", url: "" };
      if (frame.functionName === "(idle)" || frame.functionName === "(program)") part = "idle";
      else if (isStore && !frame.url.includes("/src/store/")) part = "reads of the store";
      else part = partOf(frame);
      isStore ||= frame.url.includes("/src/store/");
    }
    found.set(id, part ?? "Node.js itself: streams, timers, promises");
    return part ?? "Node.js itself: streams, timers, promises";
  };
  const costs = new Map<Part, number>();
  for (const [i, sample] of samples.entries()) {
    const part = partOfNode(sample);
    if (part !== "idle") costs.set(part, (costs.get(part) ?? 0) + (timeDeltas[i] ?? 0));
  }
  return costs;
}

interface Load {
  readonly id: string;
  readonly clients: number;
  /** Units of work in a task. */
  readonly units: number;
  /** Makes what a client does again and again. */
  readonly prepare: (client: Client) => Promise<() => Promise<unknown>>;
}

const loads: readonly Load[] = [
  {
    id: "W1",
    clients: 64,
    units: 1,
    async prepare(client) {
      const start = JSON.stringify({ stateMachineArn: await createMachine(client, { name: "W1", definition }), input });
      return () => startAndLearn(client, start);
    },
  },
  {
    id: "W2",
    clients: 64,
    units: steps,
    async prepare(client) {
      const { body, ends } = await startOf(client, "W2", { Resource: functionArn });
      return () => startAndAwait(client, body, ends);
    },
  },
  {
    id: "W3",
    clients: 32,
    units: 1,
    async prepare(client) {
      const machine = { name: "W3", type: "EXPRESS", definition: syncDefinition } as const;
      const body = JSON.stringify({ stateMachineArn: await createMachine(client, machine), input });
      return () => run(client, body);
    },
  },
];

const warmUpMs = 3_000;
const measureMs = 5_000;

/** Microseconds of processor time that a unit costs, by part. */
async function measure(setting: Setting, { id, clients, units, prepare }: Load): Promise<ReadonlyMap<Part, number>> {
  const folder = setting.file(`profile-${id}`);
  mkdirSync(folder);
  const trivial = await setting.start("./function-process.ts", {});
  const db = setting.file(`${id}.db`);
  const options = { db, functions: { trivial: trivial.url }, isOfSources: true };
  const pawl = await setting.startPawl(options, folder);
  const client = connect(pawl.url, clients + 1);
  const task = await prepare(client);
  let count = 0;
  const counted = async (): Promise<void> => {
    await task();
    count += units;
  };
  await closedLoop({ clients, measureMs: warmUpMs + measureMs, task: counted });
  await client.close();
  await pawl.stop();
  const file = readdirSync(folder).find((name) => name.endsWith(".0.001.cpuprofile")) ?? "";
  const costs = costsOf(JSON.parse(readFileSync(join(folder, file), "utf8")) as Profile);
  return new Map([...costs].map(([part, microseconds]) => [part, microseconds / count]));
}

export async function costs(setting: Setting): Promise<Report> {
  const measured: ReadonlyMap<Part, number>[] = [];
  for (const load of loads) measured.push(await measure(setting, load));
  const line = (what: string, valueOf: (of: ReadonlyMap<Part, number>) => number) => ({
    what,
    value: measured.map((of) => rounded(valueOf(of), 1)).join(" / "),
  });
  return {
    id: "costs",
    title: "where the processor time goes",
    method: `Microseconds of the server's main thread for an execution of W1, a step of W2 with a function, and a synchronous execution of
W3, with as many clients as there, by the innermost frame of a profile whose file is known. The server runs from its sources, which is a little
slower than the program that is shipped, and is profiled, which costs some more: the parts are to be compared, not added to other figures.`,
    profile: `Writing to a socket is a call of the system that wakes the process at the other end. The parts of the engine proper (deciding,
encoding, the turn) are less than what moves bytes in and out.`,
    figures: [
      ...parts.map((part) => line(`W1 / W2 / W3: ${part}`, (of) => of.get(part) ?? 0)),
      line("W1 / W2 / W3: together", (of) => [...of.values()].reduce((sum, cost) => sum + cost, 0)),
    ],
  };
}
