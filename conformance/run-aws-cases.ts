// Plays the cases that others ran on AWS against a real server over HTTP.
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isJsonArray, isJsonObject, type Json, type JsonObject, parseJson } from "../src/asl/json.ts";
import type { AwsCase, ExecutionAnswer } from "./aws-cases.ts";
import { type Reply, send } from "./client.ts";
import { type Comparison, withoutOrder } from "./compare.ts";
import { arns, type Log, patienceMs, startFastServer } from "./fast-server.ts";
import { filledPattern } from "./pattern.ts";
import { compareSides, playAll, type Ran, type Sides } from "./ran.ts";
import { sendUntil } from "./send-until.ts";

/** The needs of cases, by their names in them. */
const unplayable: Readonly<Record<string, string>> = {
  sts: "the actions of AWS Security Token Service are not there yet",
};

export async function runAwsCases(cases: readonly AwsCase[], log: Log): Promise<readonly Ran[]> {
  const bucket = writeBucket(cases);
  const buckets = new Map([["item-reader", bucket]]);
  const server = await startFastServer({ functions: new Map(), environment: {}, buckets }, log);
  try {
    return await playAll(cases, async (one): Promise<Ran> => {
      const { name, area, needs } = one;
      if (needs !== undefined && needs !== "distributed") {
        const reason = unplayable[needs] ?? `what ${needs} means is not known`;
        return { name, area, outcome: "not runnable", reason, differences: [] };
      }
      return { name, area, ...(await compareSides(() => play(one, server.url), comparisonFor(one))) };
    });
  } finally {
    await server.close();
    rmSync(bucket, { recursive: true });
  }
}

/** A folder with the objects of all cases, which have the same content wherever they have the same key. */
function writeBucket(cases: readonly AwsCase[]): string {
  const folder = mkdtempSync(join(tmpdir(), "pawl-cases-"));
  for (const one of cases) {
    for (const [key, content] of one.kind === "execution" ? one.objects : []) {
      mkdirSync(dirname(join(folder, key)), { recursive: true });
      writeFileSync(join(folder, key), content);
    }
  }
  return folder;
}

function comparisonFor(one: AwsCase): Comparison {
  const isOrdered = one.kind === "execution" && one.answer.kind === "output" && one.answer.isOrdered;
  return isOrdered ? { isOrdered: () => true } : withoutOrder;
}

function play(one: AwsCase, url: string): Promise<Sides> {
  switch (one.kind) {
    case "execution":
      return playExecution(one, url);
    case "validation":
      return playValidation(one, url);
    case "call":
      return playCall(one, url);
  }
}

const roleArn = `arn:${arns.partition}:iam::${arns.account}:role/cases`;

async function playExecution(
  { definition, input, answer }: Extract<AwsCase, { kind: "execution" }>,
  url: string,
): Promise<Sides> {
  const created = await create(definition, url);
  if (answer.kind === "refused") {
    const messages = (await validate(definition, url)).messages.join("; ");
    return {
      expected: { messages: answer.messages ?? messages, isCreated: false },
      observed: { messages, isCreated: created.kind === "answered" },
    };
  }
  if (created.kind !== "answered") return sides(answer, { refused: created.message });
  const { stateMachineArn = null } = created.body;
  const started = bodyOf(await send(url, "StartExecution", { stateMachineArn, input }));
  const { executionArn = null } = started;
  const isReady = ({ status }: JsonObject): boolean => status !== "RUNNING";
  const ended = bodyOf(await sendUntil(url, { executionArn }, { op: "DescribeExecution", isReady, patienceMs }));
  if (answer.kind !== "history") return sides(answer, outcomeOf(ended));
  const { events } = bodyOf(await send(url, "GetExecutionHistory", { executionArn, maxResults: 1000 }));
  const recorded = isJsonArray(events) ? events.filter(isJsonObject) : [];
  return sides(answer, {
    types: recorded.map(({ type = null }) => type),
    previousEventIds: recorded.map(({ previousEventId = null }) => previousEventId),
  });
}

function outcomeOf({ status = null, output, error = null, cause = null }: JsonObject): JsonObject {
  if (typeof output === "string") return { output: parseJson(output) };
  return status === "FAILED" ? { error, cause } : { status };
}

function sides(answer: ExecutionAnswer, observed: JsonObject): Sides {
  switch (answer.kind) {
    case "output":
      return {
        expected: { output: answer.isPattern ? filledPattern(answer.output, observed["output"]) : answer.output },
        observed,
      };
    case "failure": {
      const { error, cause, causeParts } = answer;
      const got = observed["cause"] ?? null;
      const hasParts = causeParts.every((part) => String(got).includes(part));
      return { expected: { error, cause: cause === undefined ? (hasParts ? got : causeParts) : cause }, observed };
    }
    case "history":
      return { expected: { types: answer.types, previousEventIds: answer.previousEventIds }, observed };
    default:
      return { expected: "error" in observed || "refused" in observed ? observed : { error: "any" }, observed };
  }
}

async function playValidation(one: Extract<AwsCase, { kind: "validation" }>, url: string): Promise<Sides> {
  const { definition, isValid } = one;
  const created = await create(definition, url);
  const validated = await validate(definition, url);
  const createMessage = created.kind === "answered" ? null : created.message;
  return {
    expected: {
      isValid,
      isCreated: isValid,
      messages: one.messages ?? validated.messages,
      createMessage: one.createMessage ?? createMessage,
    },
    observed: {
      isValid: validated.isValid,
      isCreated: created.kind === "answered",
      messages: validated.messages,
      createMessage,
    },
  };
}

async function playCall(one: Extract<AwsCase, { kind: "call" }>, url: string): Promise<Sides> {
  const { op, params, error, message } = one;
  const reply = await send(url, op, { ...(op === "CreateStateMachine" ? machine(trivial) : {}), ...params });
  if (reply.kind !== "refused") return { expected: { error }, observed: { kind: reply.kind } };
  return {
    expected: { error, message: message ?? reply.message },
    observed: { error: reply.code, message: reply.message },
  };
}

const trivial = '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}';

function machine(definition: string): JsonObject {
  return { name: randomUUID(), definition, roleArn };
}

function create(definition: string, url: string): Promise<Reply> {
  return send(url, "CreateStateMachine", machine(definition));
}

interface Validated {
  readonly isValid: boolean;
  readonly messages: readonly Json[];
}

async function validate(definition: string, url: string): Promise<Validated> {
  const { result, diagnostics } = bodyOf(await send(url, "ValidateStateMachineDefinition", { definition }));
  const found = isJsonArray(diagnostics) ? diagnostics.filter(isJsonObject) : [];
  const errors = found.filter(({ severity }) => severity === "ERROR");
  return { isValid: result === "OK", messages: errors.map(({ message = null }) => message) };
}

/** @throws Error when the call was refused. */
function bodyOf(reply: Reply): JsonObject {
  if (reply.kind === "answered") return reply.body;
  throw new Error(`A call failed: ${reply.message}`);
}
