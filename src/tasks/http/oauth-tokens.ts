// Access tokens by OAuth's client credentials (RFC 6749, section 4.4): fetched once for all who need them, kept until they expire,
// renewed when an API does not take one any more. Requests are as EventBridge was recorded to send them.
import { createHash } from "node:crypto";
import type { HttpRequest, Send } from "./client.ts";
import type { OAuth } from "./connection.ts";
import { encodeText, withQuery } from "./form.ts";

export type TokenResult =
  /** `isNew` for one that was fetched just now. */
  | { readonly kind: "token"; readonly token: string; readonly isNew: boolean }
  /** A reason is the end of a sentence, without a secret in it. */
  | { readonly kind: "failed"; readonly reason: string };

export interface OAuthTokensOptions {
  readonly send: Send;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly timeoutMs: number;
}

interface Kept {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Tokens that are kept at most; the one that was fetched first goes. */
const mostTokens = 1000;
/** A token is not used in the last seconds of its life: it must still be good when it arrives. */
const marginMs = 10_000;
const longestAnswer = 65_536;
const longestToken = 16_384;

export class OAuthTokens {
  readonly #options: OAuthTokensOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #fetching = new Map<string, Promise<TokenResult>>();
  readonly #closing = new AbortController();

  constructor(options: OAuthTokensOptions) {
    this.#options = options;
  }

  async token(oauth: OAuth<string>, admits: HttpRequest["admits"]): Promise<TokenResult> {
    const key = keyOf(oauth);
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.expiresAt > this.#options.now()) {
      return { kind: "token", token: kept.token, isNew: false };
    }
    const fetching = this.#fetching.get(key) ?? this.#fetch(key, oauth, admits);
    this.#fetching.set(key, fetching);
    return fetching;
  }

  /** An API did not take the token: the next one is fetched. */
  discard(oauth: OAuth<string>, token: string): void {
    const key = keyOf(oauth);
    if (this.#kept.get(key)?.token === token) this.#kept.delete(key);
  }

  close(): void {
    this.#closing.abort();
    this.#kept.clear();
  }

  async #fetch(key: string, oauth: OAuth<string>, admits: HttpRequest["admits"]): Promise<TokenResult> {
    const { send, now, timeoutMs } = this.#options;
    try {
      const { signal } = this.#closing;
      const answer = await send({ ...tokenRequest(oauth), admits, timeoutMs, maxBytes: longestAnswer, signal });
      if (answer.kind === "unreachable") return failed(`cannot be reached: ${answer.message}`);
      if (answer.kind === "refused") return failed("has an address that HTTP tasks do not call");
      if (answer.kind !== "answered") return failed("did not answer in time");
      if (answer.status < 200 || answer.status > 299) {
        return failed(`answered ${answer.status} ${shownPhrase(answer.statusText)}`.trimEnd());
      }
      const received = parseToken(answer.isCut ? "" : answer.body.toString("utf8"));
      if (received === undefined) return failed("answered without an access token");
      const { token, lifeSeconds } = received;
      this.#keep(key, { token, expiresAt: now() + Math.max(lifeSeconds * 1000 - marginMs, 0) });
      return { kind: "token", token, isNew: true };
    } finally {
      this.#fetching.delete(key);
    }
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostTokens && oldest !== undefined) this.#kept.delete(oldest);
  }
}

function failed(reason: string): TokenResult {
  return { kind: "failed", reason };
}

/** A hostile server does not write lines into messages. */
function shownPhrase(text: string): string {
  return text.replaceAll(/[^ -~]/g, "").slice(0, 100);
}

/** Other credentials are another token, also under the same name. */
function keyOf({ endpoint, method, clientId, clientSecret, parameters }: OAuth<string>): string {
  const { headers, query, body } = parameters;
  const parts = [endpoint, method, clientId, clientSecret, [...headers], [...query], [...body]];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64");
}

function tokenRequest(oauth: OAuth<string>): Pick<HttpRequest, "url" | "method" | "headers" | "body"> {
  const { endpoint, method, clientId, clientSecret, parameters } = oauth;
  const credentials = new Map([
    ["grant_type", "client_credentials"],
    ...parameters.body,
    ["client_id", clientId],
    ["client_secret", clientSecret],
  ]);
  const isInQuery = method === "GET";
  const query = [...parameters.query, ...(isInQuery ? credentials : [])];
  const url = withQuery(new URL(endpoint), [encodePairs(query)]);
  const headers = [...parameters.headers];
  if (isInQuery) return { url, method, headers, body: undefined };
  const hasType = headers.some(([name]) => name.toLowerCase() === "content-type");
  const type = ["Content-Type", "application/x-www-form-urlencoded"] as const;
  return { url, method, headers: hasType ? headers : [...headers, type], body: encodePairs([...credentials]) };
}

function encodePairs(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${encodeText(name)}=${encodeText(value)}`).join("&");
}

/** A token without a time is good until an API refuses it, for a day at most. */
const usualLifeSeconds = 86_400;

function parseToken(text: string): { readonly token: string; readonly lifeSeconds: number } | undefined {
  const value = parsed(text);
  if (typeof value !== "object" || value === null) return undefined;
  const { access_token: token, expires_in: expiresIn } = value as Readonly<Record<string, unknown>>;
  // It becomes part of a header.
  if (typeof token !== "string" || token.length > longestToken || !/^[!-~]+$/.test(token)) return undefined;
  const seconds = typeof expiresIn === "string" ? Number(expiresIn) : expiresIn;
  const isTime = typeof seconds === "number" && seconds >= 0;
  return { token, lifeSeconds: isTime ? Math.min(seconds, usualLifeSeconds) : usualLifeSeconds };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
