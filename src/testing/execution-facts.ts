// The state of an execution in words that outlive builds: every fact by its path. Golden journals hold these words for
// ever; where a member of `Execution` gets another name or form, what it was called is written here.
import { createHash } from "node:crypto";
import type { Payload } from "../asl/payload.ts";
import type { Execution, Scope, TaskWork, Work } from "../engine/execution.ts";
import { pending } from "../engine/pending.ts";
import { wakeAt } from "../engine/wake.ts";

/** Paths such as `scopes/0/state/name`. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

export function factsOf(execution: Execution): Facts {
  const { status, roleArn, error, cause, startedAt, stoppedAt, lastEventId, redriveCount, redrivenAt } = execution;
  const { scopes, tasks, testCase, invocations } = execution;
  const facts: Record<string, Facts[string]> = {};
  gather(facts, "", {
    status,
    roleArn,
    input: shown(execution.input),
    output: shown(execution.output),
    error,
    cause,
    startedAt,
    stoppedAt,
    lastEventId,
    redriveCount,
    redrivenAt,
    testCase,
    invocations: JSON.stringify([...invocations]),
    tasks: JSON.stringify([...tasks].map(([id, scope]) => [id, scope.id])),
    // Scopes run on in the order in which they were opened.
    scopeOrder: [...scopes.keys()].join(" "),
    scopes: Object.fromEntries([...scopes].map(([id, scope]) => [id, scopeFacts(scope)])),
    wakeAt: wakeAt(execution),
    pending: pending(execution).map((effect) =>
      effect.kind === "PerformTask"
        ? { kind: effect.kind, of: effect.attempt.scheduledEventId, deadline: effect.deadline, mocked: effect.mocked }
        : { kind: effect.kind },
    ),
  });
  return facts;
}

function gather(facts: Record<string, Facts[string]>, path: string, value: unknown): void {
  if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) gather(facts, path === "" ? name : `${path}/${name}`, member);
  } else if (value !== undefined) facts[path] = value as Facts[string];
}

const longText = 1_000;

function shown(payload: Payload | undefined): string | undefined {
  if (payload === undefined || payload.text.length <= longText) return payload?.text;
  const digest = createHash("sha256").update(payload.text).digest("hex");
  return `${payload.text.length} characters with the digest ${digest}`;
}

function scopeFacts(scope: Scope): object {
  const { parent, index, startedAt, variables, lastEventId, data, next, hasEnded, hasFailed, state } = scope;
  return {
    parent: parent?.id,
    index,
    startedAt,
    variables: JSON.stringify([...variables]),
    lastEventId,
    data: shown(data),
    next,
    hasEnded,
    hasFailed,
    state: state && {
      name: state.name,
      type: state.type,
      input: shown(state.input),
      enteredEventId: state.enteredEventId,
      enteredAfterEventId: state.enteredAfterEventId,
      enteredAt: state.enteredAt,
      attempts: JSON.stringify([...state.attempts]),
      work: state.work && workFacts(state.work),
    },
  };
}

function workFacts(work: Work): object {
  switch (work.kind) {
    case "redrive":
      return { kind: work.kind };
    case "wait":
      return { kind: work.kind, until: work.until };
    case "backoff":
      return { kind: work.kind, startedAt: work.startedAt, until: work.until };
    case "task":
      return taskFacts(work);
    case "map": {
      const { kind, startedEventId, startedAt, length, attempt, nextIndex, running, succeeded, outputs } = work;
      const { hasSucceeded, hasFailed } = work;
      const counts = { length, attempt, nextIndex, running, succeeded, hasSucceeded, hasFailed };
      return { kind, startedEventId, startedAt, ...counts, outputs: outputs.map(shown) };
    }
    case "mapRun": {
      const { kind, startedEventId, startedAt, mapRunArn, attempt, redriveCount, status } = work;
      return { kind, startedEventId, startedAt, mapRunArn, attempt, redriveCount, status };
    }
    case "parallel": {
      const { kind, startedEventId, branches, ended, hasSucceeded, hasFailed } = work;
      return { kind, startedEventId, branches: branches.map(({ id }) => id).join(" "), ended, hasSucceeded, hasFailed };
    }
  }
}

function taskFacts(work: TaskWork): object {
  const { kind, scheduledEventId, scheduledAt, resource, parameters, token, deadline } = work;
  const { heartbeatSeconds, heartbeatDeadline, mocked, phase, submission, timeoutSecondsFromStart } = work;
  return {
    kind,
    scheduledEventId,
    scheduledAt,
    resource,
    parameters: shown(parameters),
    token,
    deadline,
    timeoutSecondsFromStart,
    heartbeatSeconds,
    heartbeatDeadline,
    mocked,
    phase,
    submission: shown(submission),
  };
}
