// Functions in TypeScript, as people write it for Lambda: esbuild makes one module of the files of a function, as AWS SAM and the
// CDK have it do; packages stay where they are. Loaded only where such a function is.
import { createRequire, setSourceMapsSupport } from "node:module";
import { dirname, join } from "node:path";
import { build, type BuildFailure, type BuildOptions, type Message, type Plugin, stop } from "esbuild";
import { packageType } from "./package-type.ts";

export interface Bundle {
  readonly format: "cjs" | "esm";
  readonly source: string;
}

/** @throws a SyntaxError, or an error of Node.js's code for a missing module, whose stack is its place. */
export async function bundle(path: string): Promise<Bundle> {
  // Traces show the lines of the files as they were written.
  setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
  const isModule = path.endsWith(".mts") || (!path.endsWith(".cts") && packageType(path) === "module");
  try {
    const common = isModule ? undefined : await bundleAs("cjs", path).catch(() => undefined);
    // Where `await` stands at the top level, or `import.meta` is used, only a module of the language will do.
    if (common?.needsModule === false) return { format: "cjs", source: common.source };
    return { format: "esm", source: (await bundleAs("esm", path)).source };
  } catch (error) {
    throw isBuildFailure(error) ? errorOf(error, dirname(path)) : error;
  } finally {
    await stop();
  }
}

async function bundleAs(
  format: Bundle["format"],
  path: string,
): Promise<{ readonly source: string; readonly needsModule: boolean }> {
  const folder = dirname(path);
  const options: BuildOptions & { readonly write: false } = {
    entryPoints: [path],
    absWorkingDir: folder,
    outfile: join(folder, "bundle.js"),
    bundle: true,
    write: false,
    platform: "node",
    target: "node24",
    format,
    packages: "external",
    external: ["*.node"],
    plugins: [resolution],
    // The type of an error is often the name of its class.
    keepNames: true,
    sourcemap: "inline",
    sourcesContent: false,
    logLevel: "silent",
    // CommonJS within a module asks for `require`, a name that esbuild leaves free.
    banner: format === "esm" ? { js: requireOfModules } : {},
  };
  const { outputFiles, warnings } = await build(options);
  return { source: outputFiles[0]?.text ?? "", needsModule: warnings.some(({ id }) => id === "empty-import-meta") };
}

const requireOfModules =
  `import { createRequire as createRequireOfModule } from "node:module";` +
  `const require = createRequireOfModule(import.meta.url);`;

/** Marks what could not be found. */
const missing = Symbol("missing");
/** Keeps a question of this plugin from coming back to it. */
const asked = Symbol("asked");

const resolution: Plugin = {
  name: "resolution",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^\.{1,2}(?:\/|$)/ }, async ({ path, importer, kind, namespace, pluginData, resolveDir }) => {
      if (pluginData === asked) return undefined;
      const found = await resolve(path, { importer, kind, namespace, resolveDir, pluginData: asked });
      if (found.errors.length === 0) return found;
      return { errors: [{ text: `Cannot find module '${path}'`, detail: missing }] };
    });
    // A package of the same repository may be TypeScript itself, which Node.js reads in part only.
    onResolve({ filter: /^[^./#]/ }, ({ path, kind, resolveDir }) => {
      if (kind === "entry-point") return undefined;
      const file = resolvedPackage(path, resolveDir);
      return /\.[cm]?tsx?$/.test(file) && !/[\\/]node_modules[\\/]/.test(file) ? { path: file } : undefined;
    });
  },
};

function resolvedPackage(name: string, folder: string): string {
  try {
    return createRequire(join(folder, "index.js")).resolve(name);
  } catch {
    // It may be there for `import` only, or be an alias, or be missing: Node.js will say when it is loaded.
    return "";
  }
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

/** The first problem, with its place in the files for a place in the code. */
function errorOf({ errors, message }: BuildFailure, folder: string): Error {
  const [first] = errors as readonly Message[];
  if (first === undefined) return new Error(message);
  const { text, location, detail } = first;
  const error =
    detail === missing ? Object.assign(new Error(text), { code: "MODULE_NOT_FOUND" }) : new SyntaxError(text);
  if (location === null) return error;
  const { file, line, column } = location;
  error.stack = `${String(error)}\n    at ${join(folder, file)}:${line}:${column + 1}`;
  return error;
}
