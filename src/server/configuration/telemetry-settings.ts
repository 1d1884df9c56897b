// The settings of where execution logs and status-change events go: `logging` and `events`, PAWL_LOGGING and PAWL_EVENTS.
import { isHttpAddress } from "../../aws/endpoint.ts";
import type { LogTarget } from "../../telemetry/logging/open-log-destination.ts";
import type { EventTarget } from "../../telemetry/status-events/open-event-destination.ts";
import { address, path, text } from "./kinds.ts";
import { destination, type Kind, refuse, show } from "./walk.ts";

export interface TelemetryConfiguration {
  readonly logging?: LogTarget | undefined;
  readonly events?: EventTarget | undefined;
}

export const logging: Kind<LogTarget> = {
  ...destination(
    {
      cloudWatchLogs: {
        endpoint: {
          kind: address(),
          says: "with `cloudWatchLogs`: its address",
          otherwise: "`AWS_ENDPOINT_URL_LOGS`, `AWS_ENDPOINT_URL`, AWS itself",
        },
      },
      file: {
        file: {
          kind: path(),
          says: "with `file`: the file that a line of JSON per event is added to",
          isRequired: true,
        },
      },
      stdout: {},
      nowhere: {},
    },
    { example: '{ "to": "stdout" }', says: "what takes them" },
  ),
  readWords(words, place) {
    const [, file] = /^file:(.+)$/s.exec(String(words)) ?? [];
    if (file !== undefined) {
      const read = path().read(file, place);
      return read === undefined ? undefined : { to: "file", file: read };
    }
    if (words === "cloudWatchLogs" || words === "stdout" || words === "nowhere") return { to: words };
    const advice = "Give cloudWatchLogs, stdout, nowhere, or a file as in file:executions.jsonl.";
    return refuse(show(words), advice, place);
  },
};

const endpoint = {
  kind: address(),
  says: "the address that they are sent to",
  otherwise: "for EventBridge `AWS_ENDPOINT_URL_EVENTS`, `AWS_ENDPOINT_URL`, AWS itself",
};

export const events: Kind<EventTarget> = {
  ...destination(
    {
      http: { endpoint: { ...endpoint, isRequired: true } },
      eventBridge: {
        endpoint,
        eventBusName: { kind: text(), says: "with `eventBridge`: the bus", otherwise: "its default bus" },
        source: { kind: text(), says: "with `eventBridge`: the source", otherwise: "`aws.states`" },
      },
    },
    { example: '{ "endpoint": "http://127.0.0.1:9000/events" }', says: "what takes them", usual: "http" },
  ),
  readWords(words, place) {
    if (words === "eventBridge") return { to: words };
    if (typeof words === "string" && isHttpAddress(words)) return { to: "http", endpoint: words };
    const advice = "Give one that starts with http:// or https://, without a name and password in it.";
    return refuse("neither eventBridge nor an address", advice, place);
  },
};
