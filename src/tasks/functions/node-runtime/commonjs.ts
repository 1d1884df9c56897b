// CommonJS modules of functions. A bundle (`index.js` with `exports.handler`) is one wherever it lies: on Lambda no package.json of
// the project that it was made in lies above it, and here `"type": "module"` may.
import { readFileSync } from "node:fs";
import Module from "node:module";
import { dirname } from "node:path";
import { Script } from "node:vm";
import { packageType } from "./package-type.ts";

/** Every loader of CommonJS that is not Node.js's own builds on it; the types leave it out. */
interface Loader {
  new (path: string): CommonJsModule;
  readonly _extensions: Record<string, (module: CommonJsModule, path: string) => void>;
  readonly _cache: Record<string, CommonJsModule>;
  readonly _nodeModulePaths: (folder: string) => readonly string[];
}

interface CommonJsModule {
  exports: unknown;
  filename: string;
  loaded: boolean;
  paths: readonly string[];
  readonly _compile: (source: string, path: string, format: "commonjs") => void;
}

const CommonJs = Module as unknown as Loader;

/** Whether a JavaScript file is CommonJS, by its name, its package and its text. */
export function isCommonJs(path: string, source: string): boolean {
  if (path.endsWith(".cjs")) return true;
  if (path.endsWith(".mjs")) return false;
  const type = packageType(path);
  if (type === "commonjs") return true;
  return isScript(source) && (type === undefined || namesExports(source));
}

/** @returns what the module exports. */
export function loadCommonJs(path: string, source: string): unknown {
  const loaded = new CommonJs(path);
  loaded.filename = path;
  loaded.paths = CommonJs._nodeModulePaths(dirname(path));
  CommonJs._cache[path] = loaded;
  loaded._compile(source, path, "commonjs");
  loaded.loaded = true;
  return loaded.exports;
}

/** Files that such a bundle requires are judged as it was; without this Node.js goes by the package.json alone. */
export function requireBelowModules(): void {
  const { ".js": byPackage } = CommonJs._extensions;
  CommonJs._extensions[".js"] = (module, path) => {
    const source = /[\\/]node_modules[\\/]/.test(path) ? undefined : readFileSync(path, "utf8");
    if (source !== undefined && packageType(path) === "module" && isCommonJs(path, source)) {
      module._compile(source, path, "commonjs");
    } else byPackage?.(module, path);
  };
}

/** Whether it can be read without the syntax of modules. */
function isScript(source: string): boolean {
  try {
    // oxlint-disable-next-line no-new -- it is only parsed
    new Script(`(function (exports, require, module, __filename, __dirname) {${source.replace(/^#!.*/, "")}\n})`);
    return true;
  } catch {
    return false;
  }
}

function namesExports(source: string): boolean {
  return /\b(?:exports|require)\b/.test(source);
}
