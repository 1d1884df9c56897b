// Plays one case against a server and tells what should not be: answers, executions that do not end, histories with faults.
import { setTimeout as pass } from "node:timers/promises";
import { type HistoryEvent, historyFaults } from "../kill/history-check.ts";
import { usageOf } from "../server.ts";
import type { DefinitionCase, FuzzCase } from "./cases.ts";
import { sendRequest, type WireAnswer, type WireRequest } from "./requests.ts";
import { roleArn } from "./wire.ts";

export interface Fault {
  readonly kind: "5xx" | "stuck" | "history" | "answer";
  readonly detail: string;
  readonly request?: WireRequest;
}

export interface Played {
  /** The case works on: the next one needs another server. */
  readonly isLeftBusy: boolean;
  readonly faults: readonly Fault[];
  readonly requests: number;
  readonly executions: number;
  /** The request whose answer took longest. */
  readonly slowest: { readonly request: WireRequest; readonly tookMs: number } | undefined;
}

/** After it an execution is stopped, which must be possible. */
const patienceMs = 10_000;
const stopMs = 5_000;
const idleMs = 1_000;

interface Target {
  readonly url: string;
  readonly pid: number;
}

/** @throws Error when the server is gone, or does not answer. */
export async function play(target: Target, number: string, fuzzCase: FuzzCase): Promise<Played> {
  const player = new Player(target);
  if (fuzzCase.kind === "definitions") await playDefinition(player, number, fuzzCase);
  else for (const request of fuzzCase.requests) await player.send(request);
  return player;
}

class Player implements Played {
  readonly faults: Fault[] = [];
  isLeftBusy = false;
  requests = 0;
  executions = 0;
  slowest: Played["slowest"];
  readonly target: Target;

  constructor(target: Target) {
    this.target = target;
  }

  async send(request: WireRequest): Promise<WireAnswer> {
    const answer = await sendRequest(this.target.url, request);
    this.requests++;
    if (answer.tookMs > (this.slowest?.tookMs ?? 0)) this.slowest = { request, tookMs: answer.tookMs };
    const isNamed = answer.status === 503 && answer.text.includes('"__type"');
    const shown = `${answer.status} ${answer.text.slice(0, 300)}`;
    if (answer.status >= 500 && !isNamed) this.faults.push({ kind: "5xx", detail: shown, request });
    const isWorded = request.method === undefined && request.path === undefined && request.bytes === undefined;
    if (isWorded && answer.status >= 400 && answer.status < 500 && !isError(answer.text))
      this.faults.push({ kind: "answer", detail: `has no error's name: ${shown}`, request });
    return answer;
  }

  async call(action: string, input: object): Promise<Readonly<Record<string, unknown>> | undefined> {
    const { status, text } = await this.send({ action, body: JSON.stringify(input) });
    return status === 200 ? (JSON.parse(text) as Record<string, unknown>) : undefined;
  }
}

function isError(text: string): boolean {
  return text.includes('"__type"') || text === "";
}

async function playDefinition(player: Player, number: string, fuzzCase: DefinitionCase): Promise<void> {
  const creation = { name: `case-${number}`, roleArn, ...fuzzCase.creation };
  const created = await player.call("CreateStateMachine", creation);
  if (created === undefined) return;
  const { stateMachineArn } = created;
  await Promise.all(
    fuzzCase.inputs.map(async (input, index) => {
      const action = fuzzCase.isSynchronous ? "StartSyncExecution" : "StartExecution";
      const started = await player.call(action, { stateMachineArn, name: `e${index}`, input });
      if (started === undefined) return;
      player.executions++;
      if (fuzzCase.creation.type === "STANDARD") await seeEnd(player, String(started["executionArn"]));
    }),
  );
  if (fuzzCase.creation.type === "EXPRESS") player.isLeftBusy = !(await isIdleSoon(player.target));
  await player.call("DeleteStateMachine", { stateMachineArn });
}

async function seeEnd(player: Player, executionArn: string): Promise<void> {
  if ((await statusWithin(player, executionArn, patienceMs)) === "RUNNING") {
    const isIdle = await isAtRest(player.target);
    const events = await historyOf(player, executionArn, true);
    const last = events[0];
    const isOutstanding = events.some(({ type }) => /^(WaitStateEntered|\w*(Scheduled|Submitted))$/.test(type));
    if (isIdle && !isOutstanding)
      player.faults.push({ kind: "stuck", detail: `${executionArn} waits for nothing after ${last?.type}` });
    const stopped = await player.call("StopExecution", { executionArn });
    const status = await statusWithin(player, executionArn, stopMs);
    if (stopped === undefined || status === "RUNNING")
      player.faults.push({ kind: "stuck", detail: `${executionArn} could not be stopped after ${last?.type}` });
    return;
  }
  const events = await historyOf(player, executionArn, false);
  const ended = { status: "" };
  if (events.at(-1)?.type.startsWith("Execution") === true)
    for (const fault of historyFaults(events, ended).slice(0, 1))
      player.faults.push({ kind: "history", detail: fault });
}

async function statusWithin(player: Player, executionArn: string, withinMs: number): Promise<string> {
  const giveUpAt = Date.now() + withinMs;
  let status = "RUNNING";
  for (let pauseMs = 5; status === "RUNNING" && Date.now() < giveUpAt; pauseMs = Math.min(pauseMs * 2, 200)) {
    await pass(pauseMs);
    status = String((await player.call("DescribeExecution", { executionArn }))?.["status"]);
  }
  return status;
}

/** Up to three pages. */
async function historyOf(player: Player, executionArn: string, reverseOrder: boolean): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: unknown;
  for (let page = 0; page < 3 && (page === 0 || nextToken !== undefined); page++) {
    const input = { executionArn, maxResults: 1_000, reverseOrder, ...(nextToken !== undefined && { nextToken }) };
    const answer = await player.call("GetExecutionHistory", input);
    events.push(...((answer?.["events"] ?? []) as HistoryEvent[]));
    nextToken = answer?.["nextToken"];
  }
  return events;
}

async function isAtRest({ pid }: Target): Promise<boolean> {
  const before = usageOf(pid)?.cpuMs ?? 0;
  await pass(idleMs);
  return (usageOf(pid)?.cpuMs ?? 0) - before < idleMs / 5;
}

/** Express executions tell nobody of their end: the server rests when they are through, which may be after minutes. */
async function isIdleSoon(target: Target): Promise<boolean> {
  const giveUpAt = Date.now() + patienceMs;
  while (Date.now() < giveUpAt) {
    const before = usageOf(target.pid)?.cpuMs ?? 0;
    await pass(100);
    const used = (usageOf(target.pid)?.cpuMs ?? 0) - before;
    if (used <= 30) return true;
  }
  return false;
}
