// Who may call, what each caller may do, and how often: the `auth` and `rateLimits` of a configuration file. Secrets stand in
// the file, in another file or in the environment; no message shows one.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { AccessKey } from "../../api/authentication.ts";
import { type Action, operations } from "../../api/model.ts";
import { actionPatternMatches, type Allowance, permittedActions } from "../../api/policy.ts";
import type { RateLimit, RateLimits } from "../../api/rate-limit.ts";
import { readProblem } from "../file-problem.ts";
import { isMembers, type Members, type Report, reportUnknown, show, typeName } from "./checks.ts";

export type SecretSource =
  | { readonly kind: "text"; readonly secret: string }
  /** An absolute path. */
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "variable"; readonly name: string };

export interface KeyConfiguration {
  readonly accessKeyId: string;
  readonly secret: SecretSource;
  readonly allow?: readonly Allowance[] | undefined;
}

export interface AuthConfiguration {
  /** At least one. */
  readonly keys: readonly KeyConfiguration[];
}

/** Why a server does not start where other machines reach it, and what to add to its configuration. */
export function keysWanted(source: string, host: string): string {
  return (
    `${source} is ${show(host)}, which other machines can reach, so Pawl must know its callers (authentication). ` +
    "Add a key to the configuration file (pawl.config.json):\n" +
    '  "auth": { "keys": [{ "accessKeyId": "admin", "secretAccessKeyFile": "admin.secret" }] }\n' +
    "and make its secret beside it: openssl rand -hex 20 > admin.secret"
  );
}

/**
 * Reads what the sources hold.
 * @returns the problems instead, where there are any.
 */
export function readAccessKeys(
  { keys }: AuthConfiguration,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly keys: readonly AccessKey[]; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const read = keys.map(({ accessKeyId, secret, allow }): AccessKey => {
    const { text, where, problem } = readSecret(secret, environment);
    const owner = `The secret of the access key ${accessKeyId}`;
    if (problem !== undefined) problems.push(`${owner} cannot be read: ${problem}`);
    else if (!/^[!-~]{16,1024}$/.test(text)) {
      problems.push(
        `${owner} (${where}) is no secret: it must be 16 to 1024 visible ASCII characters without spaces. ` +
          "Make one: openssl rand -hex 20",
      );
    }
    return { accessKeyId, secretAccessKey: text ?? "", allow };
  });
  return { keys: read, problems };
}

function readSecret(source: SecretSource, environment: Readonly<Record<string, string | undefined>>): ReadSecret {
  switch (source.kind) {
    case "text":
      return { text: source.secret, where: "secretAccessKey" };
    case "variable": {
      const { [source.name]: text } = environment;
      if (text === undefined) return absent(`the environment variable ${source.name} is not set.`);
      return { text, where: `the environment variable ${source.name}` };
    }
    case "file":
      return readSecretFile(source.path);
  }
}

interface ReadSecret {
  readonly text: string;
  readonly where: string;
  readonly problem?: string;
}

const absent = (problem: string): ReadSecret => ({ text: "", where: "", problem });

function readSecretFile(path: string): ReadSecret {
  try {
    return { text: readFileSync(path, "utf8").trimEnd(), where: path };
  } catch (cause) {
    return absent(`${readProblem(path, cause)}. Make one: openssl rand -hex 20 > ${path} && chmod 600 ${path}`);
  }
}

/** @param directory where relative paths start. */
export function authOf(value: unknown, directory: string, report: Report): AuthConfiguration | undefined {
  if (value === undefined) return undefined;
  if (!isMembers(value)) {
    report(`auth is ${typeName(value)}. Make it an object, such as { "keys": [] } with a key in it.`);
    return undefined;
  }
  reportUnknown(value, { known: ["keys"], within: "auth." }, report);
  const { keys } = value;
  if (!Array.isArray(keys) || keys.length === 0) {
    const given = Array.isArray(keys) ? "without a key" : typeName(keys);
    report(`auth.keys is ${given}. Make it a list of keys, or leave auth out.`);
    return undefined;
  }
  const found = keys.map((key: unknown, i) => keyOf(key, { within: `auth.keys[${i}]`, directory }, report));
  const known = found.filter((key) => key !== undefined);
  for (const { accessKeyId } of known.filter(
    ({ accessKeyId: id }, i) => known.findIndex((key) => key.accessKeyId === id) !== i,
  )) {
    report(`auth.keys has the access key ${accessKeyId} twice. Leave one of them out.`);
  }
  return { keys: known };
}

interface Place {
  /** Such as `auth.keys[0]`. */
  readonly within: string;
  readonly directory: string;
}

function keyOf(value: unknown, { within, directory }: Place, report: Report): KeyConfiguration | undefined {
  if (!isMembers(value)) {
    report(`${within} is ${typeName(value)}. Make it an object with accessKeyId and secretAccessKeyFile.`);
    return undefined;
  }
  reportUnknown(value, { known: ["accessKeyId", ...secretMembers, "allow"], within: `${within}.` }, report);
  const accessKeyId = value["accessKeyId"];
  const isId = typeof accessKeyId === "string" && /^[\w.-]{1,128}$/.test(accessKeyId);
  if (!isId) report(`${within}.accessKeyId is ${show(accessKeyId)}. Give 1 to 128 letters, digits, _, . and -.`);
  const secret = secretOf(value, { within, directory }, report);
  const allow = allowOf(value["allow"], `${within}.allow`, report);
  return isId && secret !== undefined ? { accessKeyId, secret, allow } : undefined;
}

const secretMembers = ["secretAccessKey", "secretAccessKeyFile", "secretAccessKeyEnv"] as const;

function secretOf(value: Members, { within, directory }: Place, report: Report): SecretSource | undefined {
  const [member, ...more] = secretMembers.filter((name) => value[name] !== undefined);
  if (member === undefined || more.length > 0) {
    report(
      `${within} has ${member === undefined ? "no secret" : "several secrets"}. Give one of ${secretMembers.join(", ")}.`,
    );
    return undefined;
  }
  const text = value[member];
  if (typeof text !== "string" || text === "") {
    report(`${within}.${member} is ${text === "" ? "empty" : typeName(text)}. Give a text.`);
    return undefined;
  }
  switch (member) {
    case "secretAccessKey":
      return { kind: "text", secret: text };
    case "secretAccessKeyFile":
      return { kind: "file", path: resolve(directory, text) };
    case "secretAccessKeyEnv":
      if (/^[A-Za-z_]\w*$/.test(text)) return { kind: "variable", name: text };
      // Whoever took it for the secret itself must not read it in a log.
      report(`${within}.secretAccessKeyEnv is no name of an environment variable.`);
      return undefined;
  }
}

function allowOf(value: unknown, within: string, report: Report): readonly Allowance[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) {
    report(`${within} is ${typeName(value)}. Make it a list, such as [{ "actions": ["states:Start*"] }].`);
    return undefined;
  }
  return value.flatMap((item: unknown, i) => {
    const place = `${within}[${i}]`;
    if (!isMembers(item)) {
      report(`${place} is ${typeName(item)}. Make it an object with actions and resources.`);
      return [];
    }
    reportUnknown(item, { known: ["actions", "resources"], within: `${place}.` }, report);
    const actions = textsOf(item["actions"], `${place}.actions`, report);
    for (const pattern of actions) requireActionPattern(pattern, `${place}.actions`, report);
    if (item["resources"] === undefined) return [{ actions }];
    const resources = textsOf(item["resources"], `${place}.resources`, report);
    for (const pattern of resources) requireResourcePattern(pattern, `${place}.resources`, report);
    return [{ actions, resources }];
  });
}

function requireActionPattern(pattern: string, within: string, report: Report): void {
  if (permittedActions.some((action) => actionPatternMatches(pattern, action))) return;
  report(
    `${within} has ${show(pattern)}, which is no action. Give states: with an action, such as states:Start* or states:*.`,
  );
}

function requireResourcePattern(pattern: string, within: string, report: Report): void {
  if ((pattern.startsWith("arn:") || pattern.startsWith("*")) && pattern.length <= 2048) return;
  report(`${within} has ${show(pattern)}, which is no ARN. Give "*", or ARNs with * and ?.`);
}

function textsOf(value: unknown, within: string, report: Report): readonly string[] {
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string")) return value;
  report(`${within} is ${Array.isArray(value) ? "no list of texts" : typeName(value)}. Make it a list of texts.`);
  return [];
}

export function rateLimitsOf(value: unknown, report: Report): RateLimits | undefined {
  if (value === undefined) return undefined;
  if (!isMembers(value)) {
    report(
      `rateLimits is ${typeName(value)}. ` +
        'Make it an object, such as { "StartExecution": { "bucket": 1300, "refillPerSecond": 300 } }.',
    );
    return undefined;
  }
  const actions = Object.keys(operations) as readonly Action[];
  reportUnknown(value, { known: actions, within: "rateLimits." }, report);
  const limits: Partial<Record<Action, RateLimit>> = {};
  for (const action of actions) {
    const limit = value[action];
    if (limit !== undefined) limits[action] = rateLimitOf(limit, `rateLimits.${action}`, report);
  }
  return limits;
}

function rateLimitOf(value: unknown, within: string, report: Report): RateLimit {
  const none = { bucket: 1, refillPerSecond: 1 };
  if (!isMembers(value)) {
    report(`${within} is ${typeName(value)}. Make it an object with bucket and refillPerSecond.`);
    return none;
  }
  reportUnknown(value, { known: Object.keys(none), within: `${within}.` }, report);
  const { bucket, refillPerSecond } = value;
  const isBucket = typeof bucket === "number" && bucket >= 1 && bucket <= 1_000_000_000;
  if (!isBucket) report(`${within}.bucket is ${show(bucket)}. Give a number of at least 1.`);
  const isRate = typeof refillPerSecond === "number" && refillPerSecond > 0 && refillPerSecond <= 1_000_000_000;
  if (!isRate) report(`${within}.refillPerSecond is ${show(refillPerSecond)}. Give a number above 0.`);
  return isBucket && isRate ? { bucket, refillPerSecond } : none;
}
