// Sessions of the console: a login by access key and secret gives a cookie that only the server can make or read. It holds the
// key's name, the time of its end and a tag of the secret, so that a session ends with the secret that it began with.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { ArnSpace } from "../../aws/arn.ts";
import { type AccessKey, callerOf } from "../authentication.ts";
import { loginRefused, tooManyLogins } from "../errors.ts";
import { actionPatternMatches, type Caller, permittedActions } from "../policy.ts";
import { Attempts } from "./attempts.ts";
import type { Login, SessionLogin } from "./contract.ts";

export interface SessionsOptions {
  readonly keys: readonly AccessKey[];
  readonly arnSpace: ArnSpace;
  /** A secret of the store: sessions outlast the process. */
  readonly secret: string | Uint8Array;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface OpenSession extends SessionLogin {
  readonly caller: Caller;
}

const cookieName = "pawl-session";
const sessionMs = 12 * 60 * 60 * 1000;

interface Known {
  readonly key: AccessKey;
  readonly caller: Caller;
  readonly actions: readonly string[];
}

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #known: ReadonlyMap<string, Known>;
  readonly #seal: Seal;
  readonly #attempts: Attempts;
  /** Compared are tags under a key of this process, whose lengths are the same whatever is given. */
  readonly #comparisonKey = randomBytes(32);
  readonly #nobody = randomBytes(32).toString("base64");

  constructor(options: SessionsOptions) {
    const { keys, arnSpace, secret, now } = options;
    this.#options = options;
    this.#known = new Map(
      keys.map((key) => [key.accessKeyId, { key, caller: callerOf(key, arnSpace), actions: actionsOf(key) }]),
    );
    this.#seal = sealWith(secret);
    this.#attempts = new Attempts({ most: 10, refillMs: 5_000, now });
  }

  /**
   * The session that a login begins, and its cookie.
   * @param address where the login comes from: each address has so many tries.
   * @throws ThrottlingException, UnrecognizedClientException
   */
  begin({ accessKeyId, secretAccessKey }: Login, address: string): readonly [session: OpenSession, token: string] {
    if (!this.#attempts.take(address)) throw tooManyLogins();
    const known = this.#known.get(accessKeyId);
    const isRight = timingSafeEqual(
      this.#tagged(secretAccessKey),
      this.#tagged(known?.key.secretAccessKey ?? this.#nobody),
    );
    if (known === undefined || !isRight) throw loginRefused();
    const expiresAt = this.#options.now() + sessionMs;
    const content = JSON.stringify([accessKeyId, expiresAt, this.#seal.tag(known.key.secretAccessKey)]);
    return [sessionOf(known, expiresAt), this.#seal.close(content)];
  }

  /** The session whose cookie a request has; `undefined` without a good one. */
  of(request: IncomingMessage): OpenSession | undefined {
    for (const token of tokensIn(request.headers.cookie)) {
      const content = this.#seal.open(token);
      if (content === undefined) continue;
      const [accessKeyId, expiresAt, tag] = JSON.parse(content) as [string, number, string];
      const known = this.#known.get(accessKeyId);
      if (known === undefined || expiresAt <= this.#options.now()) continue;
      if (this.#seal.tag(known.key.secretAccessKey) === tag) return sessionOf(known, expiresAt);
    }
    return undefined;
  }

  #tagged(secret: string): Buffer {
    return createHmac("sha256", this.#comparisonKey).update(secret).digest();
  }
}

/** The header that sets the cookie, or takes it away without a token. */
export function sessionCookie(token: string | undefined, request: IncomingMessage): string {
  // A proxy that ends TLS says so; whoever lies about it harms their own session.
  const isSecure = request.headers["x-forwarded-proto"] === "https";
  const life = token === undefined ? 0 : sessionMs / 1000;
  const cookie = `${cookieName}=${token ?? ""}; Path=/console; Max-Age=${life}; HttpOnly; SameSite=Strict`;
  return isSecure ? `${cookie}; Secure` : cookie;
}

function sessionOf({ caller, actions }: Known, expiresAt: number): OpenSession {
  return { accessKeyId: caller.accessKeyId, userArn: caller.arn, expiresAt, actions, caller };
}

function actionsOf({ allow }: AccessKey): readonly string[] {
  if (allow === undefined) return permittedActions;
  const patterns = allow.flatMap(({ actions }) => actions);
  return permittedActions.filter((action) => patterns.some((pattern) => actionPatternMatches(pattern, action)));
}

function tokensIn(cookies = ""): readonly string[] {
  return cookies
    .split(";")
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie.startsWith(`${cookieName}=`))
    .map((cookie) => cookie.slice(cookieName.length + 1))
    .slice(0, 4);
}

interface Seal {
  close(content: string): string;
  /** `undefined` for what was not sealed here. */
  open(token: string): string | undefined;
  /** Stands for a secret, and tells nothing of it. */
  tag(secret: string): string;
}

const [nonceBytes, authenticationBytes] = [12, 16];

function sealWith(secret: string | Uint8Array): Seal {
  const derive = (purpose: string): Buffer => Buffer.from(hkdfSync("sha256", secret, "", purpose, 32));
  const [sealKey, tagKey] = [derive("pawl console session"), derive("pawl console session secret")];
  return {
    close(content) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", sealKey, nonce, { authTagLength: authenticationBytes });
      const sealed = Buffer.concat([cipher.update(content, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
    },
    open(token) {
      const bytes = Buffer.from(token, "base64url");
      // The decoder takes many spellings for the same bytes.
      if (bytes.length <= nonceBytes + authenticationBytes || bytes.toString("base64url") !== token) return undefined;
      const nonce = bytes.subarray(0, nonceBytes);
      const decipher = createDecipheriv("aes-256-gcm", sealKey, nonce, { authTagLength: authenticationBytes });
      decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + authenticationBytes));
      try {
        const content = decipher.update(bytes.subarray(nonceBytes + authenticationBytes));
        return Buffer.concat([content, decipher.final()]).toString("utf8");
      } catch {
        // Its authentication failed: nobody here has sealed it.
        return undefined;
      }
    },
    tag: (text) => createHmac("sha256", tagKey).update(text).digest("base64url").slice(0, 22),
  };
}
