// The type of the package that a file belongs to: whether its files are modules of the language or of CommonJS.
import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { pathToFileURL } from "node:url";

/** @param path of a file that exists. */
export function packageType(path: string): "module" | "commonjs" | undefined {
  const file = findPackageJSON(pathToFileURL(path));
  if (file === undefined) return undefined;
  const { type } = JSON.parse(readFileSync(file, "utf8")) as { readonly type?: unknown };
  return type === "module" || type === "commonjs" ? type : undefined;
}
