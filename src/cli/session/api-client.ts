// Calls the API over HTTP, as every client does. Only what the commands need.
import { isJsonObject, type Json, type JsonObject, memberOf, parseJson } from "../../asl/json.ts";
import type { SignOwn } from "../../server/start-server.ts";

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

/** @throws ApiRefusal */
export type CallApi = (action: string, input: JsonObject) => Promise<JsonObject>;

export function apiClient({ url, signOwn }: { readonly url: string; readonly signOwn?: SignOwn }): CallApi {
  return async (action, input) => {
    const body = JSON.stringify(input);
    const headers = {
      "Content-Type": "application/x-amz-json-1.0",
      "X-Amz-Target": `AWSStepFunctions.${action}`,
    };
    const response = await fetch(url, { method: "POST", headers: signOwn?.(headers, body) ?? headers, body });
    const answer = objectOf(parseJson(await response.text()));
    if (response.ok) return answer;
    throw new ApiRefusal(textOf(answer, "__type"), textOf(answer, "message"));
  };
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
