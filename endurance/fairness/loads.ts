// The loads beside which a server must answer others: each keeps it as busy as it can, until it is called off.
import type { Server } from "../server.ts";

export interface Load {
  readonly name: string;
  /** Settles when the load is on; it goes on until `signal` aborts. */
  begin(server: Server, signal: AbortSignal): Promise<void>;
}

type State = { readonly [name: string]: unknown };

const roleArn = "arn:aws:iam::123456789012:role/fairness";
const jsonata = { QueryLanguage: "JSONata" };
const loopOf = (state: State, choice: State): State => ({
  StartAt: "Work",
  States: {
    Work: { ...state, Next: "Again" },
    Again: { Type: "Choice", Choices: [{ ...choice, Next: "Work" }], Default: "End" },
    End: { Type: "Succeed" },
  },
});

const pass = { StartAt: "A", States: { A: { Type: "Pass", End: true } } };
const map = {
  StartAt: "Each",
  States: { Each: { Type: "Map", ItemsPath: "$.items", ItemProcessor: pass, ResultPath: null, End: true } },
};
const growing = loopOf(
  { Type: "Pass", Parameters: { "n.$": "States.MathAdd($.n, 1)", "big.$": "$.big" } },
  { Variable: "$.n", NumericLessThan: 1e9 },
);
const dear = loopOf(
  { ...jsonata, Type: "Pass", Output: "{% $sum([1..150000].($ * 2)) %}" },
  { Variable: "$", NumericGreaterThan: 0 },
);
const big = "0123456789abcdef".repeat(15_000);

export const loads: readonly Load[] = [
  {
    name: "64 clients that start executions",
    begin: (server, signal) => start(server, { definition: pass, clients: 64 }, signal),
  },
  {
    name: "50 Maps of 1,000 items",
    begin: (server, signal) =>
      start(
        server,
        { definition: map, clients: 50, input: { items: Array.from({ length: 1_000 }, (_, i) => i) } },
        signal,
      ),
  },
  { name: "1,000 workers that wait", begin: poll },
  {
    name: "16 loops of dear expressions",
    begin: (server, signal) => start(server, { definition: dear, clients: 16, isOnce: true }, signal),
  },
  {
    name: "8 loops of 240 KB",
    begin: (server, signal) =>
      start(server, { definition: growing, clients: 8, input: { n: 0, big }, isOnce: true }, signal),
  },
];

interface Starting {
  readonly definition: State;
  readonly clients: number;
  readonly input?: object;
  /** The executions do not end by themselves. */
  readonly isOnce?: boolean;
}

/** Each client starts an execution and another one once it has ended. */
async function start(
  server: Server,
  { definition, clients, input = {}, isOnce = false }: Starting,
  signal: AbortSignal,
): Promise<void> {
  const name = `m${Math.random().toString(36).slice(2)}`;
  const created = await server.send("CreateStateMachine", { name, roleArn, definition: JSON.stringify(definition) });
  const { stateMachineArn } = created.body;
  const text = JSON.stringify(input);
  const keepStarting = async (): Promise<void> => {
    while (!signal.aborted) {
      const { status, body } = await server.send("StartExecution", { stateMachineArn, input: text });
      if (status !== 200) throw new Error(`StartExecution was answered with ${status} ${JSON.stringify(body)}`);
      if (isOnce) return;
    }
  };
  const starting = Promise.all(Array.from({ length: clients }, keepStarting));
  if (isOnce) await starting;
  else starting.catch(() => undefined);
  signal.addEventListener("abort", () => void stopAll(server, stateMachineArn, isOnce), { once: true });
}

/** @param isEndless whether nothing but this ends the executions: a load that has ended by itself was none. */
async function stopAll(server: Server, stateMachineArn: unknown, isEndless: boolean): Promise<void> {
  const { body } = await server.send("ListExecutions", { stateMachineArn, statusFilter: "RUNNING" });
  const running = body["executions"] as readonly { readonly executionArn: string }[];
  if (isEndless && running.length === 0) throw new Error("The load had ended before it was called off.");
  await Promise.all(running.map(({ executionArn }) => server.send("StopExecution", { executionArn })));
}

/** Workers of ten activities that never have a task. */
async function poll(server: Server, signal: AbortSignal): Promise<void> {
  const activities = await Promise.all(
    Array.from(
      { length: 10 },
      async (_, i) => (await server.send("CreateActivity", { name: `a${i}` })).body["activityArn"],
    ),
  );
  for (const activityArn of activities) {
    for (let worker = 0; worker < 100; worker++) void wait(server, activityArn, signal);
  }
}

async function wait(server: Server, activityArn: unknown, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await server.send("GetActivityTask", { activityArn });
    } catch {
      // The server is gone at the end.
      return;
    }
  }
}
