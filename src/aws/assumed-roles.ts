// Roles that tasks are performed in (`Credentials`): temporary credentials from STS, kept until shortly before they expire.
import { hash } from "node:crypto";
import { isJsonObject, type JsonObject, memberOf } from "../asl/json.ts";
import type { AwsAnswer, CallAws } from "./call.ts";
import type { Credentials } from "./endpoint.ts";

export interface AssumedRolesOptions {
  readonly callAws: CallAws;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

type Problem = Exclude<AwsAnswer, { readonly kind: "answered" }>;
type Assumed = { readonly credentials: Credentials; readonly expiresAt: number } | { readonly problem: Problem };

/** AWS's own SDKs ask anew five minutes before. */
const earlierMs = 300_000;
const mostKept = 200;
const patienceMs = 30_000;

export class AssumedRoles {
  readonly #options: AssumedRolesOptions;
  readonly #assumed = new Map<string, Assumed>();
  readonly #underWay = new Map<string, Promise<Assumed>>();

  constructor(options: AssumedRolesOptions) {
    this.#options = options;
  }

  async credentialsOf(roleArn: string): Promise<Credentials | Problem> {
    const known = this.#assumed.get(roleArn);
    if (known !== undefined && "credentials" in known && known.expiresAt - earlierMs > this.#options.now()) {
      return known.credentials;
    }
    const assumed = await this.#assumeOnce(roleArn);
    if ("problem" in assumed) return assumed.problem;
    this.#assumed.delete(roleArn);
    this.#assumed.set(roleArn, assumed);
    for (const role of this.#assumed.keys()) if (this.#assumed.size > mostKept) this.#assumed.delete(role);
    return assumed.credentials;
  }

  /** Tasks that ask at the same time wait for one answer. */
  async #assumeOnce(roleArn: string): Promise<Assumed> {
    let underWay = this.#underWay.get(roleArn);
    if (underWay === undefined) {
      underWay = this.#assume(roleArn, AbortSignal.timeout(patienceMs));
      this.#underWay.set(roleArn, underWay);
      void underWay.finally(() => this.#underWay.delete(roleArn));
    }
    return underWay;
  }

  async #assume(roleArn: string, signal: AbortSignal): Promise<Assumed> {
    const input: JsonObject = {
      RoleArn: roleArn,
      RoleSessionName: `pawl-${hash("sha256", roleArn, "hex").slice(0, 16)}`,
    };
    const answer = await this.#options.callAws({ service: "sts", action: "assumeRole", input }, signal);
    if (answer.kind !== "answered") return { problem: answer };
    const given = memberOf(answer.output, "Credentials");
    const text = (name: string): string => {
      const member = isJsonObject(given) ? memberOf(given, name) : undefined;
      return typeof member === "string" ? member : "";
    };
    const [accessKeyId, secretAccessKey] = [text("AccessKeyId"), text("SecretAccessKey")];
    if (accessKeyId === "" || secretAccessKey === "") {
      return { problem: { kind: "unreachable", message: `STS gave no credentials for ${roleArn}.` } };
    }
    const sessionToken = text("SessionToken") || undefined;
    const expiresAt = Date.parse(text("Expiration"));
    return {
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      expiresAt: Number.isNaN(expiresAt) ? 0 : expiresAt,
    };
  }
}
