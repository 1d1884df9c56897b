// The workflows of a folder, brought to the server whenever their files change.
import { parseJson } from "../../asl/json.ts";
import { fillPlaceholders } from "../../asl/placeholder.ts";
import { maxDefinitionBytes } from "../../asl/validate/validate.ts";
import type { ArnSpace } from "../../aws/arn.ts";
import { ApiRefusal, type CallApi } from "../session/api-client.ts";
import { checkDefinition, hasErrors } from "./check-definition.ts";
import { type DefinitionFile, listDefinitionFiles, readSource, shownPath } from "./definition-file.ts";
import { type Deployed, deploy } from "./deploy.ts";
import { renderProblem } from "./problem-text.ts";
import type { Configured } from "./configured.ts";
import { nearMisses, rightNameOf } from "./misnamed-files.ts";
import type { SubstitutionsFor } from "./substitutions.ts";
import { type KnownPlaces, taskPlaces } from "./task-places.ts";
import { type Paint, printable } from "../terminal/terminal.ts";
import { UsageError } from "../usage-error.ts";

export interface WorkflowFolderOptions {
  readonly directory: string;
  readonly call: CallApi;
  readonly arns: ArnSpace;
  readonly substitutionsFor: SubstitutionsFor;
  readonly configured: Configured;
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
}

/** States that a line names. */
const mostNamed = 5;

export class WorkflowFolder {
  readonly #options: WorkflowFolderOptions;
  readonly #seen = new Map<string, Seen>();
  #substitutionsFor: SubstitutionsFor;
  /** Files that were said to be no workflows. */
  #ignored: ReadonlySet<string> = new Set();

  constructor(options: WorkflowFolderOptions) {
    this.#options = options;
    this.#substitutionsFor = options.substitutionsFor;
  }

  /** From the next refresh on. */
  substitute(substitutionsFor: SubstitutionsFor): void {
    this.#substitutionsFor = substitutionsFor;
  }

  /** Deploys what has changed, by content: saving without a change does nothing. @returns how many files there are. */
  async refresh(): Promise<number> {
    const files = listDefinitionFiles(this.#options.directory);
    this.#sayGone(new Set(files.map(({ path }) => path)));
    const byName = new Map<string, DefinitionFile>();
    for (const file of files) {
      const other = byName.get(file.name);
      byName.set(file.name, other ?? file);
      const text = readIfThere(file.path);
      if (text === undefined) continue;
      const filled = fillPlaceholders(text, this.#substitutionsFor(file.name), 2 * maxDefinitionBytes)?.text ?? text;
      if (this.#seen.get(file.path)?.text === filled) continue;
      const isDeployed = other === undefined ? await this.#deploy(file, text) : this.#refuseDouble(file, other);
      this.#seen.set(file.path, { text: filled, isDeployed });
    }
    this.#sayIgnored();
    return files.length;
  }

  async #deploy(file: DefinitionFile, text: string): Promise<boolean> {
    const { call, arns, configured, paint, say } = this.#options;
    const substitutions = this.#substitutionsFor(file.name);
    const checked = checkDefinition(text, { ...file, substitutions, configured });
    const source = { file: shownPath(file.path), text };
    for (const problem of checked.problems) say(renderProblem(problem, source, paint).trimEnd());
    if (checked.definition === undefined || hasErrors(checked)) {
      const kept = this.#seen.get(file.path)?.isDeployed === true ? "; the version before stays" : "";
      this.#sayLine("red", "problem", `${file.name} was not deployed${kept}`);
      return this.#seen.get(file.path)?.isDeployed === true;
    }
    try {
      const deployed = await deploy(call, arns, { ...file, definition: checked.definition });
      this.#sayLine(
        "green",
        wordFor[deployed],
        file.name + (file.type === "EXPRESS" ? paint("dim", " (Express)") : ""),
      );
      this.#sayPlaces(checked.definition);
      return true;
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      this.#sayLine("red", "problem", `${source.file}: ${printable(error.message)}`);
      return false;
    }
  }

  #sayPlaces(definition: string): void {
    const { places, paint, say } = this.#options;
    for (const { place, states } of taskPlaces(parseJson(definition), places())) {
      const names =
        states.length > mostNamed ? [...states.slice(0, mostNamed), `${states.length - mostNamed} more`] : states;
      say(`${" ".repeat(11)}${paint("dim", `${printable(names.join(", "))} → ${printable(place)}`)}`);
    }
  }

  #refuseDouble(file: DefinitionFile, other: DefinitionFile): boolean {
    const [mine, theirs] = [shownPath(file.path), shownPath(other.path)];
    this.#sayLine("red", "problem", `${mine} has the name of ${theirs}: both would be ${file.name}. Rename one`);
    return false;
  }

  #sayGone(paths: ReadonlySet<string>): void {
    for (const [path, { isDeployed }] of [...this.#seen].filter(([known]) => !paths.has(known))) {
      this.#seen.delete(path);
      const left = isDeployed ? "its state machine stays until you delete it" : "it had not been deployed";
      this.#sayLine("yellow", "gone", `${shownPath(path)}; ${left}`);
    }
  }

  #sayIgnored(): void {
    const ignored = nearMisses(this.#options.directory);
    const unsaid = ignored.filter((path) => !this.#ignored.has(path));
    this.#ignored = new Set(ignored);
    const [first] = unsaid;
    if (first === undefined) return;
    const names = unsaid.map((path) => printable(shownPath(path))).join(", ");
    const rename = `mv ${printable(shownPath(first))} ${printable(shownPath(rightNameOf(first)))}`;
    this.#sayLine("yellow", "ignored", `${names}: only *.asl.json and *.asl.yaml are workflows. Rename it: ${rename}`);
  }

  #sayLine(style: "green" | "yellow" | "red", word: string, text: string): void {
    const { paint, say } = this.#options;
    say(`${paint(style, word.padEnd(9))}  ${text}`);
  }
}

const wordFor: Readonly<Record<Deployed, string>> = { created: "deployed", updated: "updated", unchanged: "unchanged" };

/** A file that went away between listing and reading is looked at again with the change that it is. */
function readIfThere(path: string): string | undefined {
  try {
    return readSource(path);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
