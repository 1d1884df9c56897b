// Opens what execution logs and status-change events leave by, and answers for the log groups that state machines name.
import { closeSync, constants, openSync } from "node:fs";
import { dirname } from "node:path";
import { credentialsOf, endpointOf } from "../aws/endpoint.ts";
import type { ArnSpace } from "../aws/arn.ts";
import { awsLimits, type Limits } from "../engine/turn.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Watch } from "../runtime/executions/watch.ts";
import type { LogDestination } from "../telemetry/logging/destination.ts";
import { logExecutions } from "../telemetry/logging/log-executions.ts";
import { type LogTarget, openLogDestination } from "../telemetry/logging/open-log-destination.ts";
import { type EventTarget, openEventDestination } from "../telemetry/status-events/open-event-destination.ts";
import { watchStatus } from "../telemetry/status-events/watch-status.ts";
import { isLoopback } from "./configuration/configuration.ts";
import { reasonOf, writeProblem } from "./file-problem.ts";
import { StartError } from "./listen.ts";
import { makeFolder } from "./make-folder.ts";
import type { TelemetryConfiguration } from "./configuration/telemetry-settings.ts";

export interface TelemetryTargetsOptions extends TelemetryConfiguration {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly arns: ArnSpace;
  /** Where this server listens: it does not log to itself. */
  readonly port: number;
  readonly clock: Clock;
  readonly limits?: Partial<Limits> | undefined;
  readonly log: (message: string) => void;
}

export interface TelemetryTargets {
  readonly watches: readonly Watch[];
  /** Whether a machine may log to a group; false where the group is certainly not there. */
  admitLogging(logGroupArn: string, stateMachineArn: string): Promise<boolean>;
  close(): Promise<void>;
}

/** @throws StartError when the file for logs cannot be written, or a variable holds no address. */
export function openTelemetryTargets(options: TelemetryTargetsOptions): TelemetryTargets {
  const { arns, clock, log, environment } = options;
  const context = { arns, clock, log, credentials: credentialsOf(environment), random: Math.random };
  const logTarget = logTargetOf(options);
  if (logTarget?.to === "file") requireWritable(logTarget.file);
  const logs = logTarget && openLogDestination(logTarget, context);
  const eventTarget = eventTargetOf(options);
  const events = eventTarget && openEventDestination(eventTarget, context);
  const { region } = arns;
  const { maxHistoryEvents } = { ...awsLimits, ...options.limits };
  return {
    watches: [
      ...(logs === undefined ? [] : [logExecutions({ region, add: (entry) => logs.add(entry) })]),
      ...(events === undefined ? [] : [watchStatus({ add: (change) => events.add(change), maxHistoryEvents })]),
    ],
    admitLogging: admitLogging({ target: logTarget, logs, log }),
    async close() {
      await Promise.all([logs?.close(), events?.close()]);
    },
  };
}

function logTargetOf(options: TelemetryTargetsOptions): LogTarget | undefined {
  const { logging, port } = options;
  if (logging !== undefined && (logging.to !== "cloudWatchLogs" || logging.endpoint !== undefined)) return logging;
  const endpoint = addressOf(options.environment, "LOGS");
  const isElsewhere = endpoint !== undefined && !isOwnAddress(endpoint, port);
  return isElsewhere ? { to: "cloudWatchLogs", endpoint } : logging;
}

function eventTargetOf({ events, environment, port }: TelemetryTargetsOptions): EventTarget | undefined {
  if (events?.to !== "eventBridge" || events.endpoint !== undefined) return events;
  const endpoint = addressOf(environment, "EVENTS");
  return endpoint === undefined || isOwnAddress(endpoint, port) ? events : { ...events, endpoint };
}

function addressOf(environment: TelemetryTargetsOptions["environment"], service: string): string | undefined {
  try {
    return endpointOf(environment, service);
  } catch (cause) {
    throw new StartError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** `AWS_ENDPOINT_URL` often names this server, for the AWS CLI of the same shell. */
export function isOwnAddress(endpoint: string, port: number): boolean {
  const { protocol, port: named, hostname } = new URL(endpoint);
  const usual = protocol === "https:" ? 443 : 80;
  const host = hostname.replaceAll(/[[\]]/g, "");
  return Number(named || usual) === port && (isLoopback(host) || host === "0.0.0.0" || host === "::");
}

/** As a log file is opened, but that a pipe is not waited for until somebody reads it. */
const openNow = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);

function requireWritable(file: string): void {
  const folder = dirname(file);
  try {
    makeFolder(folder);
  } catch (cause) {
    throw new StartError(
      `The folder ${folder} for execution logs cannot be made: ${reasonOf(cause)}. Name another file.`,
      { cause },
    );
  }
  try {
    closeSync(openSync(file, openNow, 0o600));
  } catch (cause) {
    throw new StartError(`The file for execution logs ${writeProblem(file, cause)}.`, { cause });
  }
}

interface Logs {
  readonly target: LogTarget | undefined;
  readonly logs: LogDestination | undefined;
  readonly log: (message: string) => void;
}

function admitLogging({ target, logs, log }: Logs): TelemetryTargets["admitLogging"] {
  return async (logGroupArn, stateMachineArn) => {
    if (logs !== undefined) return logs.hasLogGroup(logGroupArn);
    if (target === undefined) {
      log(
        `${stateMachineArn} is to log its executions, but nothing takes the logs. Say where they go: "logging" in the ` +
          'configuration file, such as { "to": "stdout" }, PAWL_LOGGING, or AWS_ENDPOINT_URL_LOGS.',
      );
    }
    return true;
  };
}
