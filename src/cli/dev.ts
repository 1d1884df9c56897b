// `pawl dev`: a server with the workflows of a folder, deployed again on every save.
import { statSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { ConfigurationError, defaultPort } from "../server/configuration.ts";
import { findConfigurationFile, readConfigurationFile } from "../server/configuration-file.ts";
import type { PawlServer } from "../server/start-server.ts";
import { apiClient } from "./api-client.ts";
import { shownPath } from "./definition-file.ts";
import { FolderWatch } from "./folder-watch.ts";
import { byLine } from "./serve.ts";
import {
  interruption,
  loadConfiguration,
  ownCommand,
  type ServerFlags,
  startSession,
  stoppedText,
} from "./server-session.ts";
import { type Paint, paintFor, printable } from "./terminal.ts";
import { exitCodes, UsageError } from "./usage-error.ts";
import { WorkflowFolder } from "./workflow-folder.ts";

export async function dev(folder: string, flags: ServerFlags): Promise<number> {
  const directory = resolve(folder);
  requireDirectory(directory, folder);
  const stopped = interruption();
  const { configuration, file } = await loadConfiguration(flags, [directory, process.cwd()]);
  const paint = paintFor(process.stdout);
  const server = await startSession(configuration, {
    log: (message, error) => say(`${message}${error instanceof Error ? ` ${error.message}` : ""}`),
    functionLog: byLine((line) => say(`    ${paint("dim", "│")} ${printable(line)}`)),
  });
  const workflows = new WorkflowFolder({
    directory,
    call: apiClient(server),
    arns: configuration.arns,
    paint,
    say,
  });
  try {
    await server.recovered;
    const { db } = configuration;
    for (const line of heading({ url: server.url, db, folder: shownPath(directory), paint })) say(line);
    if ((await workflows.refresh()) === 0)
      say(`No *.asl.json or *.asl.yaml in ${shownPath(directory)} yet; waiting for one.`);
    const functions = new FunctionReload({ directory, server, file, isNamed: flags.config !== undefined, paint });
    const folderWatch = new FolderWatch({
      directory,
      async changed(paths) {
        await functions.refresh(paths);
        await workflows.refresh();
      },
      onProblem: (error) => say(error instanceof Error ? error.message : String(error)),
    });
    say(paint("dim", "Watching for changes. Ctrl-C stops."));
    await Promise.race([stopped, server.lost]);
    folderWatch.close();
    say(stoppedText(configuration));
    return exitCodes.succeeded;
  } finally {
    await server.close();
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
  readonly db: string;
  readonly folder: string;
  readonly paint: Paint;
}

function heading({ url, db, folder, paint }: Heading): readonly string[] {
  const row = (label: string, text: string): string => `  ${paint("dim", label.padEnd(9))} ${text}`;
  const port = url.slice(url.lastIndexOf(":") + 1);
  const options = Number(port) === defaultPort ? "" : ` --port ${port}`;
  return [
    `${paint("bold", "Pawl dev")} ${folder}`,
    row("API", url),
    row("Data", db === "memory" ? "memory" : shownPath(db)),
    row("Type next", `eval "$(${ownCommand(true)} env${options})"; aws stepfunctions list-state-machines`),
    "",
  ];
}

interface FunctionReloadOptions {
  readonly directory: string;
  readonly server: PawlServer;
  /** The configuration file in use. */
  readonly file: string | undefined;
  /** It was named on the command line: no other takes its place. */
  readonly isNamed: boolean;
  readonly paint: Paint;
}

/** Takes up changes of function modules and of the functions in the configuration. */
class FunctionReload {
  readonly #options: FunctionReloadOptions;

  constructor(options: FunctionReloadOptions) {
    this.#options = options;
  }

  async refresh(paths: ReadonlySet<string>): Promise<void> {
    const { directory, server, isNamed, paint } = this.#options;
    const file = isNamed ? this.#options.file : (findConfigurationFile(directory) ?? this.#options.file);
    const isConfiguration = file !== undefined && paths.has(resolve(file));
    if (isConfiguration) {
      try {
        const { functions } = await readConfigurationFile(file);
        server.reloadFunctions(functions);
        say(`${paint("green", "reloaded ")}  functions of ${basename(file ?? "")}; other settings need a restart`);
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        say(`${paint("red", "problem  ")}  ${error.message.replaceAll("\n", "\n           ")}`);
      }
      return;
    }
    const modules = [...paths].filter((path) => /^\.([cm]?[jt]s|node|wasm)$/.test(extname(path)));
    if (modules.length === 0) return;
    server.reloadFunctions();
    say(`${paint("green", "reloaded ")}  ${modules.map((path) => shownPath(path)).join(", ")}`);
  }
}
