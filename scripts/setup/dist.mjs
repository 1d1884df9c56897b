// The compiled code in dist/, built when the sources have changed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf, inClone, readIfThere, root, SetupError } from "./files.mjs";
import { nodeOfProject } from "./node.mjs";

const dist = join(root, "dist");
const stamp = join(dist, ".pawl-setup");

export function hasBuild() {
  return readIfThere(stamp) === sourceHash();
}

/** Builds beside dist/ and swaps: a process that starts meanwhile finds the old code or the new, never half of it. */
export function build() {
  const wanted = sourceHash();
  const next = join(root, `dist.next-${process.pid}`);
  const old = join(root, `dist.old-${process.pid}`);
  try {
    inClone(() => mkdirSync(next));
    const args = [join(root, "scripts", "build.mjs"), "--out", next];
    const result = spawnSync(nodeOfProject(), args, { cwd: root, stdio: ["ignore", 2, 2] });
    if (result.status !== 0) throw new SetupError("The build failed: correct what it says above and try again.");
    writeFileSync(join(next, ".pawl-setup"), wanted);
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(next, dist);
  } finally {
    rmSync(next, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

/** The hash of everything that the build reads; by content, because a checkout changes times in both directions. */
function sourceHash() {
  const sources = ["src", "console"].flatMap((folder) => filesOf(folder).map((file) => join(root, folder, file)));
  const settings = ["tsconfig.json", "package-lock.json", "scripts/build.mjs", "scripts/bundle.mjs"].map((file) =>
    join(root, file),
  );
  return hashOf([...settings, ...sources]);
}

function filesOf(folder) {
  const start = join(root, folder).length + 1;
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts") && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(start))
    .filter((file) => !/node_modules|^testing|^journeys|golden/.test(file))
    .sort();
}
