// Execution logs for CloudWatch Logs: a stream for each state machine and day, filled by PutLogEvents within its limits
// (1 MiB with 26 bytes more per event, 10,000 events, in order of time, not more than 24 hours apart).
import { randomBytes } from "node:crypto";
import { awsEndpoint, shownAddress } from "../../aws/endpoint.ts";
import { callJsonApi, type JsonAnswer, mayBeTakenLater } from "../../aws/json-api.ts";
import { Outbox, type Item, type Sent } from "../outbox.ts";
import type { DestinationOptions, LogDestination } from "./destination.ts";
import type { LogEntry } from "./log-executions.ts";

export interface CloudWatchLogsOptions extends DestinationOptions {
  /** Without it: that of AWS. */
  readonly endpoint: string | undefined;
}

interface Line extends Item, Omit<LogEntry, "lineBytes"> {}

type Call = (action: string, logGroupArn: string, input: object, signal: AbortSignal) => Promise<JsonAnswer>;

const maxBatch = { items: 10_000, bytes: 1_048_576 };
const ownBytesPerEvent = 26;
const maxSpanMs = 24 * 60 * 60 * 1000;
const lookUpTimeoutMs = 5000;

export function createCloudWatchLogs(options: CloudWatchLogsOptions): LogDestination {
  const call = callOf(options);
  const streams = new Streams(call);
  const send = async (lines: readonly Line[], signal: AbortSignal): Promise<Sent<Line>> => {
    const inOrder = lines.toSorted((one, other) => one.at - other.at);
    const [first] = inOrder;
    if (first === undefined) return { again: [], refused: 0 };
    const near = inOrder.filter(({ at }) => at - first.at < maxSpanMs);
    const later = inOrder.slice(near.length);
    const sent = await sendNear(near, { call, streams, signal });
    return { ...sent, again: [...sent.again, ...later] };
  };
  const name = `Execution logs for CloudWatch Logs at ${shownEndpoint(options)}`;
  const outbox = new Outbox<Line>({ ...options, name, send, maxBatch });
  const closing = new AbortController();
  return {
    add({ lineBytes, ...entry }) {
      const lane = `${entry.logGroupArn} ${entry.stateMachineName}`;
      outbox.add({ ...entry, lane, bytes: lineBytes + ownBytesPerEvent });
    },
    hasLogGroup: (logGroupArn) => hasLogGroup(logGroupArn, { call, log: options.log, closing: closing.signal }),
    close() {
      closing.abort(new Error("the server is stopping"));
      return outbox.close();
    },
  };
}

function callOf({ endpoint, credentials, clock }: CloudWatchLogsOptions): Call {
  return (action, logGroupArn, input, signal) => {
    const { partition, region } = placeOf(logGroupArn);
    const api = {
      endpoint: endpoint ?? awsEndpoint("logs", { partition, region }),
      service: "logs",
      targetPrefix: "Logs_20140328",
      credentials,
      now: () => clock.now(),
    };
    return callJsonApi(api, { action, input, region, signal });
  };
}

/** The region of an ARN that a client gave: nothing else may become a part of an address. */
function placeOf(logGroupArn: string): { readonly partition: string; readonly region: string } {
  const [, partition = "", , region = ""] = logGroupArn.split(":");
  return { partition, region: /^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/.test(region) ? region : "us-east-1" };
}

function shownEndpoint({ endpoint }: CloudWatchLogsOptions): string {
  return endpoint === undefined ? "AWS" : shownAddress(endpoint);
}

interface Sending {
  readonly call: Call;
  readonly streams: Streams;
  readonly signal: AbortSignal;
}

async function sendNear(lines: readonly Line[], { call, streams, signal }: Sending): Promise<Sent<Line>> {
  const [first] = lines;
  if (first === undefined) return { again: [], refused: 0 };
  const logGroupName = logGroupNameOf(first.logGroupArn);
  const logEvents = lines.map(({ at, line }) => ({ timestamp: at, message: line }));
  // A stream that was deleted is made again once.
  for (let isLastTry = false; ; isLastTry = true) {
    const stream = await streams.open(first, signal);
    if (typeof stream !== "string") return notTaken(lines, stream);
    const input = { logGroupName, logStreamName: stream, logEvents };
    const answer = await call("PutLogEvents", first.logGroupArn, input, signal);
    if (answer.kind === "answered") return takenExcept(answer.body, lines.length);
    const isGone = answer.kind === "refused" && answer.code === "ResourceNotFoundException";
    if (!isGone || isLastTry) return notTaken(lines, answer);
    streams.forget(first);
  }
}

type NoAnswer = Exclude<JsonAnswer, { readonly kind: "answered" }>;

function notTaken(lines: readonly Line[], answer: NoAnswer): Sent<Line> {
  if (answer.kind === "unreachable") return { again: lines, refused: 0, problem: answer.message };
  const problem = `${answer.code || `status ${answer.status}`}${answer.message === "" ? "" : `: ${answer.message}`}`;
  return mayBeTakenLater(answer)
    ? { again: lines, refused: 0, problem }
    : { again: [], refused: lines.length, problem };
}

/** Events that are too old or too new are named by their positions, the others are taken. */
function takenExcept({ rejectedLogEventsInfo: info }: Readonly<Record<string, unknown>>, count: number): Sent<Line> {
  if (typeof info !== "object" || info === null) return { again: [], refused: 0 };
  const position = (name: string, absent: number): number => {
    const value: unknown = Reflect.get(info, name);
    return typeof value === "number" ? value : absent;
  };
  const old = Math.max(position("tooOldLogEventEndIndex", 0), position("expiredLogEventEndIndex", 0));
  const refused = old + count - position("tooNewLogEventStartIndex", count);
  return { again: [], refused, problem: refused > 0 ? "events are too old or too new for it" : undefined };
}

interface StreamOwner extends Pick<LogEntry, "logGroupArn" | "stateMachineName" | "at"> {
  readonly lane: string;
}

/** Machines come and go; a stream that is forgotten is asked for again. */
const maxStreams = 10_000;

/** The open stream of each lane: `states/<state machine>/<day>/<id of this process>`. */
class Streams {
  readonly #call: Call;
  readonly #id = randomBytes(4).toString("hex");
  readonly #names = new Map<string, string>();

  constructor(call: Call) {
    this.#call = call;
  }

  async open(owner: StreamOwner, signal: AbortSignal): Promise<string | NoAnswer> {
    const { lane, logGroupArn, stateMachineName, at } = owner;
    const day = new Date(at).toISOString().slice(0, 10);
    const name = `states/${stateMachineName}/${day}/${this.#id}`;
    if (this.#names.get(lane) === name) return name;
    const input = { logGroupName: logGroupNameOf(logGroupArn), logStreamName: name };
    const answer = await this.#call("CreateLogStream", logGroupArn, input, signal);
    const isThere = answer.kind === "refused" && answer.code === "ResourceAlreadyExistsException";
    if (answer.kind !== "answered" && !isThere) return answer;
    this.#names.set(lane, name);
    const [oldest] = this.#names.keys();
    if (this.#names.size > maxStreams && oldest !== undefined) this.#names.delete(oldest);
    return name;
  }

  forget({ lane }: StreamOwner): void {
    this.#names.delete(lane);
  }
}

interface LookUp {
  readonly call: Call;
  readonly log: (message: string) => void;
  readonly closing: AbortSignal;
}

/** A service that cannot be asked says nothing against it. */
async function hasLogGroup(logGroupArn: string, { call, log, closing }: LookUp): Promise<boolean> {
  const name = logGroupNameOf(logGroupArn);
  // No group can have another name, and this one goes into a log.
  if (!/^[\w.#/-]{1,512}$/.test(name)) return false;
  const input = { logGroupNamePrefix: name };
  const signal = AbortSignal.any([AbortSignal.timeout(lookUpTimeoutMs), closing]);
  const answer = await call("DescribeLogGroups", logGroupArn, input, signal);
  if (answer.kind !== "answered") {
    const reason = answer.kind === "unreachable" ? answer.message : `${answer.code} ${answer.message}`.trim();
    log(`Whether the log group ${name} is there could not be found out: ${reason}`);
    return true;
  }
  const { logGroups } = answer.body;
  // The name itself comes first among those that begin with it.
  return !Array.isArray(logGroups) || logGroups.some((group: unknown) => nameOf(group) === name);
}

function nameOf(group: unknown): unknown {
  return typeof group === "object" && group !== null ? Reflect.get(group, "logGroupName") : undefined;
}

/** From `arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/orders:*`. */
function logGroupNameOf(logGroupArn: string): string {
  return logGroupArn.split(":")[6] ?? "";
}
