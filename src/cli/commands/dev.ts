// `pawl dev`: a server with the workflows of a folder, deployed again on every save.
import { stateMachineArn } from "../../aws/arn.ts";
import type { ArnSpace } from "../../aws/arn.ts";
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { PawlServer } from "../../server/start-server.ts";
import type { FileConfiguration } from "../../server/configuration/configuration.ts";
import { noSubstitutions } from "../../server/configuration/substitution-settings.ts";
import { apiClient, type CallApi, textOf } from "../session/api-client.ts";
import { listDefinitionFiles, shownPath } from "../definitions/definition-file.ts";
import { type SubstitutionFlags, type SubstitutionsFor, substitutionsFor } from "../definitions/substitutions.ts";
import { listMachines } from "../remote/names.ts";
import { FolderWatch } from "../session/folder-watch.ts";
import { FunctionReload } from "../session/function-reload.ts";
import { headingRow, type Place, placeRows, startCommands } from "../session/heading.ts";
import { ownCommand } from "../session/pawl-command.ts";
import { ActivityLines } from "../terminal/activity-lines.ts";
import { functionLineText } from "../terminal/function-lines.ts";
import { interruption } from "../session/interruption.ts";
import { loadConfiguration, type WatchedServerFlags } from "../session/load-configuration.ts";
import { startSession, stoppedText, untilEnd } from "../session/server-session.ts";
import { oneLine, type Paint, paintFor } from "../terminal/terminal.ts";
import { exitCodes, UsageError } from "../usage-error.ts";
import { configuredFor, withFunctions } from "../definitions/configured.ts";
import { WorkflowFolder } from "../definitions/workflow-folder.ts";

function log(message: string, error?: unknown): void {
  say(oneLine(`${message}${error instanceof Error ? ` ${error.message}` : ""}`, 2000));
}

export async function dev(folder: string, flags: WatchedServerFlags & SubstitutionFlags): Promise<number> {
  const directory = resolve(folder);
  requireDirectory(directory, folder);
  const stopped = interruption();
  const { configuration, file } = await loadConfiguration(flags, [directory, process.cwd()]);
  const fill = ({ substitutions = noSubstitutions }: Pick<FileConfiguration, "substitutions">): SubstitutionsFor =>
    substitutionsFor(substitutions, flags);
  const paint = paintFor(process.stdout);
  const started: { session?: PawlServer } = {};
  const activity = new ActivityLines({ isLive: flags.live === true, paint, say, server: () => started.session });
  const session = await startSession(configuration, {
    isHeadless: flags.headless,
    stopped,
    watch: activity.watch(log),
    log,
    functionLog: (line) => say(functionLineText(line, paint)),
  });
  started.session = session;
  let configured = await configuredFor(configuration, process.env);
  let { functions: targets } = configuration;
  const call = apiClient(session);
  const workflows = new WorkflowFolder({
    directory,
    call,
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
    const { arns } = configuration;
    const { url } = session;
    for (const row of headingRows({ ...configuration, directory, url, isHeadless: flags.headless === true }, paint))
      say(row);
    if ((await workflows.refresh()) === 0) say(nothingYet(directory));
    functions.check();
    const folderWatch = new FolderWatch({
      directory,
      async changed(paths) {
        await functions.refresh(paths);
        await workflows.refresh();
      },
      onProblem: (error) => say(error instanceof Error ? error.message : String(error)),
    });
    for (const row of await nextRows({ directory, call, url, arns, paint })) say(row);
    const exitCode = await untilEnd(stopped, session);
    folderWatch.close();
    if (exitCode === exitCodes.succeeded) say(stoppedText(configuration));
    return exitCode;
  } finally {
    for (const open of [functions, activity]) open.close();
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

function headingRows({ directory, ...place }: Place & { readonly directory: string }, paint: Paint): readonly string[] {
  return [`${paint("bold", "Pawl dev")} ${shownPath(directory)}`, ...placeRows(place, paint), ""];
}

function nothingYet(directory: string): string {
  const where = shownPath(directory);
  return `No *.asl.json or *.asl.yaml in ${where} yet; waiting for one (hidden and build folders are left out).`;
}

interface Next {
  readonly directory: string;
  readonly call: CallApi;
  readonly url: string;
  readonly arns: ArnSpace;
  readonly paint: Paint;
}

/** The commands that start an execution of the first machine of the folder, with the input that lies beside its file. */
async function nextRows({ directory, call, url, arns, paint }: Next): Promise<readonly string[]> {
  const files = listDefinitionFiles(directory);
  const deployed = new Set((await listMachines(call)).map((machine) => textOf(machine, "name")));
  const file = files.find(({ name }) => deployed.has(name));
  const watching = paint("dim", "Watching for changes. Ctrl-C stops.");
  if (file === undefined) return [watching];
  const { name, type, path } = file;
  const inputFile = [`${name}.input.json`]
    .map((beside) => join(dirname(path), beside))
    .find((beside) => existsSync(beside));
  const { own, aws } = startCommands({ url, arns, name, type, inputFile });
  return ["", headingRow("Type next", own, paint), headingRow("or", aws, paint), "", watching];
}
