// `pawl init`: the files of a first workflow of one's own. It asks nothing, and leaves alone what is there.
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findConfigurationFile } from "../../server/configuration/configuration-file.ts";
import { reasonOf, writeProblem } from "../../server/file-problem.ts";
import { makeFolder } from "../../server/make-folder.ts";
import { shownPath } from "../definitions/definition-file.ts";
import { ownCommand, shellWord } from "../session/pawl-command.ts";
import { paintFor } from "../terminal/terminal.ts";
import { exitCodes, UsageError } from "../usage-error.ts";
import { firstFiles } from "./first-files.ts";

/** @throws UsageError where something cannot be written. */
export function init(folder: string): number {
  const paint = paintFor(process.stdout);
  makeOwnFolder(folder);
  const configuration = findConfigurationFile(folder);
  for (const [name, text] of firstFiles) {
    const path = join(folder, name);
    const isThere = name === configurationName ? configuration !== undefined : existsSync(path);
    const shown = name === configurationName && configuration !== undefined ? configuration : path;
    if (!isThere) write(path, text);
    const word = isThere ? paint("yellow", "left   ") : paint("green", "written");
    process.stdout.write(`${word}  ${shownPath(shown)}${isThere ? paint("dim", "  (it was there already)") : ""}\n`);
  }
  const at = (name: string): string => shellWord(shownPath(join(folder, name)));
  const rows = [
    ["Run it", `run ${at("order.asl.json")} --input @${at("order.input.json")}`],
    ["Play a test", `run ${at("order.asl.json")} --mocks ${at("order.mocks.json")} --test-case Declined --fast`],
    ["Serve it", `dev ${at(".")}`],
  ] as const;
  const lines = rows.map(([label, words]) => `  ${paint("dim", label.padEnd(11))} ${ownCommand()} ${words}`);
  process.stdout.write(`\n${lines.join("\n")}\n`);
  return exitCodes.succeeded;
}

const configurationName = "pawl.config.json";

function makeOwnFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (cause) {
    throw new UsageError(`The folder ${folder} cannot be made: ${reasonOf(cause)}.`, { cause });
  }
}

/** A file that somebody else makes at the same moment is theirs. */
function write(path: string, text: string): void {
  try {
    makeFolder(dirname(path));
    writeFileSync(path, text, { flag: "wx" });
  } catch (cause) {
    throw new UsageError(writeProblem(path, cause), { cause });
  }
}
