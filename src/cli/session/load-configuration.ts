// The configuration that a command works with: flags, the environment, and a file that is named or lies in one of its folders,
// or a variable that holds what a file would, since a container may have none.
import type { Configuration, ConfigurationFlags, FileConfiguration } from "../../server/configuration/configuration.ts";
import { ConfigurationError, resolveConfiguration } from "../../server/configuration/configuration.ts";
import {
  findConfigurationFile,
  readConfigurationFile,
  readConfigurationText,
} from "../../server/configuration/configuration-file.ts";

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
  /** Where it was read; absent when there is no file, or a variable instead. */
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
  const { PAWL_CONFIG: namedFile = "", PAWL_CONFIG_JSON: text = "" } = process.env;
  if (text !== "" && flags.config === undefined) {
    if (namedFile !== "")
      throw new ConfigurationError("PAWL_CONFIG and PAWL_CONFIG_JSON are both set. Leave one of them out.");
    const configuration = readConfigurationText(text, { source: "PAWL_CONFIG_JSON", directory: process.cwd() });
    return { configuration, file: undefined };
  }
  const named = flags.config ?? (namedFile || undefined);
  const file =
    named ?? directories.map((directory) => findConfigurationFile(directory)).find((found) => found !== undefined);
  return { configuration: await readConfigurationFile(file), file };
}
