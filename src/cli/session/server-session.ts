// The session of a command that starts a server: reading the configuration, starting, and stopping on Ctrl-C.
import { constants } from "node:os";
import { join } from "node:path";
import type { Configuration, ConfigurationFlags, FileConfiguration } from "../../server/configuration/configuration.ts";
import { readAccessKeys } from "../../server/configuration/access.ts";
import { ConfigurationError, resolveConfiguration } from "../../server/configuration/configuration.ts";
import { readMasterKeys } from "../../server/configuration/key-file.ts";
import { findConfigurationFile, readConfigurationFile } from "../../server/configuration/configuration-file.ts";
import { StartError } from "../../server/listen.ts";
import { type PawlServer, type ServerOptions, startServer } from "../../server/start-server.ts";
import { textsOf } from "../../tasks/http/connection.ts";
import { exitCodes } from "../usage-error.ts";
import { nextCommand } from "./next-command.ts";

export interface ServerFlags extends ConfigurationFlags {
  readonly config?: string;
  readonly headless?: boolean;
}

/** The flags of a server that a person watches. */
export interface WatchedServerFlags extends ServerFlags {
  /** Tells of every state. */
  readonly live?: boolean;
}

export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** Where it was read; absent when there is no file. */
  readonly file: string | undefined;
}

/**
 * @param directories where a configuration file is looked for, the first that has one wins; the flag and the environment come first.
 * @throws ConfigurationError
 */
export async function loadConfiguration(
  flags: ServerFlags,
  directories: readonly string[],
): Promise<LoadedConfiguration> {
  const { configuration: read, file } = await readConfiguration(flags, directories);
  const configuration = resolveConfiguration({
    flags,
    environment: process.env,
    file: read,
    directory: process.cwd(),
  });
  return { configuration, file };
}

interface ReadConfiguration {
  /** The file's alone. */
  readonly configuration: FileConfiguration;
  readonly file: string | undefined;
}

/** @throws ConfigurationError */
export async function readConfiguration(
  flags: Pick<ServerFlags, "config">,
  directories: readonly string[],
): Promise<ReadConfiguration> {
  const named = flags.config ?? (process.env["PAWL_CONFIG"] || undefined);
  const file =
    named ?? directories.map((directory) => findConfigurationFile(directory)).find((found) => found !== undefined);
  return { configuration: await readConfigurationFile(file), file };
}

export type SessionOptions = Pick<ServerOptions, "log" | "notice" | "functionLog" | "watch" | "isHeadless" | "clock">;

/**
 * @param whole the configuration that was given, where not all of it counts: its secrets stay secret.
 * @throws StartError, ConfigurationError
 */
export async function startSession(
  configuration: Configuration,
  session: SessionOptions,
  whole = configuration,
): Promise<PawlServer> {
  const environment = { ...process.env };
  const auth = authOf(configuration);
  const masterKeys = masterKeysOf(configuration);
  const notice = session.notice ?? ((message) => session.log(message));
  const own = { secretVariables: secretVariablesOf(whole), ownKeyIds: whole.auth?.keys.map((key) => key.accessKeyId) };
  const options = { ...configuration, ...session, ...own, environment, auth, masterKeys, notice };
  return startServer(options).catch((error: unknown) => adviseNext(error, configuration));
}

/** @throws StartError that ends with the command to type next, where there is one. */
async function adviseNext(error: unknown, { port }: Configuration): Promise<never> {
  if (!(error instanceof StartError)) throw error;
  const command = await nextCommand(error, port);
  throw command === undefined ? error : new StartError(`${error.message}\nType next:  ${command}`, { cause: error });
}

function authOf({ auth }: Configuration): ServerOptions["auth"] {
  if (auth === undefined) return undefined;
  const { keys, problems } = readAccessKeys(auth, process.env);
  if (problems.length > 0) throw new ConfigurationError(problems.join("\n"));
  return { keys };
}

/** The variables that hold secrets of the server's own: those of its keys, and of the connections of HTTP tasks. */
function secretVariablesOf({ auth, connections }: Configuration): readonly string[] {
  const keys = (auth?.keys ?? []).map(({ secret }) => secret);
  const sources = [...keys, ...[...connections.values()].flatMap(textsOf)];
  return sources.flatMap((source) => (source.kind === "variable" ? [source.name] : []));
}

/** Data that are only in memory need none. */
function masterKeysOf({ db, keyFile }: Configuration): ServerOptions["masterKeys"] {
  return db === "memory" || keyFile === undefined ? undefined : readMasterKeys(keyFile);
}

/** Within it the same wish arrives twice: npm passes on what the terminal, or a supervisor, has sent to everybody already. */
const echoMs = 200;

/** Settles at the first Ctrl-C or request to end; a second one later ends the process at once. */
export function interruption(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const receive = (name: NodeJS.Signals): void => {
      if (firstAt !== undefined && performance.now() - firstAt > echoMs) process.exit(128 + constants.signals[name]);
      firstAt ??= performance.now();
      resolve();
    };
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, receive);
  });
}

/** Settles with the exit code when the server is to be closed: it was asked to end, or has lost its data. */
export function untilEnd(stopped: Promise<void>, { lost }: Pick<PawlServer, "lost">): Promise<number> {
  return Promise.race([stopped.then(() => exitCodes.succeeded), lost.then(() => exitCodes.failed)]);
}

/** The last line of a server that a person watches, and that was asked to end. */
export function stoppedText({ db }: Pick<Configuration, "db">): string {
  return db === "memory" ? "\nStopped; the data were in memory and are gone." : "\nStopped; the data stay.";
}

export const packageRoot = join(import.meta.dirname, "..", "..", "..");
