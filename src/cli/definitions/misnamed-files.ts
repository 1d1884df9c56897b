// Files that hold a workflow and are not taken for one: because of their names, or because they are templates with one inside.
import { readFileSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { maxDefinitionBytes } from "../../asl/validate/validate.ts";
import { entriesOf, isDefinitionFile, shownPath } from "./definition-file.ts";

export interface NearMiss {
  readonly path: string;
  /** A sentence without a full stop. */
  readonly advice: string;
}

/** A folder of data is not searched to its end. */
const mostFiles = 200;

/** Those of the folder itself. */
export function nearMisses(directory: string): readonly NearMiss[] {
  const read = entriesOf(directory)
    .filter((entry) => entry.isFile() && /\.(json|ya?ml|template)$/i.test(entry.name) && !isDefinitionFile(entry.name))
    .slice(0, mostFiles)
    .flatMap(({ name }) => textAt(join(directory, name)));
  const templates = read.filter(({ text }) => isTemplate(text));
  return read
    .filter(({ text }) => holdsWorkflow(text))
    .map((file) => ({
      path: file.path,
      advice: isTemplate(file.text) ? templateAdvice : renameAdvice(file.path, templates),
    }));
}

const templateAdvice =
  "a template of CloudFormation or SAM, with a definition inside. To run that here, move it to a file of its own, such as " +
  "order.asl.json, and name the file in the template: DefinitionUri: order.asl.json";

interface Read {
  readonly path: string;
  readonly text: string;
}

/** A template that names the file finds it no longer when it has another name. */
function renameAdvice(path: string, templates: readonly Read[]): string {
  const right = rightNameOf(path);
  const rename = `only *.asl.json and *.asl.yaml are workflows. Rename it: mv ${shownPath(path)} ${shownPath(right)}`;
  const naming = templates.find(({ text }) => text.includes(basename(path)));
  return naming === undefined ? rename : `${rename}, and write ${basename(right)} in ${shownPath(naming.path)}`;
}

function textAt(path: string): readonly Read[] {
  try {
    return statSync(path).size > maxDefinitionBytes ? [] : [{ path, text: readFileSync(path, "utf8") }];
  } catch {
    // Removed since it was listed, or not ours to read.
    return [];
  }
}

function holdsWorkflow(text: string): boolean {
  return ["StartAt", "States"].every((name) => hasName(text, name));
}

function isTemplate(text: string): boolean {
  return (
    ["AWSTemplateFormatVersion", "Transform", "Resources"].some((name) => hasName(text, name)) && /\bAWS::/.test(text)
  );
}

function hasName(text: string, name: string): boolean {
  return new RegExp(`(^|[\\s{,])"?${name}"?\\s*:`).test(text);
}

/** The name under which it would be taken: `order.asl.json` for `order.json`. */
export function rightNameOf(path: string): string {
  const extension = extname(path);
  return `${path.slice(0, -extension.length)}.asl${extension.toLowerCase()}`;
}
