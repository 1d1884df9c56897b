// The configuration of a server: it is told by flags, the environment, a configuration file and defaults, in this order of precedence.
// Pure; configuration-file.ts reads the file, and settings.ts has the table of what may be said.
import type { ArnSpace } from "../../aws/arn.ts";
import type { Limits } from "../../engine/turn.ts";
import type { Quotas } from "../../runtime/starts/quotas.ts";
import { keysWanted } from "./access.ts";
import type { FunctionLimits } from "../../tasks/functions/process-bound.ts";
import type { ConnectionLimits } from "../connections.ts";
import { settings } from "./settings.ts";
import { type TracingConfiguration, tracingOf } from "./tracing-settings.ts";
import { type Environment, type Given, object, type Resolved, resolveFields, wordsOf } from "./walk.ts";

/** The content of a configuration file, checked. Its paths are absolute. */
export type FileConfiguration = Given<typeof settings>;

/** The texts of the command line, by the names of their settings. */
export type ConfigurationFlags = {
  readonly [K in keyof typeof settings as (typeof settings)[K] extends { readonly flag: string } ? K : never]?:
    string | undefined;
};

/** The settings of the table; paths are absolute. */
export interface Configuration extends Omit<
  Resolved<typeof settings>,
  "account" | "region" | "encryption" | "limits" | "tracing"
> {
  readonly arns: ArnSpace;
  readonly limits: Partial<Limits & Quotas & ConnectionLimits & FunctionLimits>;
  /** The keys that encrypt the database file; absent when it is not encrypted. */
  readonly keyFile: string | undefined;
  /** Absent when nothing is traced. */
  readonly tracing: TracingConfiguration | undefined;
}

export interface ConfigurationSources {
  readonly flags: ConfigurationFlags;
  readonly environment: Environment;
  readonly file: FileConfiguration;
  /** The folder in which relative paths of flags and the environment start. */
  readonly directory: string;
}

/** The configuration cannot be used; the message lists every problem, one a line. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

export const defaultPort = settings.port.default;

/** @throws ConfigurationError */
export function resolveConfiguration({ file, ...sources }: ConfigurationSources): Configuration {
  const problems: string[] = [];
  const report = (problem: string): number => problems.push(problem);
  const resolved = resolveFields(settings, file, { ...sources, report });
  const { account, region, encryption, limits, tracing, ...rest } = resolved;
  const { host, auth } = rest;
  if (!isLoopback(host) && auth === undefined) {
    const source = wordsOf("host", settings.host, sources).find(({ words }) => words === host);
    report(keysWanted(source?.name ?? "host", host));
  }
  const traced = tracingOf(tracing, { ...sources, report });
  if (problems.length > 0) throw new ConfigurationError(problems.join("\n"));
  return {
    ...rest,
    arns: { partition: partitionOf(region), region, account },
    limits: engineLimits(limits),
    keyFile: encryption.keyFile,
    tracing: traced,
  };
}

/**
 * @param value the parsed content.
 * @param directory where relative paths start: the file's own.
 * @throws ConfigurationError
 */
export function parseConfiguration(value: unknown, directory: string): FileConfiguration {
  const problems: string[] = [];
  const report = (problem: string): number => problems.push(problem);
  const configuration = object(settings, '{ "port": 8084 }').read(value, { name: "", directory, report });
  if (configuration === undefined || problems.length > 0) throw new ConfigurationError(problems.join("\n"));
  return configuration;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** The engine calls `historyEvents` `maxHistoryEvents`, and so with the others. */
function engineLimits(
  limits: Readonly<Record<string, number | undefined>>,
): Partial<Limits & Quotas & ConnectionLimits & FunctionLimits> {
  const named = Object.entries(limits).map(([name, count]) => [
    `max${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    count,
  ]);
  return Object.fromEntries(named.filter(([, count]) => count !== undefined));
}
