// The part of a case that other services play: what the recorder made in them, and what it read from them beside its
// calls to Step Functions.
import { setTimeout as delay } from "node:timers/promises";
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, parseJson } from "../src/asl/json.ts";
import type { ArnSpace } from "../src/aws/arn.ts";
import { send } from "./client.ts";
import type { Call, Case, Match } from "./corpus.ts";
import { type Inbox, openInbox } from "./inbox.ts";
import { logGroups } from "./runnable.ts";
import { callService } from "./service-call.ts";
import { taskAnswer } from "./task-answer.ts";

export interface Surroundings {
  /** The address of the server under test. */
  readonly url: string;
  /** The address of the AWS-compatible endpoint. */
  readonly endpoint: string | undefined;
  readonly arns: ArnSpace;
}

export interface OtherServices {
  /** @returns the answer, for the placeholders of later calls. */
  make(call: Call, params: JsonObject): Promise<JsonObject>;
  /** Identifiers that the recorder wrote out, and those that came in their place. */
  readonly renamed: ReadonlyMap<string, string>;
  /** The things that the recorder collected; `undefined` when it is nothing of these services. */
  collect(match: Match): Promise<Json | undefined>;
  close(): Promise<void>;
}

type Caller = (service: string, op: string, params: JsonObject) => Promise<JsonObject>;

/** Readers of a queue or a log go on beside the case, as the recorder's threads did. */
const readsAside = new Set(["ReceiveMessage", "DeleteMessage", "DescribeLogStreams", "GetLogEvents"]);
/** Longer than what a workflow sent is on its way. */
const collectingMs = 4000;
const recordersEndpoint = "http://localhost:5557";
/** A message that nobody deletes comes again, and some recordings hold it twice. */
const readAgain = { WaitTimeSeconds: 0, VisibilityTimeout: 2 };

export function openServices(recorded: Case, surroundings: Surroundings): OtherServices {
  const { endpoint, arns } = surroundings;
  const renamed = new Map(endpoint === undefined ? [] : [[recordersEndpoint, endpoint]]);
  const identifiers: { [member: string]: Json } = {};
  let inbox: Inbox | undefined;
  let logGroup = "";
  const call: Caller = (service, op, params) =>
    callService({ service, op, params }, { url: endpoint ?? "", region: arns.region, account: arns.account });
  const answerTask = async (body: string): Promise<void> => {
    const answer = taskAnswer(body, recorded.expected);
    if (answer !== undefined) await send(surroundings.url, answer.op, answer.params);
  };

  return {
    renamed,
    async make({ service = "", op }, recordedParams) {
      if (endpoint === undefined) return logGroups[op]?.(recordedParams, arns) ?? {};
      if (op === "ReceiveMessage") {
        inbox ??= openInbox(
          async () => objects((await call("sqs", op, { ...recordedParams, ...readAgain }))["Messages"]),
          answerTask,
        );
      }
      if (op === "GetLogEvents") logGroup = String(recordedParams["logGroupName"]);
      if (readsAside.has(op)) return {};
      const params: { [name: string]: Json } = { ...recordedParams };
      for (const [member, actual] of service === "apigateway" ? Object.entries(identifiers) : []) {
        const written = params[member];
        if (typeof written !== "string") continue;
        renamed.set(written, String(actual));
        params[member] = actual;
      }
      const answer = await call(service, op, params);
      if (op === "CreateRestApi") {
        identifiers["restApiId"] = answer["id"] ?? "";
        identifiers["parentId"] = answer["rootResourceId"] ?? "";
      }
      if (op === "CreateResource") identifiers["resourceId"] = answer["id"] ?? "";
      return answer;
    },
    async collect({ key }) {
      const wanted = memberOf(recorded.expected, key);
      const count = isJsonArray(wanted) ? wanted.length : 1;
      switch (key) {
        case "messages":
        case "stepfunctions_events":
          return eventually(
            () => Promise.resolve((inbox?.bodies ?? []).slice(0, count).map(parsed)),
            ({ length }) => length === count,
          );
        case "logged_execution_events":
          return eventually(
            () => logged(call, logGroup),
            ({ length }) => length >= count,
          );
        case "end_event": {
          const isEnd = ({ type }: JsonObject): boolean => /^Execution(?!Started)/.test(String(type));
          const events = await eventually(
            () => logged(call, logGroup),
            (all) => all.some(isEnd),
          );
          return events.find(isEnd) ?? null;
        }
        default:
          return undefined;
      }
    },
    async close() {
      await inbox?.close();
    },
  };
}

/** The events that arrived in a log group, in the order of the events it is about. */
async function logged(call: Caller, logGroupName: string): Promise<readonly JsonObject[]> {
  const { logStreams: streams } = await call("logs", "DescribeLogStreams", { logGroupName });
  const events: JsonObject[] = [];
  for (const { logStreamName = "" } of objects(streams)) {
    const params = { logGroupName, logStreamName, startFromHead: true };
    events.push(...objects((await call("logs", "GetLogEvents", params))["events"]));
  }
  const messages = events.map(({ message }) => parsed(String(message))).filter(isJsonObject);
  return messages.toSorted((a, b) => Number(a["id"]) - Number(b["id"]));
}

/** The things that are read once they are enough, or after that time whatever there is. */
async function eventually<T>(read: () => Promise<T>, isEnough: (value: T) => boolean): Promise<T> {
  for (const deadline = Date.now() + collectingMs; ;) {
    const value = await read();
    if (isEnough(value) || Date.now() > deadline) return value;
    await delay(50);
  }
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}

function parsed(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
