// An execution as plain data, to compare what was folded with what lived.
import type { ActiveState, FoldedExecution, Scope, Work } from "../engine/execution.ts";

export function snapshotOf(execution: FoldedExecution): object {
  const { status, roleArn, input, output, error, cause, startedAt, stoppedAt, lastEventId, scopes, tasks } = execution;
  const { redriveCount, redrivenAt, namedRedrives, testCase, invocations } = execution;
  return {
    status,
    roleArn,
    error,
    cause,
    startedAt,
    stoppedAt,
    lastEventId,
    redriveCount,
    redrivenAt,
    namedRedrives: [...namedRedrives],
    testCase,
    invocations: [...invocations],
    input: input?.text,
    output: output?.text,
    scopes: [...scopes.values()].map(scopeSnapshot),
    tasks: [...tasks].map(([id, scope]) => [id, scope.id]),
  };
}

function scopeSnapshot({
  id,
  parent,
  index,
  startedAt,
  variables,
  lastEventId,
  data,
  next,
  state,
  hasEnded,
  hasFailed,
}: Scope): object {
  return {
    id,
    index,
    startedAt,
    lastEventId,
    next,
    hasEnded,
    hasFailed,
    parent: parent?.id,
    variables: [...variables].map(([name, value]) => [name, JSON.stringify(value)]),
    data: data.text,
    state: state === undefined ? undefined : stateSnapshot(state),
  };
}

function stateSnapshot({ input, attempts, work, ...rest }: ActiveState): object {
  return {
    ...rest,
    input: input.text,
    attempts: [...attempts],
    work: work === undefined ? undefined : workSnapshot(work),
  };
}

function workSnapshot(work: Work): object {
  switch (work.kind) {
    case "task":
      return { ...work, parameters: work.parameters.text, submission: work.submission?.text };
    case "map":
      // Prepared items are evaluated again where they are missing.
      return {
        ...work,
        prepared: undefined,
        outputs: work.outputs.map((output) => output.text),
        children: [...work.children].map(({ id }) => id),
      };
    case "parallel":
      return { ...work, branches: work.branches.map((branch) => branch.id) };
    default:
      return { ...work };
  }
}
