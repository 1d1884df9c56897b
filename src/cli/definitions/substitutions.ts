// The values that fill the placeholders of a definition: those of `--substitute name=value`, else those of the configuration.
import { isPlaceholderName, type Substitutions } from "../../asl/placeholder.ts";
import { noSubstitutions, type SubstitutionSettings } from "../../server/configuration/substitution-settings.ts";
import { readConfiguration } from "../session/load-configuration.ts";
import { UsageError } from "../usage-error.ts";

export interface SubstitutionFlags {
  readonly substitute?: readonly string[];
}

/** The values for the definition of a machine, by its name. */
export type SubstitutionsFor = (machineName: string) => Substitutions;

/** @throws UsageError */
export function substitutionsFor(
  settings: SubstitutionSettings,
  { substitute = [] }: SubstitutionFlags,
): SubstitutionsFor {
  const flags = substitute.map((text) => parseFlag(text));
  const { all, byMachine } = settings;
  return (machineName) => new Map([...all, ...(byMachine.get(machineName) ?? []), ...flags]);
}

function parseFlag(text: string): readonly [name: string, value: string] {
  const [, name = "", value = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (isPlaceholderName(name)) return [name, value];
  throw new UsageError(`--substitute takes a name and a value, as in --substitute TableName=orders.`);
}

/**
 * For commands that need nothing else of the configuration.
 * @param directory where a configuration file is looked for before the working directory.
 * @throws UsageError, ConfigurationError
 */
export async function readSubstitutions(
  flags: SubstitutionFlags & { readonly config?: string },
  directory: string,
): Promise<SubstitutionsFor> {
  const { configuration } = await readConfiguration(flags, [directory, process.cwd()]);
  return substitutionsFor(configuration.substitutions ?? noSubstitutions, flags);
}
