// The log of a state machine: the events of its executions as AWS writes them to CloudWatch Logs, at the level and with the
// data that its LoggingConfiguration asks for ("Log levels" in the developer guide; the form as recorded).
import { utf8Length } from "../../asl/payload.ts";
import type { TaskResource } from "../../asl/resource.ts";
import type { JournalEvent } from "../../engine/journal/event.ts";
import { publicEvent } from "../../engine/journal/history.ts";
import { withinLimit } from "./truncate.ts";

export interface LogSettings {
  readonly level: "ALL" | "ERROR" | "FATAL";
  readonly isDataIncluded: boolean;
  /** Such as `arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/orders:*`. */
  readonly logGroupArn: string;
}

interface StoredLogging {
  readonly level?: string;
  readonly includeExecutionData?: boolean;
  readonly destinations?: readonly {
    readonly cloudWatchLogsLogGroup?: { readonly logGroupArn?: string };
  }[];
}

/** @param text as a revision keeps it. `undefined` where nothing is to be logged. */
export function logSettingsOf(text: string | undefined): LogSettings | undefined {
  if (text === undefined) return undefined;
  const { level, includeExecutionData, destinations } = JSON.parse(text) as StoredLogging;
  if (level !== "ALL" && level !== "ERROR" && level !== "FATAL") return undefined;
  const logGroupArn = destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  return logGroupArn === undefined ? undefined : { level, isDataIncluded: includeExecutionData === true, logGroupArn };
}

export function isLogged(event: JournalEvent, level: LogSettings["level"]): boolean {
  switch (level) {
    case "ALL":
      return true;
    case "ERROR":
      return isFailure.test(event.kind) || (event.kind === "StateEntered" && event.stateType === "Fail");
    case "FATAL":
      return isFatal.test(event.kind);
  }
}

const isFailure = /(Failed|TimedOut|Aborted)$/;
const isFatal = /^Execution(Failed|TimedOut|Aborted)$/;

export interface LogLineOptions {
  readonly region: string;
  readonly executionArn: string;
  readonly redriveCount: number;
  readonly isDataIncluded: boolean;
  /** The resource of the task that the event is about. */
  readonly resource: TaskResource | undefined;
}

/** CloudWatch Logs takes 256 KiB an event, 26 bytes of which it counts for itself. */
const maxLineBytes = 256 * 1024 - 26;

/** One line of JSON; `undefined` for an event that AWS does not show. */
export function logLine(event: JournalEvent, options: LogLineOptions): string | undefined {
  const shown = publicEvent(event, options);
  if (shown === undefined) return undefined;
  const { id, type, previousEventId, timestamp: _, ...named } = shown;
  const [details = {}] = Object.values(named);
  const lineWith = (members: object): string =>
    JSON.stringify({
      id: String(id),
      type,
      details: members,
      previous_event_id: String(previousEventId),
      event_timestamp: String(event.at),
      execution_arn: options.executionArn,
      redrive_count: String(options.redriveCount),
    });
  const sorted = inAlphabeticalOrder(details);
  const line = lineWith(sorted);
  const bytes = utf8Length(line);
  if (bytes <= maxLineBytes) return line;
  return lineWith(withinLimit(sorted, maxLineBytes - utf8Length(lineWith({})) + "{}".length));
}

/** As AWS writes the members of details, where its API has an order of its own. */
function inAlphabeticalOrder(details: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(details).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
