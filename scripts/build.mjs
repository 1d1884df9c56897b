// Builds what is shipped: the server by the compiler, then bundled, and the console by its bundler, both at once. `--out <folder>` puts it
// elsewhere than dist/. The exit status is that of the first that fails.
import { spawn } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";

// oxlint-disable-next-line unicorn/prefer-import-meta-properties -- Node.js 20 has none before 20.11
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const given = process.argv.indexOf("--out");
const out = resolve(root, given === -1 ? "dist" : (process.argv[given + 1] ?? "dist"));

const statuses = await Promise.all([
  buildServer(),
  run(
    [join(modules, "vite", "bin", "vite.js"), "build", "--outDir", join(out, "console"), "--logLevel", "warn"],
    join(root, "console"),
  ),
]);
process.exitCode = statuses.find((status) => status !== 0) ?? 0;

async function buildServer() {
  const compiler = join(modules, "typescript", "bin", "tsc");
  const status = await run([compiler, "-p", "tsconfig.build.json", "--outDir", out], root);
  if (status === 0) await bundle(out);
  return status;
}

function run(args, cwd) {
  return new Promise((settle, fail) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", 2, 2] });
    child.once("error", fail);
    child.once("exit", (status) => settle(status ?? 1));
  });
}
