// Finds and reads the configuration: the file `pawl.config.json`, a module whose default export it is, or the text of a variable.
import { statSync } from "node:fs";
import { dirname, extname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { adviceText } from "../../asl/advice/advice.ts";
import { jsonTextProblem } from "../../asl/advice/json-text.ts";
import { ConfigurationError, type FileConfiguration, parseConfiguration } from "./configuration.ts";
import { readTextFile } from "../text-file.ts";

const fileNames = ["pawl.config.json", "pawl.config.js", "pawl.config.mjs", "pawl.config.ts"];

/** The configuration file of a directory, where it has one. */
export function findConfigurationFile(directory: string): string | undefined {
  return fileNames.map((name) => join(directory, name)).find((file) => isFile(file));
}

/**
 * Reads the file anew each time.
 * @param file `undefined` for no file.
 * @throws ConfigurationError whose every line begins with the file.
 */
export async function readConfigurationFile(file: string | undefined): Promise<FileConfiguration> {
  if (file === undefined) return {};
  const path = resolve(file);
  const shown = shownPath(path);
  const value = extname(path) === ".json" ? parseJson(readText(path, shown), shown) : await importDefault(path, shown);
  return checked(value, { directory: dirname(path), shown });
}

/**
 * Reads a configuration that is no file, such as that of a container.
 * @param source the name of the variable that holds the text.
 * @param directory where relative paths start.
 * @throws ConfigurationError whose every line begins with the source.
 */
export function readConfigurationText(
  text: string,
  { source, directory }: { readonly source: string; readonly directory: string },
): FileConfiguration {
  return checked(parseJson(text, source), { directory, shown: source });
}

function checked(
  value: unknown,
  { directory, shown }: { readonly directory: string; readonly shown: string },
): FileConfiguration {
  try {
    return parseConfiguration(value, directory);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(error.message.replaceAll(/^/gm, `${shown}: `));
  }
}

function parseJson(text: string, shown: string): unknown {
  const problem = jsonTextProblem(text);
  if (problem !== undefined) {
    const before = text.slice(0, problem.range.start).split("\n");
    const place = `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
    throw new ConfigurationError(`${shown}:${place}: is not JSON. ${wordless(adviceText(problem))}`);
  }
  return JSON.parse(text);
}

const harmless = new Set(["null", "true", "false"]);

/** The sentence without words of the text: a secret may stand there. */
function wordless(said: string): string {
  return said.replace(/(["'])((?:(?!\1).){2,})\1/g, (quoted, mark: string, word: string) =>
    harmless.has(word) ? quoted : `${mark}…${mark}`,
  );
}

async function importDefault(path: string, shown: string): Promise<unknown> {
  if (![".js", ".mjs", ".cjs", ".ts", ".mts"].includes(extname(path))) {
    throw new ConfigurationError(`${shown} is no configuration file: its name must end in .json, .js, .mjs or .ts.`);
  }
  const text = readText(path, shown);
  try {
    const url = pathToFileURL(path);
    // A module is loaded once per address.
    url.search = `?content=${statSync(path).mtimeMs}-${text.length}`;
    const module = (await import(url.href)) as { readonly default?: unknown };
    return module.default;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`${shown}: cannot be loaded. ${message}`, { cause });
  }
}

function readText(path: string, shown: string): string {
  const read = readTextFile(path, shown);
  if ("text" in read) return read.text;
  throw new ConfigurationError(`${read.problem}.`);
}

/** The path from the working directory, where that is shorter. */
function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.length < path.length ? fromHere : path;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
