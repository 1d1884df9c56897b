// A server that runs somewhere, as the commands reach it: its address and the keys are those that the AWS CLI would take from
// the shell, and without an address the server is the one of the configuration, on this machine.
import { isHttpAddress } from "../../aws/endpoint.ts";
import { signedHeadersOf } from "../../aws/sigv4.ts";
import type { JsonObject } from "../../asl/json.ts";
import { urlAt } from "../../server/listen.ts";
import type { SignOwn } from "../../server/start-server.ts";
import { apiClient, ApiRefusal, type CallApi } from "../session/api-client.ts";
import { ownCommand } from "../session/pawl-command.ts";
import { loadConfiguration } from "../session/load-configuration.ts";
import { UsageError } from "../usage-error.ts";

export interface RemoteFlags {
  readonly endpoint?: string;
  readonly endpointUrl?: string;
  readonly config?: string;
  readonly json?: boolean;
}

export interface Remote {
  /** Such as `http://127.0.0.1:8083`. */
  readonly url: string;
  /** Asks again, a few times, where the server has too much to do. @throws ApiRefusal with advice, where there is any. */
  readonly call: CallApi;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws UsageError, ConfigurationError */
export async function reachServer(flags: RemoteFlags, environment: Environment = process.env): Promise<Remote> {
  const { configuration } = await loadConfiguration(flags, [process.cwd()]);
  const url = endpointIn(flags, environment) ?? urlAt(configuration.host, configuration.port);
  const keys = await keysIn(environment);
  const client = apiClient({ url, ...(keys && { signOwn: signWith(url, keys, configuration.arns.region) }) });
  return { url, call: patient(advising(client, { region: configuration.arns.region, hasKeys: keys !== undefined })) };
}

/** As the AWS CLI finds it. @throws UsageError */
function endpointIn({ endpoint, endpointUrl }: RemoteFlags, environment: Environment): string | undefined {
  const isIgnored = environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.toLowerCase() === "true";
  const named = isIgnored ? [] : ["AWS_ENDPOINT_URL_SFN", "AWS_ENDPOINT_URL"];
  const given = [
    ["--endpoint", endpoint ?? endpointUrl] as const,
    ...named.map((name) => [name, environment[name] || undefined] as const),
  ].find(([, value]) => value !== undefined);
  if (given === undefined) return undefined;
  const [name, text = ""] = given;
  if (isHttpAddress(text)) return text.replace(/\/+$/, "");
  throw new UsageError(
    `${name} holds no address that starts with http:// or https://, without a name and password: ${name} http://127.0.0.1:8083`,
  );
}

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Those of the shell; a profile is asked for only where it is named. `undefined` where there are none. */
async function keysIn(environment: Environment): Promise<Keys | undefined> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_PROFILE: profile } = environment;
  if (accessKeyId && secretAccessKey) {
    return { accessKeyId, secretAccessKey, sessionToken: environment["AWS_SESSION_TOKEN"] || undefined };
  }
  if (!profile) return undefined;
  const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
  try {
    return await defaultProvider({ profile })();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`AWS_PROFILE names ${profile}, whose keys cannot be had: ${reason}`, { cause });
  }
}

function signWith(url: string, keys: Keys, region: string): SignOwn {
  return (headers, body) =>
    signedHeadersOf({ ...keys, url: `${url}/`, headers, body, region, service: "states", epochMs: Date.now() });
}

const mostTries = 6;

function patient(call: CallApi): CallApi {
  return async (action, input) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await call(action, input);
      } catch (error) {
        const isBusy = error instanceof ApiRefusal && error.type === "ThrottlingException";
        if (!isBusy || attempt === mostTries) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt));
      }
    }
  };
}

interface Known {
  readonly region: string;
  readonly hasKeys: boolean;
}

function advising(call: CallApi, known: Known): CallApi {
  return async (action, input) => {
    try {
      return await call(action, input);
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      const advice = adviceOn(error, input, known);
      const name = error.message.includes(error.type) ? "" : ` (${error.type})`;
      throw new ApiRefusal(error.type, [`${error.message}${name}`, advice].filter((part) => part !== "").join("\n"));
    }
  };
}

const aboutKeys = new Set([
  "MissingAuthenticationTokenException",
  "UnrecognizedClientException",
  "InvalidSignatureException",
  "IncompleteSignatureException",
]);

function adviceOn({ type }: ApiRefusal, input: JsonObject, { region, hasKeys }: Known): string {
  if (aboutKeys.has(type)) {
    const env = `eval "$(${ownCommand(true)} env)" in the folder of the server's configuration`;
    return hasKeys
      ? `The keys of this shell (AWS_ACCESS_KEY_ID, region ${region}) are not those of the server: ${env}.`
      : `The server wants to know who calls: ${env}, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;
  }
  if (!type.endsWith("DoesNotExist")) return "";
  const [, given] = /"arn:[\w-]+:states:([\w-]+):/.exec(JSON.stringify(input)) ?? [];
  if (given === undefined || given === region) return "";
  return `The ARN is of ${given}, and the region of this shell is ${region}: ARNs are of the region that the server was started in.`;
}
