// Loads the module of a function, whatever its kind, and says what it exports.
import { existsSync, readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { isCommonJs, loadCommonJs, requireBelowModules } from "./commonjs.ts";

export interface Exports {
  /** The name of a handler is looked up in it. */
  readonly root: unknown;
  readonly defaultExport: unknown;
}

/** @throws what the module throws, and what Node.js says about a module that it cannot load. */
export async function loadModule(path: string): Promise<Exports> {
  if (!existsSync(path)) {
    throw Object.assign(new Error(`Cannot find module '${path}'`), { code: "MODULE_NOT_FOUND" });
  }
  if (/\.[cm]?ts$/.test(path)) {
    const { bundle } = await import("./typescript.ts");
    const { format, source } = await bundle(path);
    return format === "cjs" ? ofCommonJs(loadCommonJs(path, source)) : ofModule(await importSource(path, source));
  }
  const source = readFileSync(path, "utf8");
  if (!isCommonJs(path, source)) return ofModule(await import(pathToFileURL(path).href));
  requireBelowModules();
  return ofCommonJs(loadCommonJs(path, source));
}

/** Imports a text in the place of the file that it was made of. */
async function importSource(path: string, source: string): Promise<unknown> {
  const { href } = pathToFileURL(path);
  const hooks = registerHooks({
    load: (url, context, nextLoad) =>
      url === href ? { format: "module", source, shortCircuit: true } : nextLoad(url, context),
  });
  try {
    return await import(href);
  } finally {
    hooks.deregister();
  }
}

function ofCommonJs(exports: unknown): Exports {
  return { root: exports, defaultExport: exports };
}

function ofModule(namespace: unknown): Exports {
  return { root: namespace, defaultExport: (namespace as { readonly default?: unknown }).default };
}
