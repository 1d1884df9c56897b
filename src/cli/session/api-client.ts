// Calls the API over HTTP, as every client does. Only what the commands need.
import { isJsonObject, type Json, type JsonObject, memberOf, parseJson } from "../../asl/json.ts";
import type { SignOwn } from "../../server/start-server.ts";
import { ownCommand } from "./pawl-command.ts";

/** The server refused a request; the message is the server's. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  /** Such as `StateMachineDoesNotExist`. */
  readonly type: string;

  constructor(type: string, message: string) {
    super(message === "" ? type : message);
    this.type = type;
  }
}

/** No server of Step Functions answers; the message says what to do about it. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

/** @throws ApiRefusal, UnreachableError */
export type CallApi = (action: string, input: JsonObject) => Promise<JsonObject>;

export function apiClient({ url, signOwn }: { readonly url: string; readonly signOwn?: SignOwn }): CallApi {
  return async (action, input) => {
    const body = JSON.stringify(input);
    const headers = {
      "Content-Type": "application/x-amz-json-1.0",
      "X-Amz-Target": `AWSStepFunctions.${action}`,
    };
    const response = await post(url, { headers: signOwn?.(headers, body) ?? headers, body });
    const answer = answerIn(response.text);
    if (answer === undefined || (!response.ok && textOf(answer, "__type") === "")) {
      throw new UnreachableError(
        `What answers at ${url} is no server of Step Functions (status ${response.status}). Say where Pawl is: --endpoint http://127.0.0.1:8083`,
      );
    }
    if (response.ok) return answer;
    throw new ApiRefusal(textOf(answer, "__type").replace(/^.*#/, ""), messageIn(answer));
  };
}

interface Posted {
  readonly ok: boolean;
  readonly status: number;
  readonly text: string;
}

async function post(
  url: string,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<Posted> {
  try {
    const response = await fetch(url, { method: "POST", ...request });
    return { ok: response.ok, status: response.status, text: await response.text() };
  } catch (cause) {
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    const code = inner instanceof Error && "code" in inner ? String(inner.code) : "";
    const isNobody = code === "ECONNREFUSED";
    const reason = inner instanceof Error ? inner.message || code : String(inner);
    throw new UnreachableError(
      isNobody
        ? `Nothing listens at ${url}. Start a server (${ownCommand()} start), or say where it is: --endpoint http://127.0.0.1:8083`
        : `${url} cannot be reached: ${reason}. Say where the server is: --endpoint http://127.0.0.1:8083`,
      { cause },
    );
  }
}

/** `undefined` for what is no object of JSON. */
function answerIn(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** AWS itself writes it in one of two ways. */
function messageIn(answer: JsonObject): string {
  return textOf(answer, "message") || textOf(answer, "Message");
}

/** The text of a member; empty when it has none. */
export function textOf(object: JsonObject, name: string): string {
  const value = memberOf(object, name);
  return typeof value === "string" ? value : "";
}

/** All items of a listing, page by page, up to a number of them. */
export async function listAll(
  call: CallApi,
  { action, input, member, most }: { action: string; input: JsonObject; member: string; most: number },
): Promise<readonly JsonObject[]> {
  const items: JsonObject[] = [];
  for (let nextToken: string | undefined; items.length < most;) {
    const page = await call(action, { ...input, maxResults: 1000, ...(nextToken === undefined ? {} : { nextToken }) });
    const found = memberOf(page, member);
    if (Array.isArray(found)) items.push(...found.map((item: Json) => objectOf(item)));
    nextToken = textOf(page, "nextToken") || undefined;
    if (nextToken === undefined) break;
  }
  return items.slice(0, most);
}

function objectOf(value: Json): JsonObject {
  return isJsonObject(value) ? value : {};
}
