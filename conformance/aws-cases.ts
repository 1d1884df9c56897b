// The cases that others ran on AWS: where they are, and one case as data. They are read where they lie.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonArray, isJsonObject, type Json, type JsonObject, parseJson, stringifyJson } from "../src/asl/json.ts";

export type AwsCase = {
  /** Unique, such as `Choice.And/001`. */
  readonly name: string;
  /** The first word of the name. */
  readonly area: string;
  /** A part of AWS that has to be there. */
  readonly needs: string | undefined;
} & (ExecutionCase | ValidationCase | CallCase);

/** A machine is made, started, and its execution described when it has ended. */
interface ExecutionCase {
  readonly kind: "execution";
  /** Texts by the keys that they have in the bucket `item-reader`. */
  readonly objects: ReadonlyMap<string, string>;
  readonly definition: string;
  readonly input: string;
  readonly answer: ExecutionAnswer;
}
export type ExecutionAnswer =
  /** As a pattern in which `isPattern` stands. */
  | { readonly kind: "output"; readonly output: Json; readonly isPattern: boolean; readonly isOrdered: boolean }
  /** Null for none; where the cause is unknown, the parts of one. */
  | {
      readonly kind: "failure";
      readonly error: Json;
      readonly cause: Json | undefined;
      readonly causeParts: readonly string[];
    }
  | { readonly kind: "refused"; readonly messages: string | undefined }
  | { readonly kind: "any failure" }
  | { readonly kind: "history"; readonly types: Json; readonly previousEventIds: Json };

/** A definition is validated, and a machine made of it. */
interface ValidationCase {
  readonly kind: "validation";
  readonly definition: string;
  readonly isValid: boolean;
  /** Messages of diagnostics that are errors. */
  readonly messages: readonly Json[] | undefined;
  /** The message of CreateStateMachine's error. */
  readonly createMessage: string | undefined;
}

/** One call that is refused. */
interface CallCase {
  readonly kind: "call";
  readonly op: string;
  readonly params: JsonObject;
  readonly error: string;
  readonly message: string | undefined;
}

/** @returns `undefined` where the cases are not. */
export function findAwsCases(projectRoot: string): string | undefined {
  const directory = process.env["PAWL_AWS_CASES"] ?? join(projectRoot, "../shared/aws-cases");
  return existsSync(join(directory, "cases.jsonl")) ? directory : undefined;
}

export function readAwsCases(directory: string): readonly AwsCase[] {
  const lines = readFileSync(join(directory, "cases.jsonl"), "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => decodeAwsCase(object(parseJson(line))));
}

export function decodeAwsCase(given: JsonObject): AwsCase {
  const { id, needs, definition, input, validate, api } = given;
  const aws = object(given["aws"]);
  const name = String(id);
  const named = { name, area: name.split(/[./]/)[0] ?? "", needs: text(needs) };
  if (isJsonArray(api)) {
    const [op, params] = api;
    const { error, message } = aws;
    return {
      ...named,
      kind: "call",
      op: String(op),
      params: object(params),
      error: String(error),
      message: text(message),
    };
  }
  if (validate !== undefined) {
    const { ok, messages, create_message: createMessage } = aws;
    return {
      ...named,
      kind: "validation",
      definition: stringifyJson(validate),
      isValid: ok === true,
      messages: isJsonArray(messages) ? messages : undefined,
      createMessage: text(createMessage),
    };
  }
  return {
    ...named,
    kind: "execution",
    objects: new Map(Object.entries(object(given["objects"])).map(([key, content]) => [key, String(content)])),
    definition: stringifyJson(definition ?? null),
    input: stringifyJson(input ?? null),
    answer: decodeAnswer(name, aws),
  };
}

/** A computed output or a cause that follows from a rule is as good as one that AWS showed. */
function decodeAnswer(name: string, aws: JsonObject): ExecutionAnswer {
  const { output, matches, computed, error, cause, causeByRule, causeHas, refused, anyFailure, history } = aws;
  const exact = output === undefined ? computed : output;
  if (exact !== undefined) {
    return { kind: "output", output: exact, isPattern: false, isOrdered: aws["ordered"] === true };
  }
  if (matches !== undefined) return { kind: "output", output: matches, isPattern: true, isOrdered: false };
  if (error !== undefined) {
    const causeParts = isJsonArray(causeHas) ? causeHas.map(String) : [];
    return { kind: "failure", error, cause: cause === undefined ? causeByRule : cause, causeParts };
  }
  // An empty text is an unknown one.
  if (refused !== undefined) return { kind: "refused", messages: refused === "" ? undefined : text(refused) };
  if (anyFailure === true) return { kind: "any failure" };
  if (isJsonArray(history)) {
    return { kind: "history", types: history[0] ?? null, previousEventIds: history[1] ?? null };
  }
  throw new Error(`${name} says in no known way what AWS answered.`);
}

function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
