// `bedrock:invokeModel`: what goes into a model and comes out of it is JSON here, and may lie in S3.
import { type Json, type JsonObject, isJsonObject, memberOf, parseJson } from "../../asl/json.ts";
import { jsonLimitProblem } from "../../asl/json-limits.ts";
import { optimizedFields } from "../../asl/optimized-fields.ts";
import type { AwsAnswer, AwsAnswered, CallAws } from "../../aws/call.ts";
import type { PerformTask } from "../../engine/effect.ts";
import { type Connector, idempotencyKey } from "../connector.ts";
import { isJson } from "../functions/invocation.ts";
import { parametersOf } from "../parameters.ts";
import { requestIdOf } from "../request-id.ts";
import { integrationFailed, integrations } from "./integrations.ts";
import { accepted, unanswered } from "./outcome.ts";

const runtime = "bedrockruntime";

export function invokeModelConnector(callAws: CallAws): Connector {
  return {
    parameterProblem: (parameters) => parameterProblem(parametersOf(parameters)),
    async perform(task, signal) {
      const call: Call = (service, action, input) => callAws({ service, action, input, ...callOf(task) }, signal);
      const answer = await invokeModel(parametersOf(task.parameters), call);
      const integration = integrations.get("bedrock") ?? {
        service: "bedrock",
        prefix: "Bedrock",
        sdkName: "AmazonBedrock",
      };
      switch (answer.kind) {
        case "answered":
          return accepted(task, answer.output);
        case "refused":
          return integrationFailed(integration, answer);
        default:
          return unanswered(answer, task, integration.prefix);
      }
    },
  };
}

type Call = (service: string, action: string, input: JsonObject) => Promise<AwsAnswer>;

function callOf(task: PerformTask): { readonly idempotencyToken: string; readonly roleArn: string | undefined } {
  return { idempotencyToken: requestIdOf(idempotencyKey(task)), roleArn: task.credentialsRoleArn };
}

const fields = optimizedFields("bedrock:invokeModel")?.supported ?? new Set<string>();
const passedOn = [...fields].filter((name) => !["Body", "Input", "Output"].includes(name));

function parameterProblem(parameters: JsonObject): string | undefined {
  const unknown = Object.keys(parameters).find((name) => !fields.has(name));
  if (unknown !== undefined) return `The field ${JSON.stringify(unknown)} is not supported by Step Functions`;
  if ((memberOf(parameters, "ModelId") ?? null) === null) return "The field 'ModelId' is required but was missing";
  for (const name of ["Input", "Output"]) {
    const place = memberOf(parameters, name) ?? null;
    if (place !== null && objectAt(place) === undefined)
      return `The value of the field '${name}' has an invalid format`;
  }
  return undefined;
}

async function invokeModel(parameters: JsonObject, call: Call): Promise<AwsAnswer> {
  const body = await bodyOf(parameters, call);
  if (body.kind === "problem") return body.answer;
  const passed = Object.fromEntries(passedOn.map((name) => [name, memberOf(parameters, name) ?? null]));
  const defaults = {
    ContentType: passed["ContentType"] ?? "application/json",
    Accept: passed["Accept"] ?? "application/json",
  };
  const answer = await call(runtime, "invokeModel", { ...passed, ...defaults, Body: body.value });
  if (answer.kind !== "answered") return answer;
  const output = objectAt(memberOf(parameters, "Output") ?? null);
  return output === undefined ? { ...answer, output: withParsedBody(answer) } : store(answer, output, call);
}

type Body = { readonly kind: "body"; readonly value: Json } | { readonly kind: "problem"; readonly answer: AwsAnswer };

async function bodyOf(parameters: JsonObject, call: Call): Promise<Body> {
  const input = objectAt(memberOf(parameters, "Input") ?? null);
  if (input === undefined) return { kind: "body", value: memberOf(parameters, "Body") ?? null };
  const answer = await call("s3", "getObject", input.place);
  if (answer.kind !== "answered") return { kind: "problem", answer };
  return { kind: "body", value: memberOf(answer.output, "Body") ?? "" };
}

interface ObjectInS3 {
  readonly uri: string;
  readonly place: { readonly Bucket: string; readonly Key: string };
}

function objectAt(value: Json): ObjectInS3 | undefined {
  const uri = isJsonObject(value) ? memberOf(value, "S3Uri") : undefined;
  const [, Bucket, Key] = (typeof uri === "string" && /^s3:\/\/([^/]+)\/(.+)$/s.exec(uri)) || [];
  return typeof uri !== "string" || Bucket === undefined || Key === undefined
    ? undefined
    : { uri, place: { Bucket, Key } };
}

function withParsedBody({ output }: AwsAnswered): JsonObject {
  const body = memberOf(output, "Body");
  const isReadable = typeof body === "string" && isJson(body) && jsonLimitProblem(body) === undefined;
  const { Body: _, ...rest } = output;
  return { Body: isReadable ? parseJson(body) : (body ?? null), ...rest };
}

/** The model's answer is put there, and the result tells where. */
async function store(answer: AwsAnswered, { uri, place }: ObjectInS3, call: Call): Promise<AwsAnswer> {
  const { Body = "", ContentType = null, ...rest } = answer.output;
  const stored = await call("s3", "putObject", { ...place, Body, ContentType });
  if (stored.kind !== "answered") return stored;
  return { ...answer, output: { Body: uri, ContentType, ...rest } };
}
