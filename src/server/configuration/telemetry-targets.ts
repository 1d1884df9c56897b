// Where execution logs and status-change events go: `logging` and `events` of the configuration file, and the variables
// PAWL_LOGGING and PAWL_EVENTS in their place.
import { resolve } from "node:path";
import { isHttpAddress } from "../../aws/endpoint.ts";
import type { LogTarget } from "../../telemetry/logging/open-log-destination.ts";
import type { EventTarget } from "../../telemetry/status-events/open-event-destination.ts";
import { isMembers, type Members, type Report, reportUnknown, show, textOf, typeName } from "./checks.ts";

export interface OutletsConfiguration {
  readonly logging?: LogTarget | undefined;
  readonly events?: EventTarget | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @param directory where the path of a file starts. */
export function outletsOf(value: Members, directory: string, report: Report): OutletsConfiguration {
  return {
    logging: loggingOf(value["logging"], directory, report),
    events: eventsOf(value["events"], report),
  };
}

/** The environment wins over the file: `cloudWatchLogs`, `stdout`, `nowhere`, `file:<path>`; `eventBridge` or an address. */
export function resolveOutlets(
  environment: Environment,
  file: OutletsConfiguration,
  { directory, report }: { readonly directory: string; readonly report: Report },
): OutletsConfiguration {
  const { PAWL_LOGGING: logging = "", PAWL_EVENTS: events = "" } = environment;
  return {
    logging: logging === "" ? file.logging : loggingInWords(logging, directory, report),
    events: events === "" ? file.events : eventsInWords(events, report),
  };
}

function loggingInWords(text: string, directory: string, report: Report): LogTarget | undefined {
  const [, file] = /^file:(.+)$/s.exec(text) ?? [];
  if (file !== undefined) return { to: "file", file: resolve(directory, file) };
  if (text === "cloudWatchLogs" || text === "stdout" || text === "nowhere") return { to: text };
  report(`PAWL_LOGGING is ${show(text)}. Give cloudWatchLogs, stdout, nowhere, or a file as in file:executions.jsonl.`);
  return undefined;
}

/** The value is not repeated: parts of an address may be secret. */
function eventsInWords(text: string, report: Report): EventTarget | undefined {
  if (text === "eventBridge") return { to: text };
  if (isHttpAddress(text)) return { to: "http", endpoint: text };
  report(
    "PAWL_EVENTS is neither eventBridge nor an address that starts with http:// or https://, without a name and " +
      "password in it.",
  );
  return undefined;
}

function loggingOf(value: unknown, directory: string, report: Report): LogTarget | undefined {
  if (value === undefined) return undefined;
  if (!isMembers(value)) {
    report(`logging is ${typeName(value)}. Make it an object, such as { "to": "stdout" }.`);
    return undefined;
  }
  const { to } = value;
  const known = (...names: readonly string[]): void =>
    reportUnknown(value, { known: ["to", ...names], within: "logging." }, report);
  switch (to) {
    case "cloudWatchLogs":
      known("endpoint");
      return { to, endpoint: endpointOf("logging.endpoint", value["endpoint"], report) };
    case "file": {
      known("file");
      const { file } = value;
      if (typeof file === "string" && file !== "") return { to, file: resolve(directory, file) };
      report(`logging.file is ${file === "" ? "empty" : show(file)}. Give the name of a file.`);
      return undefined;
    }
    case "stdout":
    case "nowhere":
      known();
      return { to };
    default:
      report(`logging.to is ${show(to)}. Give "cloudWatchLogs", "file", "stdout" or "nowhere".`);
      return undefined;
  }
}

/** An endpoint alone is one for plain HTTP. */
function eventsOf(value: unknown, report: Report): EventTarget | undefined {
  if (value === undefined) return undefined;
  if (!isMembers(value)) {
    report(`events is ${typeName(value)}. Make it an object, such as { "endpoint": "http://127.0.0.1:9000/events" }.`);
    return undefined;
  }
  const { to = "http" } = value;
  const known = (...names: readonly string[]): void =>
    reportUnknown(value, { known: ["to", "endpoint", ...names], within: "events." }, report);
  const endpoint = endpointOf("events.endpoint", value["endpoint"], report);
  switch (to) {
    case "http":
      known();
      if (value["endpoint"] === undefined)
        report("events.endpoint is missing. Give the address that events are sent to.");
      return endpoint === undefined ? undefined : { to, endpoint };
    case "eventBridge":
      known("eventBusName", "source");
      return {
        to,
        endpoint,
        eventBusName: textOf("events.eventBusName", value["eventBusName"], report),
        source: textOf("events.source", value["source"], report),
      };
    default:
      report(`events.to is ${show(to)}. Give "http" or "eventBridge".`);
      return undefined;
  }
}

/** The value is not repeated: parts of an address may be secret. */
function endpointOf(name: string, value: unknown, report: Report): string | undefined {
  if (value === undefined || (typeof value === "string" && isHttpAddress(value))) return value;
  report(`${name} is no address. Give one that starts with http:// or https://, without a name and password in it.`);
  return undefined;
}
