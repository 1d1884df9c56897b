// Connections of EventBridge, where a service that speaks its protocol is configured: EventBridge describes a connection without its
// secrets, and keeps those in a secret of Secrets Manager, whose ARN it tells. Names of members in the secret are those of AWS and
// of its emulators, which differ in the letters alone.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, parseJson } from "../../asl/json.ts";
import type { AwsAnswer, AwsCall, CallAws } from "../../aws/call.ts";
import { isHttpAddress } from "../../aws/endpoint.ts";
import {
  type Authorization,
  type Connection,
  connectionNameOf,
  type ConnectionParameters,
  type OAuth,
} from "./connection.ts";

export type FoundConnection =
  | { readonly kind: "found"; readonly connection: Connection<string> }
  /** The error is the last part of `Events.ConnectionResource.…`. */
  | { readonly kind: "failed"; readonly error: ConnectionError; readonly cause: string }
  /** No service is configured. The message shows the line to add. */
  | { readonly kind: "notConfigured"; readonly message: string };

export type ConnectionError =
  | "InvalidConnectionState"
  | "InvalidPrivateConnectionState"
  | "AccessDenied"
  | "ResourceNotFound"
  | "AuthInProgress"
  | "ConcurrentModification"
  | "InternalError";

type Failed = Exclude<FoundConnection, { kind: "found" }>;

export async function describeConnection(callAws: CallAws, arn: string, signal: AbortSignal): Promise<FoundConnection> {
  const name = connectionNameOf(arn);
  const region = /^arn:[a-z-]+:events:([a-z0-9-]+):/.exec(arn)?.[1];
  const call = async (service: string, action: string, input: JsonObject): Promise<JsonObject | Failed> => {
    const request: AwsCall = { service, action, input, region };
    return outputOf(await callAws(request, signal), `${service}:${action}`);
  };
  const described = await call("eventbridge", "describeConnection", { Name: name });
  if (isFailed(described)) return described;
  const state = textOf(described, "ConnectionState") ?? "AUTHORIZED";
  if (state !== "AUTHORIZED") {
    return failed(
      state === "AUTHORIZING" ? "AuthInProgress" : "InvalidConnectionState",
      `The connection ${name} is ${state}.`,
    );
  }
  const secretArn = textOf(described, "SecretArn");
  if (secretArn === undefined) return failed("InvalidConnectionState", `The connection ${name} has no secret.`);
  const kept = await call("secretsmanager", "getSecretValue", { SecretId: secretArn });
  if (isFailed(kept)) return kept;
  const connection = connectionOf(described, secretOf(kept));
  if (connection !== undefined) return { kind: "found", connection };
  const cause = `The secret of the connection ${name} does not hold what its authorization takes.`;
  return failed("InvalidConnectionState", cause);
}

function failed(error: ConnectionError, cause: string): Failed {
  return { kind: "failed", error, cause };
}

function isFailed(result: JsonObject | Failed): result is Failed {
  return result["kind"] === "failed" || result["kind"] === "notConfigured";
}

function outputOf(answer: AwsAnswer, action: string): JsonObject | Failed {
  switch (answer.kind) {
    case "answered":
      return answer.output;
    case "notConfigured":
      return answer;
    case "refused": {
      const { code, message } = answer;
      const cause = `${action} answered ${code}: ${message}`;
      if (/NotFound/.test(code)) return failed("ResourceNotFound", cause);
      if (/AccessDenied|UnrecognizedClient|InvalidClientTokenId|Signature/.test(code))
        return failed("AccessDenied", cause);
      return failed(/ConcurrentModification/.test(code) ? "ConcurrentModification" : "InternalError", cause);
    }
    default:
      return failed("InternalError", `${action}: ${answer.message}`);
  }
}

/** The members of the secret, by names without case and underscores. */
function secretOf(kept: JsonObject): Members {
  const text = textOf(kept, "SecretString");
  try {
    return membersOf(text === undefined ? null : parseJson(text));
  } catch (error) {
    // Nothing of it may be told.
    if (error instanceof SyntaxError) return new Map();
    throw error;
  }
}

/** By names in lower case and without underscores: `ApiKeyName`, `api_key_name` and `apiKeyName` are one. */
type Members = ReadonlyMap<string, Json>;

function membersOf(value: Json | undefined): Members {
  const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();
  return new Map(isJsonObject(value) ? Object.entries(value).map(([name, member]) => [plain(name), member]) : []);
}

function textOf(object: JsonObject, name: string): string | undefined {
  const value = memberOf(object, name);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function connectionOf(described: JsonObject, secret: Members): Connection<string> | undefined {
  const shown = membersOf(memberOf(described, "AuthParameters"));
  const authorization = authorizationOf(textOf(described, "AuthorizationType"), { secret, shown });
  const parameters = parametersOf({ secret, shown }, "invocationhttpparameters");
  return authorization === undefined || parameters === undefined ? undefined : { authorization, parameters };
}

interface Sources {
  readonly secret: Members;
  /** The part that EventBridge shows, which is everything but the secrets. */
  readonly shown: Members;
}

/** The members of a member; some secrets have them beside the others. */
function inside({ secret, shown }: Sources, name: string): Sources {
  return { secret: new Map([...secret, ...membersOf(secret.get(name))]), shown: membersOf(shown.get(name)) };
}

function textIn({ secret, shown }: Sources, name: string): string | undefined {
  return [secret.get(name), shown.get(name)].find((value) => typeof value === "string" && value !== "") as
    string | undefined;
}

function authorizationOf(type: string | undefined, sources: Sources): Authorization<string> | undefined {
  switch (type) {
    case "API_KEY": {
      const parts = inside(sources, "apikeyauthparameters");
      const [name, value] = [textIn(parts, "apikeyname"), textIn(parts, "apikeyvalue")];
      return name === undefined || value === undefined ? undefined : { kind: "apiKey", name, value };
    }
    case "BASIC": {
      const parts = inside(sources, "basicauthparameters");
      const [username, password] = [textIn(parts, "username"), textIn(parts, "password")];
      return username === undefined || password === undefined ? undefined : { kind: "basic", username, password };
    }
    case "OAUTH_CLIENT_CREDENTIALS":
      return oauthOf(inside(sources, "oauthparameters"));
    default:
      return undefined;
  }
}

function oauthOf(sources: Sources): OAuth<string> | undefined {
  const client = inside(sources, "clientparameters");
  const [clientId, clientSecret] = [textIn(client, "clientid"), textIn(client, "clientsecret")];
  const endpoint = textIn(sources, "authorizationendpoint");
  const method = textIn(sources, "httpmethod") ?? "POST";
  const parameters = parametersOf(sources, "oauthhttpparameters");
  if (endpoint === undefined || !isHttpAddress(endpoint) || clientId === undefined) return undefined;
  if (clientSecret === undefined || parameters === undefined) return undefined;
  if (method !== "GET" && method !== "POST" && method !== "PUT") return undefined;
  return { kind: "oauth", endpoint, method, clientId, clientSecret, parameters };
}

/** @returns `undefined` where the value of one is nowhere. */
function parametersOf(sources: Sources, name: string): ConnectionParameters<string> | undefined {
  const { secret, shown } = inside(sources, name);
  const [headers, query, body] = ["headerparameters", "querystringparameters", "bodyparameters"].map((list) =>
    pairsOf(secret.get(list), shown.get(list)),
  );
  return headers === undefined || query === undefined || body === undefined ? undefined : { headers, query, body };
}

function pairsOf(secret: Json | undefined, shown: Json | undefined): ReadonlyMap<string, string> | undefined {
  const items = [shown, secret].flatMap((list) => (list !== undefined && isJsonArray(list) ? list : []));
  const pairs = new Map<string, string | undefined>();
  for (const item of items) {
    const members = membersOf(item);
    const [key, value] = [members.get("key"), members.get("value")];
    if (typeof key === "string") pairs.set(key, typeof value === "string" ? value : pairs.get(key));
  }
  const whole = [...pairs].filter((pair): pair is [string, string] => pair[1] !== undefined);
  return whole.length === pairs.size ? new Map(whole) : undefined;
}
