// `pawl dev`: a server with the workflows of a folder, deployed again on every save.
import { stateMachineArn } from "../../aws/arn.ts";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { watchAll } from "../../runtime/executions/watch.ts";
import type { PawlServer } from "../../server/start-server.ts";
import { defaultPort, type FileConfiguration } from "../../server/configuration/configuration.ts";
import { noSubstitutions } from "../../server/configuration/substitution-settings.ts";
import { apiClient } from "../session/api-client.ts";
import { shownPath } from "../definitions/definition-file.ts";
import { type SubstitutionFlags, type SubstitutionsFor, substitutionsFor } from "../definitions/substitutions.ts";
import { ExecutionLines } from "../terminal/execution-lines.ts";
import { FolderWatch } from "../session/folder-watch.ts";
import { FunctionReload } from "../session/function-reload.ts";
import { ownCommand } from "../session/pawl-command.ts";
import { MapRunLines } from "../terminal/map-run-lines.ts";
import { functionLineText } from "../terminal/function-lines.ts";
import {
  interruption,
  loadConfiguration,
  type ServerFlags,
  startSession,
  stoppedText,
  untilEnd,
} from "../session/server-session.ts";
import { oneLine, type Paint, paintFor } from "../terminal/terminal.ts";
import { exitCodes, UsageError } from "../usage-error.ts";
import { configuredFor, withFunctions } from "../definitions/configured.ts";
import { WorkflowFolder } from "../definitions/workflow-folder.ts";

function log(message: string, error?: unknown): void {
  say(oneLine(`${message}${error instanceof Error ? ` ${error.message}` : ""}`, 2000));
}

export async function dev(folder: string, flags: ServerFlags & SubstitutionFlags): Promise<number> {
  const directory = resolve(folder);
  requireDirectory(directory, folder);
  const stopped = interruption();
  const { configuration, file } = await loadConfiguration(flags, [directory, process.cwd()]);
  const fill = ({ substitutions = noSubstitutions }: Pick<FileConfiguration, "substitutions">): SubstitutionsFor =>
    substitutionsFor(substitutions, flags);
  const paint = paintFor(process.stdout);
  const executions = new ExecutionLines({ paint, say });
  const started: { session?: PawlServer } = {};
  const mapRuns = new MapRunLines({ paint, say, mapRuns: () => started.session?.runtime.mapRuns });
  const session = await startSession(configuration, {
    isHeadless: flags.headless,
    watch: watchAll([executions.watch, mapRuns.watch], log),
    log,
    functionLog: (line) => say(functionLineText(line, paint)),
  });
  started.session = session;
  let configured = await configuredFor(configuration, process.env);
  let { functions: targets } = configuration;
  const workflows = new WorkflowFolder({
    directory,
    call: apiClient(session),
    arns: configuration.arns,
    substitutionsFor: fill(configuration),
    configured: () => configured,
    places: () => ({
      ...configured,
      functions: targets,
      lambdaApi: session.lambdaApi,
      homeArn: stateMachineArn(configuration.arns, "any"),
    }),
    paint,
    say,
  });
  const isNamed = flags.config !== undefined;
  const onRead = (read: FileConfiguration): void => {
    targets = read.functions ?? new Map();
    configured = withFunctions(configured, targets);
    workflows.substitute(fill(read));
  };
  const reload = { ...configuration, directory, server: session, file, isNamed, onRead, paint, say };
  const functions = new FunctionReload(reload);
  try {
    await Promise.race([session.recovered, stopped, session.lost]);
    const { db } = configuration;
    sayHeading({ url: session.url, isHeadless: flags.headless === true, db, folder: shownPath(directory), paint });
    if ((await workflows.refresh()) === 0)
      say(
        `No *.asl.json or *.asl.yaml in ${shownPath(directory)} yet; waiting for one (hidden and build folders are left out).`,
      );
    functions.check();
    const folderWatch = new FolderWatch({
      directory,
      async changed(paths) {
        await functions.refresh(paths);
        await workflows.refresh();
      },
      onProblem: (error) => say(error instanceof Error ? error.message : String(error)),
    });
    say(paint("dim", "Watching for changes. Ctrl-C stops."));
    const exitCode = await untilEnd(stopped, session);
    folderWatch.close();
    if (exitCode === exitCodes.succeeded) say(stoppedText(configuration));
    return exitCode;
  } finally {
    for (const open of [functions, executions, mapRuns]) open.close();
    await session.close();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function requireDirectory(directory: string, shown: string): void {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`There is no folder ${shown}. Make it: mkdir -p ${shown}`);
  if (!found.isDirectory()) throw new UsageError(`${shown} is a file. To run it: ${ownCommand()} run ${shown}`);
}

interface Heading {
  readonly url: string;
  readonly isHeadless: boolean;
  readonly db: string;
  readonly folder: string;
  readonly paint: Paint;
}

function sayHeading({ url, isHeadless, db, folder, paint }: Heading): void {
  const row = (label: string, text: string): string => `  ${paint("dim", label.padEnd(9))} ${text}`;
  const port = url.slice(url.lastIndexOf(":") + 1);
  const options = Number(port) === defaultPort ? "" : ` --port ${port}`;
  const lines = [
    `${paint("bold", "Pawl dev")} ${folder}`,
    row("API", isHeadless ? url : `${url}  (in a browser, the console)`),
    row("Data", db === "memory" ? "memory" : shownPath(db)),
    row("Type next", `eval "$(${ownCommand(true)} env${options})"; aws stepfunctions list-state-machines`),
    "",
  ];
  for (const line of lines) say(line);
}
