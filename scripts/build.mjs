// Builds what is shipped: the server file by file, its TypeScript read by esbuild, then bundled; and the console by its own
// bundler, both at once. `--out <folder>` puts it elsewhere than dist/. Types are for `npm run check`: a build needs no compiler.
import { spawn } from "node:child_process";
import { chmodSync, cpSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundle } from "./bundle.mjs";

// oxlint-disable-next-line unicorn/prefer-import-meta-properties -- Node.js 20 has none before 20.11
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const given = process.argv.indexOf("--out");
const out = resolve(root, given === -1 ? "dist" : (process.argv[given + 1] ?? "dist"));

const [, status] = await Promise.all([buildServer(), buildConsole()]);
process.exitCode = status;

async function buildServer() {
  const files = readdirSync(join(root, "src"), { recursive: true }).filter((file) => isShipped(file));
  await build({
    absWorkingDir: root,
    entryPoints: files.filter((file) => file.endsWith(".ts")).map((file) => join("src", file)),
    outdir: out,
    outbase: "src",
    format: "esm",
    platform: "node",
    target: "node24",
    sourcemap: true,
    sourcesContent: false,
    charset: "utf8",
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    logLevel: "warning",
    // Each file stays a file, and imports the others by the name that they have when they are built.
    bundle: true,
    plugins: [{ name: "files-stay-files", setup: (building) => building.onResolve({ filter: /^/ }, resolveImport) }],
  });
  for (const file of files.filter((name) => name.endsWith(".py"))) cpSync(join(root, "src", file), join(out, file));
  await bundle(out);
  // The program that npm puts on the PATH from a clone is this very file.
  chmodSync(join(out, "cli", "main.js"), 0o755);
}

function isShipped(file) {
  return !file.startsWith("testing") && !/\.test\.ts$|\.d\.ts$/.test(file);
}

function resolveImport({ kind, path }) {
  if (kind === "entry-point") return undefined;
  return { path: path.replace(/^(\.\.?\/.*)\.ts$/, "$1.js"), external: true };
}

function buildConsole() {
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const args = [vite, "build", "--outDir", join(out, "console"), "--logLevel", "warn"];
  return new Promise((settle, fail) => {
    const child = spawn(process.execPath, args, { cwd: join(root, "console"), stdio: ["ignore", 2, 2] });
    child.once("error", fail);
    child.once("exit", (code) => settle(code ?? 1));
  });
}
