// Where execution logs and status-change events go: `logging` and `events` of the configuration file, and the variables
// PAWL_LOGGING and PAWL_EVENTS in their place.
import { resolve } from "node:path";
import { isHttpAddress } from "../aws/endpoint.ts";
import type { LogTarget } from "../telemetry/logging/open-log-destination.ts";
import type { EventTarget } from "../telemetry/status-events/open-event-destination.ts";
import { isMembers, type Members, type Report, reportUnknown, show, textOf, typeName } from "./members.ts";

export interface OutletsConfiguration {
  readonly logging?: LogTarget | undefined;
  readonly events?: EventTarget | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @param directory where the path of a file starts. */
export function outletsOf(value: Members, directory: string, report: Report): OutletsConfiguration {
  return {
    logging: loggingOf("logging", value["logging"], directory, report),
    events: eventsOf("events", value["events"], report),
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
    logging: logging === "" ? file.logging : loggingOf("PAWL_LOGGING", loggingMember(logging), directory, report),
    events: events === "" ? file.events : eventsOf("PAWL_EVENTS", eventsMember(events), report),
  };
}

function loggingMember(text: string): Members {
  return text.startsWith("file:") ? { to: "file", file: text.slice("file:".length) } : { to: text };
}

function eventsMember(text: string): Members {
  return text === "eventBridge" ? { to: text } : { endpoint: text };
}

function loggingOf(name: string, value: unknown, directory: string, report: Report): LogTarget | undefined {
  if (value === undefined) return undefined;
  if (!isMembers(value)) {
    report(`${name} is ${typeName(value)}. Make it an object, such as { "to": "stdout" }.`);
    return undefined;
  }
  const { to } = value;
  const known = (...names: readonly string[]): void =>
    reportUnknown(value, { known: ["to", ...names], within: `${name}.` }, report);
  switch (to) {
    case "cloudWatchLogs":
      known("endpoint");
      return { to, endpoint: endpointOf(`${name}.endpoint`, value["endpoint"], report) };
    case "file": {
      known("file");
      const file = textOf(`${name}.file`, value["file"], report);
      if (value["file"] === undefined) report(`${name}.file is missing. Give the name of a file.`);
      return file === undefined ? undefined : { to, file: resolve(directory, file) };
    }
    case "stdout":
    case "nowhere":
      known();
      return { to };
    default:
      report(`${name}.to is ${show(to)}. Give "cloudWatchLogs", "file", "stdout" or "nowhere".`);
      return undefined;
  }
}

/** An endpoint alone is one for plain HTTP. */
function eventsOf(name: string, value: unknown, report: Report): EventTarget | undefined {
  if (value === undefined) return undefined;
  if (!isMembers(value)) {
    report(`${name} is ${typeName(value)}. Make it an object, such as { "endpoint": "http://127.0.0.1:9000/events" }.`);
    return undefined;
  }
  const { to = "http" } = value;
  const known = (...names: readonly string[]): void =>
    reportUnknown(value, { known: ["to", "endpoint", ...names], within: `${name}.` }, report);
  const endpoint = endpointOf(`${name}.endpoint`, value["endpoint"], report);
  switch (to) {
    case "http":
      known();
      if (value["endpoint"] === undefined)
        report(`${name}.endpoint is missing. Give the address that events are sent to.`);
      return endpoint === undefined ? undefined : { to, endpoint };
    case "eventBridge":
      known("eventBusName", "source");
      return {
        to,
        endpoint,
        eventBusName: textOf(`${name}.eventBusName`, value["eventBusName"], report),
        source: textOf(`${name}.source`, value["source"], report),
      };
    default:
      report(`${name}.to is ${show(to)}. Give "http" or "eventBridge".`);
      return undefined;
  }
}

/** The value is not repeated: parts of an address may be secret. */
function endpointOf(name: string, value: unknown, report: Report): string | undefined {
  if (value === undefined || (typeof value === "string" && isHttpAddress(value))) return value;
  report(`${name} is no address. Give one that starts with http:// or https://, without a name and password in it.`);
  return undefined;
}
