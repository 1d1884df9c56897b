// Watches executions whose state machine logs, and hands the lines on.
import { utf8Length } from "../../asl/payload.ts";
import type { TaskResource } from "../../asl/resource.ts";
import type { JournalEvent } from "../../engine/journal/event.ts";
import type { Execution } from "../../engine/execution.ts";
import type { Watch } from "../../runtime/executions/watch.ts";
import { isLogged, logLine, logSettingsOf } from "./log-line.ts";

export interface LogEntry {
  readonly logGroupArn: string;
  readonly stateMachineName: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly line: string;
  readonly lineBytes: number;
}

export interface LogExecutionsOptions {
  readonly region: string;
  readonly add: (entry: LogEntry) => void;
}

/** The settings are those of the revision that the execution is pinned to. */
export function logExecutions({ region, add }: LogExecutionsOptions): Watch {
  return ({ revision, stateMachine: { name: stateMachineName } }) => {
    const settings = logSettingsOf(revision.loggingConfiguration);
    if (settings === undefined) return undefined;
    const { level, isDataIncluded, logGroupArn } = settings;
    return (event, before) => {
      if (!isLogged(event, level)) return undefined;
      // Read now: the execution has gone on when the event is durable.
      const resource = resourceAt(event, before);
      const { arn: executionArn } = before.identity;
      const { redriveCount } = event.kind === "ExecutionRedriven" ? event : before;
      return () => {
        const line = logLine(event, { region, executionArn, redriveCount, isDataIncluded, resource });
        if (line === undefined) return;
        add({ logGroupArn, stateMachineName, at: event.at, line, lineBytes: utf8Length(line) });
      };
    };
  };
}

function resourceAt(event: JournalEvent, before: Execution): TaskResource | undefined {
  if (!("scope" in event)) return undefined;
  const work = before.scopes.get(event.scope)?.state?.work;
  return work?.kind === "task" ? work.resource : undefined;
}
