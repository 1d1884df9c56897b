// Where status-change events go, as the operator chose: an HTTP endpoint, one event a request, or EventBridge. Those of one
// execution keep their order; those of different executions do not wait for each other.
import { randomUUID } from "node:crypto";
import { utf8Length } from "../../asl/payload.ts";
import { awsEndpoint, type Credentials, shownAddress } from "../../aws/endpoint.ts";
import { callJsonApi, mayBeTakenLater } from "../../aws/json-api.ts";
import { post } from "../../aws/post.ts";
import type { ArnSpace } from "../../aws/arn.ts";
import type { Clock } from "../../runtime/clock.ts";
import { Outbox, type Item, type Send } from "../outbox.ts";
import { detailType, type StatusChange } from "./status-change.ts";

export type EventTarget =
  | { readonly to: "http"; readonly endpoint: string }
  | {
      readonly to: "eventBridge";
      /** Without it: that of AWS. */
      readonly endpoint?: string | undefined;
      readonly eventBusName?: string | undefined;
      /** AWS itself takes no events whose source begins with `aws.`. */
      readonly source?: string | undefined;
    };

export interface EventDestinationOptions {
  readonly arns: ArnSpace;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: (message: string) => void;
}

export interface EventDestination {
  add(change: StatusChange): void;
  close(): Promise<void>;
}

export function openEventDestination(target: EventTarget, options: EventDestinationOptions): EventDestination {
  return target.to === "http" ? toHttp(target.endpoint, options) : toEventBridge(target, options);
}

const awsSource = "aws.states";

interface Event extends Item {
  readonly body: string;
}

function toHttp(endpoint: string, options: EventDestinationOptions): EventDestination {
  const { arns } = options;
  const send: Send<Event> = async (events, signal) => {
    const [event] = events;
    if (event === undefined) return { again: [], refused: 0 };
    const headers = { "content-type": "application/json" };
    const posted = await post({ url: endpoint, headers, body: event.body, signal });
    if (posted.kind === "unreachable") return { again: events, refused: 0, problem: posted.message };
    const { status } = posted;
    if (status >= 200 && status <= 299) return { again: [], refused: 0 };
    const problem = `status ${status}`;
    return mayBeTakenLater({ status, code: "" })
      ? { again: events, refused: 0, problem }
      : { again: [], refused: 1, problem };
  };
  // The path of a webhook is its secret, however short it is.
  const name = `Status-change events for ${shownAddress(new URL("/", endpoint))}`;
  const outbox = new Outbox<Event>({ ...options, name, send, maxBatch: { items: 1, bytes: 1 } });
  return {
    add({ executionArn, at, detail }) {
      const body = JSON.stringify({
        version: "0",
        id: randomUUID(),
        "detail-type": detailType,
        source: awsSource,
        account: arns.account,
        time: timeOf(at),
        region: arns.region,
        resources: [executionArn],
        detail,
      });
      outbox.add({ lane: laneOf(executionArn), bytes: utf8Length(body), body });
    },
    close: () => outbox.close(),
  };
}

interface Entry extends Item {
  readonly entry: Readonly<Record<string, unknown>>;
}

/** An entry may have 256 KiB, and so may a request. */
const maxEntriesBatch = { items: 10, bytes: 256 * 1024 };

function toEventBridge(
  target: Extract<EventTarget, { readonly to: "eventBridge" }>,
  options: EventDestinationOptions,
): EventDestination {
  const { arns, clock, credentials } = options;
  const { endpoint = awsEndpoint("events", arns), eventBusName, source = awsSource } = target;
  const api = { endpoint, service: "events", targetPrefix: "AWSEvents", credentials, now: () => clock.now() };
  const send: Send<Entry> = async (entries, signal) => {
    const input = { Entries: entries.map(({ entry }) => entry) };
    const answer = await callJsonApi(api, { action: "PutEvents", input, region: arns.region, signal });
    switch (answer.kind) {
      case "answered":
        return failedEntries(entries, answer.body["Entries"]);
      case "unreachable":
        return { again: entries, refused: 0, problem: answer.message };
      case "refused": {
        const problem = `${answer.code || `status ${answer.status}`} ${answer.message}`.trim();
        return mayBeTakenLater(answer)
          ? { again: entries, refused: 0, problem }
          : { again: [], refused: entries.length, problem };
      }
    }
  };
  const name = `Status-change events for EventBridge at ${shownAddress(endpoint)}`;
  const outbox = new Outbox<Entry>({ ...options, name, send, maxBatch: maxEntriesBatch });
  return {
    add({ executionArn, at, detail }) {
      const entry = {
        Source: source,
        DetailType: detailType,
        Detail: JSON.stringify(detail),
        Resources: [executionArn],
        // Whole seconds, as AWS's own events have them.
        Time: Math.floor(at / 1000),
        ...(eventBusName === undefined ? {} : { EventBusName: eventBusName }),
      };
      outbox.add({ lane: laneOf(executionArn), bytes: utf8Length(JSON.stringify(entry)), entry });
    },
    close: () => outbox.close(),
  };
}

/** Each entry is taken or not for itself; the answer says it in the order of the request. */
function failedEntries(entries: readonly Entry[], answers: unknown): Awaited<ReturnType<Send<Entry>>> {
  const codes = entries.map((_, i) => errorCode(Array.isArray(answers) ? answers[i] : undefined));
  const isFailed = (i: number): boolean => codes[i] !== undefined;
  const again = entries.filter((_, i) => isFailed(i) && mayBeTakenLater({ status: 200, code: codes[i] ?? "" }));
  const failures = codes.filter((code) => code !== undefined);
  return { again, refused: failures.length - again.length, problem: failures[0] };
}

function errorCode(answer: unknown): string | undefined {
  const code: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, "ErrorCode") : undefined;
  return typeof code === "string" ? code : undefined;
}

const lanes = 8;

function laneOf(executionArn: string): string {
  let hash = 0;
  for (let i = 0; i < executionArn.length; i++) hash = (hash * 31 + executionArn.charCodeAt(i)) >>> 0;
  return String(hash % lanes);
}

function timeOf(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
