// Function modules under `pawl dev`: changes are taken up, and what cannot be loaded is told before anybody calls it.
import { basename, extname, resolve } from "node:path";
import { ConfigurationError, type FileConfiguration } from "../../server/configuration/configuration.ts";
import { findConfigurationFile, readConfigurationFile } from "../../server/configuration/configuration-file.ts";
import type { PawlServer } from "../../server/start-server.ts";
import type { LoadProblem } from "../../tasks/functions/load-check.ts";
import { shownPath } from "../definitions/definition-file.ts";
import { oneLine, type Paint } from "../terminal/terminal.ts";

export interface FunctionReloadOptions {
  readonly directory: string;
  readonly server: Pick<PawlServer, "reloadFunctions" | "functionProblems">;
  /** The configuration file in use. */
  readonly file: string | undefined;
  /** It was named on the command line: no other takes its place. */
  readonly isNamed: boolean;
  /** Told of a file that was read again. */
  readonly onRead: (configuration: FileConfiguration) => void;
  readonly paint: Paint;
  readonly say: (line: string) => void;
}

/** Takes up changes of function modules and of the functions in the configuration. */
export class FunctionReload {
  readonly #options: FunctionReloadOptions;
  #check = new AbortController();

  constructor(options: FunctionReloadOptions) {
    this.#options = options;
  }

  async refresh(paths: ReadonlySet<string>): Promise<void> {
    const { directory, server, isNamed, paint, say } = this.#options;
    const file = isNamed ? this.#options.file : (findConfigurationFile(directory) ?? this.#options.file);
    if (file !== undefined && paths.has(resolve(file))) return this.#readAgain(file);
    const modules = [...paths].filter((path) => isCode(path));
    if (modules.length === 0) return;
    server.reloadFunctions();
    say(`${paint("green", "reloaded ")}  ${modules.map((path) => shownPath(path)).join(", ")}`);
    this.check();
  }

  /** Tells which modules cannot be loaded, when that is known; a check under way is given up for the new one. */
  check(): void {
    this.#check.abort();
    this.#check = new AbortController();
    const { server, paint, say } = this.#options;
    const told = (problem: LoadProblem): void => say(`${paint("red", "problem  ")}  ${loadProblemText(problem)}`);
    void server.functionProblems(this.#check.signal).then((problems) => problems.forEach(told));
  }

  close(): void {
    this.#check.abort();
  }

  async #readAgain(file: string): Promise<void> {
    const { server, paint, say } = this.#options;
    try {
      const configuration = await readConfigurationFile(file);
      const { functions = new Map() } = configuration;
      server.reloadFunctions(functions);
      this.#options.onRead(configuration);
      const reloaded = `functions and substitutions of ${basename(file)}; other settings need a restart`;
      say(`${paint("green", "reloaded ")}  ${reloaded}`);
      this.check();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      say(`${paint("red", "problem  ")}  ${error.message.replaceAll("\n", "\n           ")}`);
    }
  }
}

/** Code of any runtime; a custom one is a file without an extension. */
function isCode(path: string): boolean {
  return /^\.([cm]?[jt]s|node|wasm|py|rb|jar|class|dll)$/.test(extname(path)) || basename(path) === "bootstrap";
}

/** The end says how to mend it. */
const longestProblem = 600;

export function loadProblemText({ functionName, path, line, message }: LoadProblem): string {
  const place = `${shownPath(path)}${line === undefined ? "" : `:${line}`}`;
  return `${oneLine(place)}: function ${functionName} cannot be loaded: ${oneLine(message, longestProblem)}`;
}
