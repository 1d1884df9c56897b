// Plays a workflow on the bare engine: no server, no store, and time that passes only as the workflow waits for it.
import { stringifyJson, type Json } from "../asl/json.ts";
import { parseProgram } from "../asl/parse-program.ts";
import { Payload } from "../asl/payload.ts";
import { apply } from "../engine/apply.ts";
import { decide } from "../engine/decide.ts";
import type { Effect, MapRunOutcome, PerformTask, TaskOutcome } from "../engine/effect.ts";
import type { JournalEvent } from "../engine/journal/event.ts";
import { type Execution, type ExecutionIdentity, newExecution } from "../engine/execution.ts";
import { publicHistory } from "../engine/journal/history.ts";
import { awsLimits, type Command, jsonataBudgetOf, type Environment, type Limits } from "../engine/turn.ts";
import { wakeAt } from "../engine/wake.ts";

export interface PlayOptions {
  readonly input?: Json;
  /** The input as text, in the place of `input`. */
  readonly inputText?: string;
  readonly limits?: Partial<Limits>;
  /** How tasks come out; `undefined` leaves one without an answer. By default a task gives back its parameters. */
  readonly perform?: (task: PerformTask) => TaskOutcome | undefined;
  /** How Map Runs come out, by the number of their events; without it, or where it is `undefined`, they succeed. */
  readonly mapRunOutcome?: (startedEventId: number) => MapRunOutcome | undefined;
  /** The commands that effects bring about, in the place of `perform`. */
  readonly answer?: (effect: Effect) => readonly Command[];
  /** Called after each decision, before its effects are performed. */
  readonly onDecision?: (execution: Execution, events: readonly JournalEvent[], decided: Decided) => void;
  /** Told of every event, and of the execution just before it. */
  readonly onEvent?: Environment["onEvent"];
  /** Folds the execution anew from its events before every decision, as a parked one is. */
  readonly isPutAway?: boolean;
  /** How often an execution that ended without success is redriven. */
  readonly redrives?: number;
  /** Asked before every decision: whether the execution is stopped there, so that what was to be decided comes too late. */
  readonly isStopped?: () => boolean;
  /** Where the play begins, epoch milliseconds. */
  readonly start?: number;
  /** How much time passes before every decision. */
  readonly stepMs?: number;
}

export interface Decided {
  readonly command: Command;
  readonly environment: Environment;
}

export interface Played {
  readonly execution: Execution;
  readonly events: readonly JournalEvent[];
  /** Epoch milliseconds at the end. */
  readonly now: number;
}

export const playedArns = {
  machine: "arn:aws:states:us-east-1:123456789012:stateMachine:played",
  execution: "arn:aws:states:us-east-1:123456789012:execution:played:one",
  role: "arn:aws:iam::123456789012:role/played",
};

export function playedIdentity(definition: Json): ExecutionIdentity {
  const program = parseProgram(stringifyJson(definition));
  return {
    arn: playedArns.execution,
    name: "one",
    type: "STANDARD",
    isSynchronous: false,
    stateMachineArn: playedArns.machine,
    stateMachineName: "played",
    program,
    timeoutSeconds: program.timeoutSeconds,
  };
}

/** Plays to the end, or until nothing is left that could happen. */
export function play(definition: Json, options: PlayOptions = {}): Played {
  const jsonataBudget = jsonataBudgetOf({ ...awsLimits, ...options.limits });
  const identity = { ...playedIdentity(definition), jsonataBudget };
  let execution = newExecution(identity);
  const events: JournalEvent[] = [];
  const commands: Command[] = [
    {
      kind: "Start",
      input: Payload.ofText(options.inputText ?? stringifyJson(options.input ?? {})),
      roleArn: playedArns.role,
    },
  ];
  let now = options.start ?? Date.UTC(2026, 0, 1);
  const { redrives: maxRedrives = 0, stepMs = 0 } = options;
  let redrives = 0;
  for (;;) {
    if (execution.status === "RUNNING" && options.isStopped?.() === true) commands.unshift({ kind: "Stop" });
    const wakesAt = commands.length === 0 ? wakeAt(execution) : undefined;
    const command: Command | undefined =
      commands.shift() ?? (wakesAt === undefined ? undefined : { kind: "Wake" as const });
    if (command === undefined) {
      const { status } = execution;
      if (redrives++ >= maxRedrives || status === "RUNNING" || status === "SUCCEEDED")
        return { execution, events, now };
      commands.push({ kind: "Redrive", clientToken: `redrive ${redrives}` });
      continue;
    }
    now = Math.max(now, wakesAt ?? now) + stepMs;
    if (options.isPutAway === true) execution = folded(identity, events);
    const environment = environmentAt(now, options);
    const decision = decide(execution, command, environment);
    events.push(...decision.events);
    options.onDecision?.(execution, decision.events, { command, environment });
    commands.push(...decision.effects.flatMap((effect) => answer(effect, options)));
  }
}

function folded(identity: ExecutionIdentity, events: readonly JournalEvent[]): Execution {
  const execution = newExecution(identity);
  for (const event of events) apply(execution, event);
  return execution;
}

export function environmentAt(
  now: number,
  { limits, onEvent }: Pick<PlayOptions, "limits" | "onEvent"> = {},
): Environment {
  return {
    now,
    limits: { ...awsLimits, ...limits },
    taskToken: ({ scheduledEventId }) => `token-${scheduledEventId}`,
    mapRunArn: ({ name, label }) => `${playedArns.machine.replace("stateMachine", "mapRun")}/${label ?? name}:uuid`,
    isKnownActivity: () => true,
    parameterProblem: () => undefined,
    onEvent,
  };
}

function answer(effect: Effect, { perform, answer: answers, mapRunOutcome }: PlayOptions): readonly Command[] {
  if (answers !== undefined && effect.kind !== "ContinueExecution") return answers(effect);
  if (effect.kind === "ContinueExecution") return [{ kind: "Continue" }];
  if (effect.kind === "StartMapRun" || effect.kind === "RedriveMapRun") {
    const redriveCount = effect.kind === "RedriveMapRun" ? effect.redriveCount : 0;
    const { startedEventId } = effect;
    return [{ kind: "MapRunEnded", startedEventId, redriveCount, outcome: mapRunOutcome?.(startedEventId) ?? items }];
  }
  if (effect.kind !== "PerformTask") return [];
  const outcome = perform === undefined ? { kind: "succeeded" as const, output: effect.parameters } : perform(effect);
  const { scheduledEventId } = effect.attempt;
  return outcome === undefined ? [] : [{ kind: "TaskOutcome", scheduledEventId, outcome }];
}

const items: MapRunOutcome = { kind: "succeeded", output: Payload.ofText('["items"]') };

/** A history as text, one event a line: `5<4 PassStateExited {"name":…}`, without what every event has. */
export function historyText(events: readonly JournalEvent[]): string {
  return publicHistory(events, { region: "us-east-1", isDataIncluded: true }).map(line).join("\n");
}

function line(event: object): string {
  const { id, previousEventId, type, timestamp: _, ...rest } = event as Record<string, unknown>;
  const details = Object.values(rest)[0];
  const shown = details === undefined ? "" : ` ${JSON.stringify(details, withoutTruncation)}`;
  return `${String(id)}<${String(previousEventId)} ${String(type)}${shown}`;
}

function withoutTruncation(key: string, value: unknown): unknown {
  return key === "inputDetails" || key === "outputDetails" || key === "assignedVariablesDetails" ? undefined : value;
}
