// What a server is told: by flags, the environment, a configuration file and defaults, in this order of precedence.
// Pure; configuration-file.ts reads the file.
import { resolve } from "node:path";
import type { ArnSpace } from "../../aws/arn.ts";
import type { Limits } from "../../engine/turn.ts";
import type { Quotas } from "../../runtime/starts/quotas.ts";
import { FunctionConfigError, type FunctionTargets, parseFunctionConfig } from "../../tasks/functions/config.ts";
import type { RateLimits } from "../../api/rate-limit.ts";
import { type AuthConfiguration, authOf, keysWanted, rateLimitsOf } from "./access.ts";
import { type OutletsConfiguration, outletsOf, resolveOutlets } from "./telemetry-targets.ts";
import { isMembers, type Members, type Report, reportUnknown, show, textOf, typeName } from "./checks.ts";
import { resolveTracing, type TracingConfiguration, type TracingMember, tracingOf } from "./tracing.ts";

export type UnknownOutcome = "perform" | "fail";

/** The content of a configuration file, checked. Its paths are absolute. */
export interface FileConfiguration extends OutletsConfiguration {
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly db?: string | undefined;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly unknownOutcome?: UnknownOutcome | undefined;
  readonly functions: FunctionTargets;
  readonly limits: Partial<Limits & Quotas>;
  readonly auth?: AuthConfiguration | undefined;
  readonly rateLimits?: RateLimits | undefined;
  readonly keyFile?: string | undefined;
  readonly tracing?: TracingMember | undefined;
  readonly mocks?: string | undefined;
}

/** As the command line gives them. */
export interface ConfigurationFlags {
  readonly port?: string | undefined;
  readonly host?: string | undefined;
  readonly db?: string | undefined;
}

export interface Configuration extends OutletsConfiguration {
  readonly port: number;
  readonly host: string;
  /** An absolute path, or `memory`. */
  readonly db: string;
  readonly arns: ArnSpace;
  readonly unknownOutcome: UnknownOutcome;
  readonly functions: FunctionTargets;
  readonly limits: Partial<Limits & Quotas>;
  readonly auth?: AuthConfiguration | undefined;
  readonly rateLimits?: RateLimits | undefined;
  /** An absolute path, of the keys that encrypt the database file; absent when it is not encrypted. */
  readonly keyFile?: string | undefined;
  /** Absent when nothing is traced. */
  readonly tracing?: TracingConfiguration | undefined;
  /** A mock file of Step Functions Local, by an absolute path. */
  readonly mocks?: string | undefined;
}

export interface ConfigurationSources {
  readonly flags: ConfigurationFlags;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file: FileConfiguration;
  /** Where relative paths of flags and the environment start. */
  readonly directory: string;
}

/** The configuration cannot be used; the message lists every problem, one a line. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

export const noFileConfiguration: FileConfiguration = { functions: new Map(), limits: {} };
export const defaultPort = 8083;
const defaults = { port: defaultPort, host: "127.0.0.1", account: "123456789012", region: "us-east-1" };

/** @throws ConfigurationError */
export function resolveConfiguration({ flags, environment, file, directory }: ConfigurationSources): Configuration {
  const problems: string[] = [];
  const report: Report = (problem) => problems.push(problem);
  const from = (name: string): string | undefined => environment[name] || undefined;
  const path = (db: string | undefined): string | undefined =>
    db === undefined || db === "memory" ? db : resolve(directory, db);
  const port = portOf("--port", flags.port, report) ?? portOf("PAWL_PORT", from("PAWL_PORT"), report);
  const hosts = [
    ["--host", hostOf("--host", flags.host, report)],
    ["PAWL_HOST", hostOf("PAWL_HOST", from("PAWL_HOST"), report)],
    ["host", file.host],
  ] as const;
  const [hostSource, host = defaults.host] = hosts.find(([, given]) => given !== undefined) ?? ["host"];
  if (!isLoopback(host) && file.auth === undefined) report(keysWanted(hostSource, host));
  const region =
    regionOf("AWS_REGION", from("AWS_REGION"), report) ??
    regionOf("AWS_DEFAULT_REGION", from("AWS_DEFAULT_REGION"), report) ??
    file.region ??
    defaults.region;
  const account = accountOf("PAWL_ACCOUNT", from("PAWL_ACCOUNT"), report) ?? file.account ?? defaults.account;
  const db = path(flags.db) ?? path(from("PAWL_DB")) ?? file.db ?? resolve(directory, ".pawl", "pawl.db");
  const namedKeyFile = from("PAWL_KEY_FILE");
  const keyFile = namedKeyFile === undefined ? file.keyFile : resolve(directory, namedKeyFile);
  const outlets = resolveOutlets(environment, file, { directory, report });
  if (flags.db === "") report("--db is empty. Give a file, or memory.");
  const tracing = resolveTracing(environment, file.tracing, report);
  if (problems.length > 0) throw new ConfigurationError(problems.join("\n"));
  return {
    port: port ?? file.port ?? defaults.port,
    host,
    db,
    arns: { partition: partitionOf(region), region, account },
    unknownOutcome: file.unknownOutcome ?? "perform",
    functions: file.functions,
    limits: file.limits,
    auth: file.auth,
    rateLimits: file.rateLimits,
    ...outlets,
    keyFile,
    tracing,
    mocks: file.mocks,
  };
}

/**
 * @param value the parsed content.
 * @param directory where relative paths start: the file's own.
 * @throws ConfigurationError
 */
export function parseConfiguration(value: unknown, directory: string): FileConfiguration {
  if (!isMembers(value)) {
    throw new ConfigurationError(`is ${typeName(value)}. Make it an object, such as { "port": 8084 }.`);
  }
  const problems: string[] = [];
  const report: Report = (problem) => problems.push(problem);
  reportUnknown(value, { known: memberNames, within: "" }, report);
  const functions = functionsOf(value, directory, report);
  const db = textOf("db", value["db"], report);
  const mocks = textOf("mocks", value["mocks"], report);
  const configuration: FileConfiguration = {
    port: typeof value["port"] === "string" ? textPort(report) : portOf("port", value["port"], report),
    host: hostOf("host", value["host"], report),
    db: db === undefined || db === "memory" ? db : resolve(directory, db),
    account: accountOf("account", value["account"], report),
    region: regionOf("region", value["region"], report),
    unknownOutcome: unknownOutcomeOf(value["unknownOutcome"], report),
    functions,
    limits: limitsOf(value["limits"], report),
    auth: authOf(value["auth"], directory, report),
    rateLimits: rateLimitsOf(value["rateLimits"], report),
    ...outletsOf(value, directory, report),
    keyFile: keyFileOf(value["encryption"], directory, report),
    tracing: tracingOf(value["tracing"], report),
    mocks: mocks === undefined ? undefined : resolve(directory, mocks),
  };
  if (problems.length > 0) throw new ConfigurationError(problems.join("\n"));
  return configuration;
}

const memberNames = [
  "port",
  "host",
  "db",
  "account",
  "region",
  "functions",
  "limits",
  "unknownOutcome",
  "auth",
  "rateLimits",
  "logging",
  "events",
  "tracing",
  "encryption",
  "mocks",
];

function functionsOf(value: Members, directory: string, report: Report): FunctionTargets {
  try {
    return parseFunctionConfig(value["functions"], directory);
  } catch (error) {
    if (!(error instanceof FunctionConfigError)) throw error;
    for (const problem of error.message.split("\n")) report(problem);
    return new Map();
  }
}

function portOf(name: string, value: unknown, report: Report): number | undefined {
  if (value === undefined) return undefined;
  const text = String(value);
  if ((typeof value === "string" || typeof value === "number") && /^\d{1,5}$/.test(text) && Number(text) <= 65_535) {
    return Number(text);
  }
  report(`${name} is ${show(value)}. Give a port from 0 (any free one) to 65535.`);
  return undefined;
}

function textPort(report: Report): undefined {
  report("port is a text. Make it a number, such as 8084.");
}

function hostOf(name: string, value: unknown, report: Report): string | undefined {
  const host = textOf(name, value, report);
  if (host === undefined || /^[A-Za-z0-9.:-]{1,253}$/.test(host)) return host;
  report(`${name} is ${show(host)}. Give an address or a name of this machine, such as 127.0.0.1.`);
  return undefined;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function accountOf(name: string, value: unknown, report: Report): string | undefined {
  const account = textOf(name, value, report);
  if (account === undefined || /^\d{12}$/.test(account)) return account;
  report(`${name} is ${show(account)}. Give an account of 12 digits, such as "123456789012".`);
  return undefined;
}

function regionOf(name: string, value: unknown, report: Report): string | undefined {
  const region = textOf(name, value, report);
  if (region === undefined || /^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/.test(region)) return region;
  report(`${name} is ${show(region)}. Give a region such as us-east-1.`);
  return undefined;
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

function unknownOutcomeOf(value: unknown, report: Report): UnknownOutcome | undefined {
  if (value === undefined || value === "perform" || value === "fail") return value;
  report(
    `unknownOutcome is ${show(value)}. Give "perform" (a call that was in flight when Pawl died is made again) or "fail".`,
  );
  return undefined;
}

/** Member of the file, and what it is called within. */
const limitNames = {
  historyEvents: "maxHistoryEvents",
  inlineConcurrency: "maxInlineConcurrency",
  stateMachines: "maxStateMachines",
  activities: "maxActivities",
  openExecutions: "maxOpenExecutions",
  activityWorkers: "maxActivityWorkers",
} as const satisfies Readonly<Record<string, keyof (Limits & Quotas)>>;

function limitsOf(value: unknown, report: Report): Partial<Limits & Quotas> {
  if (value === undefined) return {};
  if (!isMembers(value)) {
    report(`limits is ${typeName(value)}. Make it an object, such as { "historyEvents": 100000 }.`);
    return {};
  }
  reportUnknown(value, { known: Object.keys(limitNames), within: "limits." }, report);
  const limits: [string, number][] = [];
  for (const [name, limit] of Object.entries(limitNames)) {
    const { [name]: count } = value;
    if (count === undefined) continue;
    const isCount = typeof count === "number" && Number.isSafeInteger(count);
    if (isCount && count >= 1 && count <= 1_000_000_000) limits.push([limit, count]);
    else report(`limits.${name} is ${show(count)}. Give a whole number from 1 to 1000000000.`);
  }
  return Object.fromEntries(limits);
}

function keyFileOf(value: unknown, directory: string, report: Report): string | undefined {
  if (value === undefined) return undefined;
  if (!isMembers(value)) {
    report(`encryption is ${typeName(value)}. Make it an object, such as { "keyFile": "pawl.key" }.`);
    return undefined;
  }
  reportUnknown(value, { known: ["keyFile"], within: "encryption." }, report);
  const { keyFile } = value;
  // Who took it for the key itself must not read it in a log.
  if (typeof keyFile === "string" && keyFile !== "") return resolve(directory, keyFile);
  report(`encryption.keyFile is ${typeName(keyFile)}. Give the name of a file; make one: pawl key -o pawl.key`);
  return undefined;
}
