// The connections that HTTP tasks name, and what each adds to a request: those of the configuration, and those of EventBridge where
// a service that speaks its protocol is configured.
import type { CallAws } from "../../aws/call.ts";
import type { TaskOutcome } from "../../engine/effect.ts";
import { failed } from "../service-error.ts";
import type { Header, Send } from "./client.ts";
import type { Additions } from "./compose.ts";
import {
  type Connection,
  type ConnectionConfigurations,
  connectionLine,
  connectionNameOf,
  findConnection,
  isMessageHeader,
  type OAuth,
} from "./connection.ts";
import { type ConnectionError, describeConnection, type FoundConnection } from "./eventbridge-connection.ts";
import { isHeaderName, isHeaderValue } from "./invoke-parameters.ts";
import { OAuthTokens } from "./oauth-tokens.ts";
import { type Reach, reachOf } from "./reach.ts";
import { readTexts } from "./read-texts.ts";

export interface ConnectionsOptions {
  readonly connections: ConnectionConfigurations;
  /** Where secrets are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Calls EventBridge and Secrets Manager. */
  readonly callAws?: CallAws | undefined;
  readonly plainHosts: Reach["plainHosts"];
  readonly send: Send;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly timeoutMs: number;
}

type Found = Extract<FoundConnection, { readonly kind: "found" }>;
type Failed = Extract<TaskOutcome, { readonly kind: "failed" }>;

export interface Authorized {
  readonly kind: "authorized";
  readonly additions: Additions;
  /** Gives up the token when an API did not take it; false when it is new or there is none. */
  readonly renew: () => boolean;
}

/** How long a connection of EventBridge is used as it was described. */
const describedMs = 60_000;
const mostDescribed = 100;

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #tokens: OAuthTokens;
  readonly #described = new Map<string, { readonly found: Found; readonly until: number }>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#tokens = new OAuthTokens(options);
  }

  async resolve(arn: string, signal: AbortSignal): Promise<Found | Failed> {
    const { connections, environment } = this.#options;
    const configured = findConnection(connections, arn);
    if (configured === undefined) return this.#findAtEventBridge(arn, signal);
    const read = await readTexts(configured, environment);
    if ("connection" in read) return { kind: "found", connection: read.connection };
    return connectionFailed(
      "AccessDenied",
      `A secret of the connection ${connectionNameOf(arn)} cannot be read: ${read.problem}.`,
    );
  }

  /** Tells what the connection adds to a request now; a token is fetched where there is none. */
  async authorize(connection: Connection<string>, arn: string): Promise<Authorized | Failed> {
    const { authorization, parameters } = connection;
    const authorized = await this.#authorization(authorization, arn);
    if (authorized.kind === "failed") return authorized;
    const headers = [...authorized.headers, ...unlike(authorized.headers, [...parameters.headers])];
    const wrong = headers.find(
      ([name, value]) => !isHeaderName(name) || isMessageHeader(name) || !isHeaderValue(value),
    );
    if (wrong !== undefined) {
      const cause = `The connection ${connectionNameOf(arn)} has the header ${wrong[0]}, or a value for it, that no request can have.`;
      return connectionFailed("InvalidConnectionState", cause);
    }
    const additions = { headers, query: [...parameters.query], body: [...parameters.body] };
    return { kind: "authorized", additions, renew: authorized.renew };
  }

  close(): void {
    this.#tokens.close();
    this.#described.clear();
  }

  async #findAtEventBridge(arn: string, signal: AbortSignal): Promise<Found | Failed> {
    const { callAws, now } = this.#options;
    if (callAws === undefined) return notConfigured(arn);
    const kept = this.#described.get(arn);
    const found =
      kept !== undefined && kept.until > now() ? kept.found : await describeConnection(callAws, arn, signal);
    if (found.kind === "notConfigured") return notConfigured(arn);
    if (found.kind === "failed") return connectionFailed(found.error, found.cause);
    if (kept?.found !== found) this.#keep(arn, found);
    return found;
  }

  #keep(arn: string, found: Found): void {
    this.#described.delete(arn);
    this.#described.set(arn, { found, until: this.#options.now() + describedMs });
    const [oldest] = this.#described.keys();
    if (this.#described.size > mostDescribed && oldest !== undefined) this.#described.delete(oldest);
  }

  async #authorization(
    authorization: Connection<string>["authorization"],
    arn: string,
  ): Promise<Authorization | Failed> {
    switch (authorization?.kind) {
      case undefined:
        return given();
      case "apiKey":
        return given([authorization.name, authorization.value]);
      case "basic": {
        const { username, password } = authorization;
        return given(["Authorization", `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`]);
      }
      case "oauth":
        return this.#bearer(authorization, arn);
    }
  }

  async #bearer(oauth: OAuth<string>, arn: string): Promise<Authorization | Failed> {
    const { plainHosts } = this.#options;
    const subject = `The OAuth endpoint of the connection ${connectionNameOf(arn)}`;
    // The configuration names the endpoint, so that it need not name its host again.
    const reached = reachOf(new URL(oauth.endpoint), { plainHosts });
    if (reached.kind === "refused") return connectionFailed("InvalidConnectionState", `${subject}: ${reached.reason}`);
    const result = await this.#tokens.token(oauth, reached.admits);
    if (result.kind === "failed") return connectionFailed("InvalidConnectionState", `${subject} ${result.reason}.`);
    const { token, isNew } = result;
    const renew = (): boolean => {
      this.#tokens.discard(oauth, token);
      return !isNew;
    };
    return { kind: "given", headers: [["Authorization", `Bearer ${token}`]], renew };
  }
}

interface Authorization {
  readonly kind: "given";
  readonly headers: readonly Header[];
  readonly renew: () => boolean;
}

function given(...headers: readonly Header[]): Authorization {
  return { kind: "given", headers, renew: () => false };
}

function unlike(some: readonly Header[], others: readonly Header[]): readonly Header[] {
  const names = new Set(some.map(([name]) => name.toLowerCase()));
  return others.filter(([name]) => !names.has(name.toLowerCase()));
}

function connectionFailed(error: ConnectionError, cause: string): Failed {
  return failed(`Events.ConnectionResource.${error}`, cause);
}

function notConfigured(arn: string): Failed {
  const cause =
    `There is no connection ${connectionNameOf(arn)}. Add it to pawl.config.json: ${connectionLine(arn)} ` +
    `(or "basic" or "oauth"; docs/http-tasks.md).`;
  return connectionFailed("ResourceNotFound", cause);
}
