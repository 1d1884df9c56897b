// Advice on a module that cannot be loaded: the sentence of Node.js, or of Lambda, leaves it open.
import { existsSync, readFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { packageType } from "./node-runtime/package-type.ts";
import type { LoadClues } from "./process-protocol.ts";

/**
 * @param path of the file where the problem is.
 * @param failure the sentence that is to be explained.
 */
export function loadAdvice(path: string, failure: string, clues: LoadClues = {}): string | undefined {
  if (clues.exported !== undefined) return exportsAdvice(path, clues.exported);
  if (clues.missing !== undefined) return missingAdvice(clues.missing);
  return failure.startsWith("SyntaxError") ? typeAdvice(path) : undefined;
}

function exportsAdvice(path: string, exported: readonly string[]): string {
  const [first] = exported;
  if (first === undefined) return "It exports no function";
  return `It exports ${exported.join(", ")}: name it in the configuration, as in ./${basename(path)}#${first}`;
}

const endings = [".js", ".mjs", ".cjs", ".json", "/index.js", "/index.mjs"];

/** Modules of JavaScript name the files that they import in full. */
function missingAdvice(url: string): string | undefined {
  if (!URL.canParse(url) || !url.startsWith("file:")) return undefined;
  const path = fileURLToPath(url);
  const ending = endings.find((one) => existsSync(`${path}${one}`));
  if (ending !== undefined) return `Write the file in full: ${basename(path)}${ending}`;
  const typescript = path.replace(/\.[cm]?js$/, (js) => js.replace("js", "ts"));
  return typescript !== path && existsSync(typescript)
    ? `There is ${basename(typescript)}, which JavaScript cannot import: name a file of TypeScript as the function`
    : undefined;
}

/** `export` and `import` in a package of CommonJS, as `npm init` makes one. */
function typeAdvice(path: string): string | undefined {
  if (extname(path) !== ".js" || packageTypeOf(path) !== "commonjs" || !hasModuleSyntax(path)) return undefined;
  const right = `${basename(path, ".js")}.mjs`;
  return `It has export or import, and its package.json says "type": "commonjs": name the file ${right}, or write "type": "module"`;
}

function packageTypeOf(path: string): string | undefined {
  try {
    return packageType(path);
  } catch {
    // A package.json that is no JSON has a message of its own.
    return undefined;
  }
}

function hasModuleSyntax(path: string): boolean {
  try {
    return /^\s*(?:export|import)\b/m.test(readFileSync(path, "utf8"));
  } catch {
    return false;
  }
}
