// The workflows of a folder, brought to the server whenever their files change.
import { parseJson } from "../../asl/json.ts";
import { fillPlaceholders } from "../../asl/placeholder.ts";
import { maxDefinitionBytes } from "../../asl/validate/validate.ts";
import type { ArnSpace } from "../../aws/arn.ts";
import { ApiRefusal, type CallApi } from "../session/api-client.ts";
import { type CheckedDefinition, checkDefinition, hasErrors } from "./check-definition.ts";
import {
  type DefinitionFile,
  definitionFileOf,
  listDefinitionFiles,
  readSource,
  shownPath,
  UnreadableFile,
} from "./definition-file.ts";
import { type Deployed, deploy } from "./deploy.ts";
import { renderProblem } from "./problem-text.ts";
import type { Configured } from "./configured.ts";
import { nearMisses } from "./misnamed-files.ts";
import type { SubstitutionsFor } from "./substitutions.ts";
import { type KnownPlaces, taskPlaces } from "./task-places.ts";
import { type Paint, printable } from "../terminal/terminal.ts";
import { UsageError } from "../usage-error.ts";

export interface WorkflowFolderOptions {
  readonly directory: string;
  readonly call: CallApi;
  readonly arns: ArnSpace;
  readonly substitutionsFor: SubstitutionsFor;
  /** As of now. */
  readonly configured: () => Configured;
  /** Where tasks go, as of now. */
  readonly places: () => KnownPlaces;
  readonly paint: Paint;
  readonly say: (line: string) => void;
}

/** The lines that were said of a file. */
interface Seen {
  /** With its substitutions. */
  readonly text: string;
  readonly isDeployed: boolean;
  /** Other files of its name, which keep it from being deployed. */
  readonly rivals: string;
  /** The problems that were told. */
  readonly problems: string;
}

/** States that a line names. */
const mostNamed = 5;

export class WorkflowFolder {
  readonly #options: WorkflowFolderOptions;
  readonly #seen = new Map<string, Seen>();
  /** The files that the machines are of, by the names of these. */
  readonly #owners = new Map<string, string>();
  #substitutionsFor: SubstitutionsFor;
  /** The configuration was read since problems were told. */
  #isConfigurationNew = false;
  /** Files that were said to be no workflows. */
  #ignored: ReadonlySet<string> = new Set();

  constructor(options: WorkflowFolderOptions) {
    this.#options = options;
    this.#substitutionsFor = options.substitutionsFor;
  }

  /** From the next refresh on. */
  substitute(substitutionsFor: SubstitutionsFor): void {
    this.#substitutionsFor = substitutionsFor;
    this.#isConfigurationNew = true;
  }

  /** Deploys what has changed, by content: saving without a change does nothing. @returns how many files there are. */
  async refresh(): Promise<number> {
    const files = listDefinitionFiles(this.#options.directory);
    const byName = Map.groupBy(files, ({ name }) => name);
    this.#sayGone(files, byName);
    const isConfigurationNew = this.#isConfigurationNew;
    this.#isConfigurationNew = false;
    for (const file of files) await this.#look(file, this.#rivalsOf(file, byName), isConfigurationNew);
    this.#sayIgnored();
    return files.length;
  }

  async #look(file: DefinitionFile, rivals: readonly DefinitionFile[], isConfigurationNew: boolean): Promise<void> {
    const text = this.#read(file.path);
    if (text === undefined) return;
    const filled = fillPlaceholders(text, this.#substitutionsFor(file.name), 2 * maxDefinitionBytes)?.text ?? text;
    const before = this.#seen.get(file.path);
    const rivalPaths = rivals.map(({ path }) => shownPath(path)).join(", ");
    if (before?.text === filled && before.rivals === rivalPaths) {
      if (isConfigurationNew && rivals.length === 0) this.#checkAgain(file, text, before);
      return;
    }
    const seen = { text: filled, rivals: rivalPaths };
    if (rivals.length > 0) {
      const isOwned = this.#owners.has(file.name);
      if (isOwned || rivals.every(({ path }) => file.path < path)) this.#refuseDouble(file, rivalPaths);
      this.#seen.set(file.path, { ...seen, isDeployed: false, problems: "" });
    } else this.#seen.set(file.path, { ...seen, ...(await this.#deploy(file, text)) });
  }

  /** A file that went away between listing and reading is looked at again with the change that it is. */
  #read(path: string): string | undefined {
    try {
      return readSource(path);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const before = this.#seen.get(path);
      if (error instanceof UnreadableFile && before?.problems !== error.message) {
        this.#sayLine("red", "problem", printable(error.message));
        this.#seen.set(path, { text: "", rivals: "", isDeployed: false, ...before, problems: error.message });
      }
      return undefined;
    }
  }

  /**
   * Files of the same name that keep one from being deployed: all others, unless the machine is that file's already. Nobody
   * can know which one is meant.
   */
  #rivalsOf(file: DefinitionFile, byName: ReadonlyMap<string, readonly DefinitionFile[]>): readonly DefinitionFile[] {
    const others = (byName.get(file.name) ?? []).filter(({ path }) => path !== file.path);
    const owner = this.#owners.get(file.name);
    if (owner === file.path) return [];
    const owning = others.filter(({ path }) => path === owner);
    return owning.length > 0 ? owning : others;
  }

  async #deploy(file: DefinitionFile, text: string): Promise<Pick<Seen, "isDeployed" | "problems">> {
    const { call, arns, paint } = this.#options;
    const wasDeployed = this.#owners.get(file.name) === file.path;
    const { checked, problems } = this.#check(file, text);
    this.#sayProblems(problems);
    if (checked.definition === undefined || hasErrors(checked)) {
      const kept = wasDeployed ? "; the version before stays" : "";
      this.#sayLine("red", "problem", `${file.name} was not deployed${kept}`);
      return { isDeployed: wasDeployed, problems };
    }
    try {
      const deployed = await deploy(call, arns, { ...file, definition: checked.definition });
      this.#owners.set(file.name, file.path);
      this.#sayLine(
        "green",
        wordFor[deployed],
        file.name + (file.type === "EXPRESS" ? paint("dim", " (Express)") : ""),
      );
      this.#sayPlaces(checked.definition);
      return { isDeployed: true, problems };
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      this.#sayLine("red", "problem", `${shownPath(file.path)}: ${printable(error.message)}`);
      return { isDeployed: false, problems };
    }
  }

  #check(file: DefinitionFile, text: string): { readonly checked: CheckedDefinition; readonly problems: string } {
    const { paint, configured } = this.#options;
    const substitutions = this.#substitutionsFor(file.name);
    const checked = checkDefinition(text, { ...file, substitutions, configured: configured() });
    const source = { file: shownPath(file.path), text };
    return { checked, problems: checked.problems.map((problem) => renderProblem(problem, source, paint)).join("") };
  }

  /** The definition is the same; what the configuration lacks may not be. */
  #checkAgain(file: DefinitionFile, text: string, before: Seen): void {
    const { problems } = this.#check(file, text);
    if (problems === before.problems) return;
    this.#sayProblems(problems);
    this.#seen.set(file.path, { ...before, problems });
  }

  #sayProblems(problems: string): void {
    if (problems !== "") this.#options.say(problems.trimEnd());
  }

  #sayPlaces(definition: string): void {
    const { places, paint, say } = this.#options;
    for (const { place, states } of taskPlaces(parseJson(definition), places())) {
      const names =
        states.length > mostNamed ? [...states.slice(0, mostNamed), `${states.length - mostNamed} more`] : states;
      say(`${" ".repeat(11)}${paint("dim", `${printable(names.join(", "))} → ${printable(place)}`)}`);
    }
  }

  #refuseDouble({ path, name }: DefinitionFile, rivals: string): void {
    const kept = this.#owners.has(name) ? "is not deployed" : "neither is deployed";
    this.#sayLine(
      "red",
      "problem",
      `${shownPath(path)} has the name of ${rivals}: both would be ${name}, and ${kept}. Rename one`,
    );
  }

  #sayGone(files: readonly DefinitionFile[], byName: ReadonlyMap<string, readonly DefinitionFile[]>): void {
    const paths = new Set(files.map(({ path }) => path));
    for (const path of this.#seen.keys()) {
      if (paths.has(path)) continue;
      this.#seen.delete(path);
      const { name } = definitionFileOf(path);
      this.#sayLine("yellow", "gone", `${shownPath(path)}; ${this.#leftBy(path, name, byName.get(name) ?? [])}`);
    }
  }

  #leftBy(path: string, name: string, others: readonly DefinitionFile[]): string {
    if (this.#owners.get(name) !== path) return "it had not been deployed";
    this.#owners.delete(name);
    const [other] = others;
    if (other === undefined) return "its state machine stays until you delete it";
    return others.length === 1 ? `${name} is now ${shownPath(other.path)}` : "its state machine stays as it is";
  }

  #sayIgnored(): void {
    const ignored = nearMisses(this.#options.directory);
    const unsaid = ignored.filter(({ path }) => !this.#ignored.has(path));
    this.#ignored = new Set(ignored.map(({ path }) => path));
    for (const { path, advice } of unsaid) {
      this.#sayLine("yellow", "ignored", `${printable(shownPath(path))}: ${printable(advice)}`);
    }
  }

  #sayLine(style: "green" | "yellow" | "red", word: string, text: string): void {
    const { paint, say } = this.#options;
    say(`${paint(style, word.padEnd(9))}  ${text}`);
  }
}

const wordFor: Readonly<Record<Deployed, string>> = { created: "deployed", updated: "updated", unchanged: "unchanged" };
