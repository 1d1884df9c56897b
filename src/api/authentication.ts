// The sender of a request: the access key whose secret signed it, by AWS Signature Version 4 in the `Authorization` header.
// The checks come in AWS's order and say what AWS says. Temporary credentials do not exist here, so a request with a session
// token is refused as AWS refuses a token that it did not give.
import { hash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { ArnSpace } from "../aws/arn.ts";
import { incompleteSignature, invalidSignature, missingToken, unrecognizedClient } from "./errors.ts";
import { type Allowance, type Caller, compilePermits } from "./policy.ts";
import { algorithm, basicTime, canonicalRequest, parseBasicTime, type Scope } from "../aws/sigv4.ts";
import { signatureOf, signingKeys, terminator } from "../aws/sigv4.ts";

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Everything when absent. */
  readonly allow?: readonly Allowance[] | undefined;
}

export interface AuthenticationOptions {
  readonly keys: readonly AccessKey[];
  readonly arnSpace: ArnSpace;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export type SignedRequest = Pick<IncomingMessage, "method" | "url" | "headers" | "rawHeaders">;

/** Checks the headers; what it returns checks the signature when the whole body is there. Both throw what AWS answers. */
export type Authenticate = (request: SignedRequest) => (body: Buffer) => Caller;

const service = "states";
const skewMinutes = 5;

interface KnownKey {
  readonly caller: Caller;
  readonly signingKey: (scope: Scope) => Buffer;
}

export function createAuthenticate({ keys, arnSpace, now }: AuthenticationOptions): Authenticate {
  const known = new Map(keys.map((key) => [key.accessKeyId, knownKey(key, arnSpace)]));
  const { region } = arnSpace;
  return (request) => {
    const presented = readAuthorization(request);
    requireCurrent(presented.time, now());
    requireSigned(presented.signedHeaders, presented.dateHeader);
    if (presented.algorithm !== algorithm) throw unsupportedAlgorithm(presented.algorithm);
    const { accessKeyId, scope } = readCredential(presented, region);
    const key = known.get(accessKeyId);
    if (key === undefined || request.headers["x-amz-security-token"] !== undefined) throw unrecognizedClient();
    return (body) => {
      const { method = "", url = "/", rawHeaders } = request;
      const { signedHeaders, time } = presented;
      const canonical = canonicalRequest({ method, url, rawHeaders, signedHeaders, body });
      const signature = signatureOf(canonical, time, scope, key.signingKey(scope));
      if (!equalsSignature(presented.signature, signature)) throw signatureMismatch();
      return key.caller;
    };
  };
}

function knownKey(key: AccessKey, arnSpace: ArnSpace): KnownKey {
  return { caller: callerOf(key, arnSpace), signingKey: signingKeys(key.secretAccessKey) };
}

export function callerOf({ accessKeyId, allow }: AccessKey, { partition, account }: ArnSpace): Caller {
  const arn = `arn:${partition}:iam::${account}:user/${accessKeyId}`;
  return { accessKeyId, arn, permits: compilePermits(allow) };
}

interface Presented {
  readonly algorithm: string;
  readonly credential: string;
  readonly signature: string;
  readonly signedHeaders: readonly string[];
  readonly time: string;
  readonly dateHeader: "x-amz-date" | "date";
}

function readAuthorization({ url = "/", headers }: SignedRequest): Presented {
  const { authorization } = headers;
  if (/[?&]X-Amz-Algorithm=/i.test(url)) {
    throw authorization === undefined ? presignedRequest() : signedTwice();
  }
  if (authorization === undefined || !authorization.startsWith("AWS4-")) throw missingToken();
  const algorithmEnd = authorization.indexOf(" ");
  const fields = readFields(authorization, algorithmEnd === -1 ? authorization.length : algorithmEnd);
  const amzDate = headers["x-amz-date"];
  const time = typeof amzDate === "string" ? amzDate : headers.date;
  const [credential, signature, signedHeaders] = fieldNames.map((name) => fields.get(name));
  if (!credential || !signature || !signedHeaders || !time) {
    const missing = fieldNames.filter((name) => !fields.get(name));
    throw incompleteAuthorization(missing, time, authorization);
  }
  return {
    algorithm: algorithmEnd === -1 ? authorization : authorization.slice(0, algorithmEnd),
    credential,
    signature,
    signedHeaders: signedHeaders.toLowerCase().split(";"),
    time,
    dateHeader: amzDate === undefined ? "date" : "x-amz-date",
  };
}

/** In the order in which AWS names those that are missing. */
const fieldNames = ["Credential", "Signature", "SignedHeaders"] as const;

function readFields(authorization: string, from: number): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const part of authorization.slice(from).split(",")) {
    const field = part.trim();
    if (field === "") continue;
    const equalsAt = field.indexOf("=");
    if (equalsAt === -1) throw noKeyValuePair(field);
    fields.set(field.slice(0, equalsAt), field.slice(equalsAt + 1));
  }
  return fields;
}

/** Before its time or five minutes after it a signature is worth nothing, which bounds how long it can be sent again. */
function requireCurrent(time: string, now: number): void {
  const epochMs = parseBasicTime(time);
  if (epochMs === undefined) {
    throw incompleteSignature(
      `Date must be in ISO-8601 'basic format'. Got '${time}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  }
  const skewMs = skewMinutes * 60_000;
  if (epochMs < now - skewMs) {
    const earliest = `${basicTime(now - skewMs)} (${basicTime(now)} - ${skewMinutes} min.)`;
    throw invalidSignature(`Signature expired: ${time} is now earlier than ${earliest}`);
  }
  if (epochMs > now + skewMs) {
    const latest = `${basicTime(now + skewMs)} (${basicTime(now)} + ${skewMinutes} min.)`;
    throw invalidSignature(`Signature not yet current: ${time} is still later than ${latest}`);
  }
}

/**
 * Headers that decide the meaning of a request must be signed, else a signature that was seen once would serve for other
 * actions.
 */
function requireSigned(signedHeaders: readonly string[], dateHeader: string): void {
  if (!signedHeaders.includes("host")) throw unsigned("'Host' or ':authority'");
  for (const name of ["x-amz-target", dateHeader]) if (!signedHeaders.includes(name)) throw unsigned(`'${name}'`);
  // A name that comes twice would make the canonical request larger than the headers are.
  const isAscending = signedHeaders.every((name, i) => i === 0 || (signedHeaders[i - 1] ?? "") < name);
  if (!isAscending) throw signatureMismatch();
}

function readCredential(
  { credential, time }: Presented,
  region: string,
): { readonly accessKeyId: string; readonly scope: Scope } {
  const parts = credential.split("/");
  const [accessKeyId = "", date, givenRegion, givenService, givenTerminator] = parts;
  if (parts.length !== 5) {
    throw incompleteSignature(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    );
  }
  const today = time.slice(0, 8);
  const problems: string[] = [];
  if (givenRegion !== region) problems.push(`Credential should be scoped to a valid region, not '${givenRegion}'.`);
  if (givenService !== service) problems.push(`Credential should be scoped to correct service: '${service}'.`);
  if (givenTerminator !== terminator) {
    problems.push(`Credential should be scoped with a valid terminator: '${terminator}', not '${givenTerminator}'.`);
  }
  if (date !== today) {
    problems.push(
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
        `'${date}' != '${today}', from '${time}'.`,
    );
  }
  if (problems.length > 0) throw invalidSignature(problems.join(" "));
  return { accessKeyId, scope: { date: today, region, service } };
}

function equalsSignature(given: string, signature: Buffer): boolean {
  return /^[0-9a-f]{64}$/.test(given) && timingSafeEqual(Buffer.from(given, "hex"), signature);
}

/** AWS shows hashes instead of what should have been a secret between two parties. */
function shownHashed(text: string): string {
  return hash("sha256", Buffer.from(text, "latin1"), "base64");
}

const signatureMismatch = (): Error =>
  invalidSignature(
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " +
      "and signing method. Consult the service documentation for details.",
  );
const unsigned = (header: string): Error =>
  invalidSignature(`${header} must be a 'SignedHeader' in the AWS Authorization.`);
const signedTwice = (): Error =>
  invalidSignature("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
const presignedRequest = (): Error =>
  incompleteSignature(
    "Presigned requests ('X-Amz-Algorithm' as a query-string param) are not supported. " +
      "Sign with the 'Authorization' HTTP header.",
  );
const unsupportedAlgorithm = (given: string): Error =>
  incompleteSignature(`Unsupported AWS 'algorithm': '${given}' (only ${algorithm} for now). `);
const noKeyValuePair = (field: string): Error =>
  incompleteSignature(
    "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): " +
      `'${shownHashed(field)}'.`,
  );

function incompleteAuthorization(missing: readonly string[], time: string | undefined, authorization: string): Error {
  const problems = missing.map((name) => `Authorization header requires '${name}' parameter.`);
  if (!time) {
    problems.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  const shown = `(Hashed with SHA-256 and encoded with Base64) Authorization=${shownHashed(authorization)}`;
  return incompleteSignature(`${problems.join(" ")} ${shown}`);
}
