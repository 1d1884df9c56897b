// Files that hold a workflow and are not taken for one, because of their names.
import { readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { maxDefinitionBytes } from "../../asl/validate/validate.ts";
import { entriesOf, isDefinitionFile } from "./definition-file.ts";

/** A folder of data is not searched to its end. */
const mostFiles = 200;

/** Those of the folder itself. */
export function nearMisses(directory: string): readonly string[] {
  return entriesOf(directory)
    .filter((entry) => entry.isFile() && /\.(json|ya?ml)$/i.test(entry.name) && !isDefinitionFile(entry.name))
    .slice(0, mostFiles)
    .map(({ name }) => join(directory, name))
    .filter((path) => holdsWorkflow(path));
}

function holdsWorkflow(path: string): boolean {
  try {
    if (statSync(path).size > maxDefinitionBytes) return false;
    const text = readFileSync(path, "utf8");
    return ["StartAt", "States"].every((name) => new RegExp(`(^|[\\s{,])"?${name}"?\\s*:`).test(text));
  } catch {
    // Removed since it was listed, or not ours to read.
    return false;
  }
}

/** The name under which it would be taken: `order.asl.json` for `order.json`. */
export function rightNameOf(path: string): string {
  const extension = extname(path);
  return `${path.slice(0, -extension.length)}.asl${extension.toLowerCase()}`;
}
