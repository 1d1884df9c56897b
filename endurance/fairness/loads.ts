// The loads beside which a server must answer others: each keeps it as busy as it can, until it is called off or has ended.
import { machineArn, space, type State } from "../kill/machines.ts";
import { randomOf } from "../random.ts";
import { type Key, requestOf, send } from "../server.ts";
import type { Client } from "./client.ts";

export interface Load {
  readonly name: string;
  /** One answer to others in a hundred may take longer. */
  readonly mostMs: number;
  /** Definitions by the names of the state machines that run. */
  readonly machines: Readonly<Record<string, State>>;
  /** How the executions end by themselves, as `Client.ends` says it. Left out: they are called off. */
  readonly ends?: string;
  /** Kills of the server on the way to the end. */
  readonly kills?: number;
  /** Keys of the server; others ask with the first. */
  readonly keys?: readonly [Key, Key];
  /** Settles when the load is on; it goes on until `signal` aborts. */
  begin(client: Client, signal: AbortSignal): Promise<void>;
}

const maxHistoryEvents = 25_000;
const kills = 3;
const eventsPerRound = 4;
/** Texts that hardly compress: what repeats itself would be stored as almost nothing. */
const textOf = (length: number): string => {
  const random = randomOf(1);
  return Array.from({ length: length / 8 }, () =>
    random
      .below(2 ** 32)
      .toString(16)
      .padStart(8, "0"),
  ).join("");
};

const pass: State = { StartAt: "A", States: { A: { Type: "Pass", End: true } } };
const loopOf = (state: State, again: State): State => ({
  Work: { ...state, Next: "Again" },
  Again: { Type: "Choice", Choices: [{ ...again, Next: "Work" }], Default: "End" },
  End: { Type: "Succeed" },
});
const growing = (rounds: number): State =>
  loopOf(
    { Type: "Pass", Parameters: { "n.$": "States.MathAdd($.n, 1)", "big.$": "$.big" } },
    { Variable: "$.n", NumericLessThan: rounds },
  );
const eachOf = (state: State): State => ({ StartAt: "Each", States: { Each: { Type: "Map", End: true, ...state } } });
const copies = (processor: State): State =>
  eachOf({ ItemsPath: "$.items", ItemSelector: { "all.$": "$" }, ItemProcessor: processor });

/** Each takes about what a state may take, by another part of the language; what is refused is tried again. */
const dearExpressions = [
  "$sum([1..150000].($ * 2))",
  "$count($sort([1..20000], function($a, $b){$a < $b}))",
  "$length($join([1..100000].'ab'))",
  "$count([1..3000].$match('aaaaaaaaaaaaaaaaaaaaaaab', /(a|aa)*c/))",
  "$count([1..300].$hash($pad('', 20000, 'a'), 'SHA-512'))",
  "($f := function($n){$n <= 0 ? 0 : $f($n - 1)}; $f(100000))",
  "$count([1..20000].$formatInteger($, 'w'))",
  "$count($string([1..100000]))",
];
const dear = (expression: string): State => {
  const work = { QueryLanguage: "JSONata", Type: "Pass", Output: `{% ${expression} %}`, End: true };
  const branch = { StartAt: "Evaluate", States: { Evaluate: work } };
  const again = { ErrorEquals: ["States.ALL"], Next: "Again" };
  return {
    StartAt: "Work",
    States: loopOf({ Type: "Parallel", Branches: [branch], Catch: [again] }, { Variable: "$", IsPresent: true }),
  };
};
const dearMachines = Object.fromEntries(dearExpressions.map((expression, i) => [`dear-${i}`, dear(expression)]));

/** @param events after which the loops of large data end; those of AWS end by themselves after 25,000. */
export function loadsOf(events: number): readonly Load[] {
  const rounds = Math.floor(events / eventsPerRound);
  const ended = events >= maxHistoryEvents ? "FAILED States.Runtime" : "SUCCEEDED";
  return [...endless, ...large(rounds, ended)];
}

const endless: readonly Load[] = [
  {
    name: "64 clients that start executions",
    mostMs: 50,
    machines: { pass },
    async begin(client, signal) {
      client.keepDoing(64, () => client.start("pass", "{}"), signal);
    },
  },
  {
    name: "50 Maps of 1,000 items",
    mostMs: 50,
    machines: { map: eachOf({ ItemsPath: "$.items", ItemProcessor: pass, ResultPath: null }) },
    async begin(client, signal) {
      const input = JSON.stringify({ items: Array.from({ length: 1_000 }, (_, i) => i) });
      client.keepDoing(50, async () => client.seeEnd(await client.start("map", input), signal), signal);
    },
  },
  { name: "1,000 workers that wait", mostMs: 50, machines: {}, begin: poll },
  {
    name: "16 loops of dear expressions",
    mostMs: 50,
    machines: dearMachines,
    async begin(client) {
      const names = Object.keys(dearMachines);
      await Promise.all([...names, ...names].map((name) => client.start(name, "1")));
    },
  },
  { name: "a flood by another key, half of it forged", mostMs: 50, machines: { pass }, keys: keysOf(), begin: flood },
];

function large(rounds: number, ended: string): readonly Load[] {
  const input = { n: 0, big: textOf(249_000) };
  return [
    {
      name: "40 loops of 250 KB at once",
      mostMs: 100,
      machines: { growing: { StartAt: "Work", States: growing(rounds) } },
      kills,
      ends: `40 ${ended}`,
      async begin(client) {
        const text = JSON.stringify(input);
        await Promise.all(Array.from({ length: 40 }, () => client.start("growing", text)));
      },
    },
    {
      name: "12 loops of 240 KB that wake in the same second",
      mostMs: 100,
      machines: {
        woken: {
          StartAt: "Wait",
          States: { Wait: { Type: "Wait", TimestampPath: "$.at", Next: "Work" }, ...growing(rounds) },
        },
      },
      kills,
      ends: `12 ${ended}`,
      async begin(client) {
        const at = new Date(Date.now() + 5_000).toISOString();
        const text = JSON.stringify({ n: 0, big: textOf(240_000), at });
        await Promise.all(Array.from({ length: 12 }, () => client.start("woken", text)));
      },
    },
    {
      name: "Maps that give 4,000 items all of 200 KB, and one that keeps them",
      mostMs: 100,
      machines: {
        copies: copies({ StartAt: "A", States: { A: { Type: "Pass", Result: 1, End: true } } }),
        kept: copies(pass),
      },
      kills,
      ends: "1 FAILED States.DataLimitExceeded, 1 SUCCEEDED",
      async begin(client) {
        const items = Array.from({ length: 4_000 }, (_, i) => i);
        const text = JSON.stringify({ items, big: textOf(180_000) });
        await Promise.all([client.start("copies", text), client.start("kept", text)]);
      },
    },
  ];
}

/** Workers of ten activities that never have a task. */
async function poll(client: Client, signal: AbortSignal): Promise<void> {
  for (let i = 0; i < 10; i++) {
    await client.call("CreateActivity", { name: `a${i}` });
    const activityArn = `${space}:activity:a${i}`;
    client.keepDoing(100, () => client.call("GetActivityTask", { activityArn }), signal);
  }
}

function keysOf(): readonly [Key, Key] {
  return [
    { accessKeyId: "first", secretAccessKey: "secret-of-the-first-key" },
    { accessKeyId: "flooding", secretAccessKey: "secret-of-the-flooding-key" },
  ];
}

/** Starts with large inputs, as fast as the server takes them. */
async function flood(client: Client, signal: AbortSignal): Promise<void> {
  const { url } = client;
  if (url === undefined) throw new Error("There is no server.");
  const [, key] = keysOf();
  const input = { stateMachineArn: machineArn("pass"), input: JSON.stringify({ big: textOf(200_000) }) };
  const request = requestOf({ url, action: "StartExecution", input, key });
  const forged = { ...request, headers: { ...request.headers, authorization: `${request.headers["authorization"]}0` } };
  client.keepDoing(32, () => send(url, request).catch(() => undefined), signal);
  client.keepDoing(32, () => send(url, forged).catch(() => undefined), signal);
}
