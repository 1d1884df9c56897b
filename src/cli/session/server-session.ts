// The session of a command that starts a server: starting, and stopping on Ctrl-C.
import type { Configuration } from "../../server/configuration/configuration.ts";
import { readAccessKeys } from "../../server/configuration/access.ts";
import { ConfigurationError } from "../../server/configuration/configuration.ts";
import { isPostgresUrl } from "../../server/configuration/cluster-settings.ts";
import { readMasterKeys } from "../../server/configuration/key-file.ts";
import { StartError } from "../../server/listen.ts";
import { type PawlServer, type ServerOptions, startServer } from "../../server/start-server.ts";
import { textsOf } from "../../tasks/http/connection.ts";
import { outputIsLog } from "../terminal/outputs.ts";
import { exitCodes } from "../usage-error.ts";
import { nextCommand } from "./next-command.ts";

export type SessionOptions = Pick<
  ServerOptions,
  "log" | "notice" | "functionLog" | "watch" | "isHeadless" | "clock" | "stopped"
>;

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

/** Variables that lead to the database, which its clients read. */
const databaseVariables = ["PAWL_DB", "PGPASSWORD", "PGPASSFILE"];

/** The variables that hold secrets of the server's own: those of its database, its keys, and the connections of HTTP tasks; a whole configuration may. */
function secretVariablesOf({ db, auth, connections }: Configuration): readonly string[] {
  const keys = (auth?.keys ?? []).map(({ secret }) => secret);
  const sources = [...keys, ...[...connections.values()].flatMap(textsOf)];
  const named = ["PAWL_CONFIG_JSON", ...sources.flatMap((source) => (source.kind === "variable" ? [source.name] : []))];
  return isPostgresUrl(db) ? [...named, ...databaseVariables] : named;
}

/** Data that are only in memory need none. */
function masterKeysOf({ db, keyFile }: Configuration): ServerOptions["masterKeys"] {
  return db === "memory" || keyFile === undefined ? undefined : readMasterKeys(keyFile);
}

/** Settles with the exit code when the server is to be closed: it was asked to end, or has lost its data. */
export function untilEnd(stopped: Promise<void>, { lost }: Pick<PawlServer, "lost">): Promise<number> {
  outputIsLog();
  return Promise.race([stopped.then(() => exitCodes.succeeded), lost.then(() => exitCodes.failed)]);
}

/** The last line of a server that a person watches, and that was asked to end. */
export function stoppedText({ db }: Pick<Configuration, "db">): string {
  return db === "memory" ? "\nStopped; the data were in memory and are gone." : "\nStopped; the data stay.";
}
