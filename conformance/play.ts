// Plays the calls of one case against a server and collects what the recorder compared.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from "../src/asl/json.ts";
import type { Answered, Reply } from "./client.ts";
import type { Call, Case, Match } from "./corpus.ts";
import { openServices, type OtherServices, type Surroundings } from "./other-services.ts";
import { substitute } from "./references.ts";
import { type Readiness, sendUntil } from "./send-until.ts";

export interface Played {
  /** By match key. */
  readonly observed: { [key: string]: Json };
  /** By call id, for the placeholders of transformers. */
  readonly responses: ReadonlyMap<string, Json>;
  readonly syncExecutionArns: readonly string[];
  readonly mapRunArns: readonly string[];
}

interface Made {
  readonly call: Call;
  readonly reply: Reply;
}

export async function playCase(
  recorded: Case,
  surroundings: Surroundings & { readonly patienceMs: number },
): Promise<Played> {
  const services = openServices(recorded, surroundings);
  try {
    return await playSteps(recorded, { ...surroundings, services });
  } finally {
    await services.close();
  }
}

interface Target extends Surroundings {
  readonly patienceMs: number;
  readonly services: OtherServices;
}

async function playSteps(recorded: Case, target: Target): Promise<Played> {
  const { arns, services } = target;
  const responses = new Map<string, Json>();
  const made = new Map<string, Made>();
  const observed: { [key: string]: Json } = {};
  for (const step of recorded.steps) {
    if (step.kind === "match") {
      observed[step.key] =
        step.source === "derived"
          ? ((await services.collect(step)) ?? derive(recorded, step, made))
          : observe(step, made.get(step.from));
      continue;
    }
    const { renamed } = services;
    const substituted = substitute(step.params, { arns, definitions: recorded.definitions, responses, renamed });
    const params = isJsonObject(substituted) ? substituted : {};
    if (step.service !== undefined) {
      responses.set(step.id, await services.make(step, params));
      continue;
    }
    const patienceMs = breaksOff(recorded) ? 500 : target.patienceMs;
    const isReady = readiness(recorded, step);
    const making = { op: step.op, isReady, patienceMs };
    const whole = isFiltered(recorded, step) ? { maxResults: 1000, ...params } : params;
    const reply = await sendUntil(target.url, whole, making);
    made.set(step.id, { call: step, reply });
    if (reply.kind === "answered") responses.set(step.id, reply.body);
    else if (!recorded.steps.some((other) => other.kind === "match" && other.from === step.id)) {
      throw new Error(`${step.id} ${step.op} failed unexpectedly: ${reply.message}`);
    }
    // Made again where each time counts.
    for (let time = 1; step.op === "StartExecution" && time < step.times; time++) {
      made.set(`${step.id}.${time}`, { call: step, reply: await sendUntil(target.url, params, making) });
    }
  }
  Object.assign(observed, await observeMissing(recorded, { made, responses, target }));
  return { observed, responses, ...arnsIn(made) };
}

/** Only its own is compared of such a list, which must not end before it: the other cases' are in it too. */
function isFiltered({ steps }: Case, { op }: Call): boolean {
  return (
    /^List(?:StateMachines|Activities)$/.test(op) &&
    steps.some((step) => step.kind === "match" && step.source === "derived")
  );
}

/** A recording that ends before its comparison: the history so far is what it compared. */
function breaksOff({ missingKeys }: Case): boolean {
  return missingKeys.includes("get_execution_history") || missingKeys.includes("creation_response");
}

interface Outcome {
  readonly made: ReadonlyMap<string, Made>;
  readonly responses: ReadonlyMap<string, Json>;
  readonly target: Target;
}

/** Values that no step gives, found where the recorder must have found them. */
async function observeMissing(recorded: Case, { made, responses, target }: Outcome): Promise<JsonObject> {
  const [key] = recorded.missingKeys;
  if (key === undefined) return {};
  const last = recorded.steps.at(-1);
  if (last?.kind === "call" && last.service === "s3") {
    const body = responses.get(last.id);
    return { [key]: withMetadata({ kind: "answered", status: 200, body: isJsonObject(body) ? body : {} }) };
  }
  if (recorded.missingKeys.length === 1) {
    const history = [...made.values()].findLast(({ call }) => call.op === "GetExecutionHistory")?.reply;
    return history?.kind === "answered" ? { [key]: withMetadata(history) } : {};
  }
  const started = [...made.values()].filter(({ call }) => call.op === "StartExecution");
  const histories: { [key: string]: Json } = {};
  for (const [i, { reply }] of started.entries()) {
    const executionArn = (reply.kind === "answered" && reply.body["executionArn"]) || "";
    const asked = { op: "GetExecutionHistory", isReady: hasEnded, patienceMs: target.patienceMs };
    const history = await sendUntil(target.url, { executionArn }, asked);
    histories[recorded.missingKeys[i] ?? ""] = history.kind === "answered" ? withMetadata(history) : null;
  }
  return histories;
}

function withMetadata({ body, status }: Answered): Json {
  return { ...body, ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: status } };
}

/** The recorder's calls were far apart, or made again until they gave what the next step needed. */
function readiness({ steps, expected }: Case, call: Call): Readiness {
  if (call.untilEnd) return hasEnded;
  if (call.op === "DescribeExecution") {
    const match = steps.find((step) => step.kind === "match" && step.from === call.id);
    const described = match?.kind === "match" ? expected[match.key] : undefined;
    const isOver = isJsonObject(described) && described["status"] !== "RUNNING";
    if (isOver || call.isPolled) return ({ status }) => status !== "RUNNING";
  }
  return call.isPolled && call.op !== "StartExecution" ? (_body, timesTheSame) => timesTheSame >= 6 : undefined;
}

function hasEnded(history: JsonObject): boolean {
  const events = history["events"];
  const last = isJsonArray(events) ? events.at(-1) : undefined;
  return isJsonObject(last) && /^Execution(?:Succeeded|Failed|Aborted|TimedOut)$/.test(String(last["type"]));
}

function observe({ source, as }: Match, made: Made | undefined): Json {
  if (made === undefined) return null;
  const { reply, call } = made;
  if (reply.kind === "answered") {
    return source === "error" ? { unexpectedSuccess: reply.body } : withMetadata(reply);
  }
  const isInvalid = reply.kind === "invalid";
  const text = isInvalid
    ? reply.message
    : `An error occurred (${reply.code}) when calling the ${call.op} operation: ${reply.message}`;
  if (as === "text") return text;
  const type = isInvalid ? "ParamValidationError" : reply.code;
  if (as !== undefined) return { exception_typename: type, exception_value: text };
  if (isInvalid) return { [type]: text };
  const metadata = { HTTPHeaders: {}, HTTPStatusCode: reply.status };
  return { Error: { Code: reply.code, Message: reply.message }, ...reply.body, ResponseMetadata: metadata };
}

/** Values that the recorder computed from several calls. */
function derive({ steps }: Case, match: Match, made: ReadonlyMap<string, Made>): Json {
  const before = steps.slice(0, steps.indexOf(match)).filter((step) => step.kind === "call");
  const bodies = before.flatMap(({ id, op }) => {
    const reply = made.get(id)?.reply;
    return reply?.kind === "answered" ? [{ id, op, body: reply.body }] : [];
  });
  if (match.key === "cases") {
    const starts = before.filter(({ op }) => op === "StartExecution");
    const outputs = bodies.filter(({ op }) => op === "GetExecutionHistory").map(({ body }) => lastOutput(body));
    return starts.map(({ params }, i) => ({ input: params["input"] ?? null, output: outputs[i] ?? null }));
  }
  const listed = bodies.findLast(({ op }) => op.startsWith("List"))?.body ?? {};
  const mine = new Set(
    bodies.flatMap(({ op, body }) =>
      op.startsWith("Create") ? [body["stateMachineArn"] ?? body["activityArn"] ?? null] : [],
    ),
  );
  const isMine = (item: Json): boolean =>
    isJsonObject(item) && mine.has(item["stateMachineArn"] ?? item["activityArn"] ?? null);
  const { stateMachines, activities } = listed;
  if (isJsonArray(stateMachines)) return stateMachines.filter(isMine);
  if (!isJsonArray(activities)) return null;
  return withMetadata({ kind: "answered", status: 200, body: { activities: activities.filter(isMine) } });
}

function lastOutput(history: JsonObject): Json {
  const events = history["events"];
  const last = isJsonArray(events) ? events.at(-1) : undefined;
  const details = isJsonObject(last) ? memberOf(last, "executionSucceededEventDetails") : undefined;
  return isJsonObject(details) ? (details["output"] ?? null) : (details ?? null);
}

function arnsIn(made: ReadonlyMap<string, Made>): Pick<Played, "syncExecutionArns" | "mapRunArns"> {
  const sync: string[] = [];
  const mapRuns = new Set<string>();
  for (const { call, reply } of made.values()) {
    if (reply.kind !== "answered") continue;
    if (call.op === "StartSyncExecution") sync.push(String(reply.body["executionArn"]));
    for (const [arn] of JSON.stringify(reply.body).matchAll(/arn:[^"\\]*:mapRun:[^"\\]*/g)) mapRuns.add(arn);
  }
  return { syncExecutionArns: sync, mapRunArns: [...mapRuns] };
}
