// Makes a clone ready to run: dependencies when package-lock.json asks for others than are installed, and with `--build`
// the compiled code in dist/ when the sources have changed. Needs Node.js 20 and npm, no dependency. Says nothing when
// there is nothing to do, and nothing on standard output ever: `eval "$(npm run -s pawl -- env)"` reads that.
import { spawnSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A problem that the person can do something about: said without a stack trace. */
class SetupError extends Error {}

// Node.js 20 has no import.meta.dirname before 20.11.
// oxlint-disable-next-line unicorn/prefer-import-meta-properties -- older than that property
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const dist = join(root, "dist");
const modulesStamp = join(modules, ".pawl-setup");
const distStamp = join(dist, ".pawl-setup");
const lockFile = join(root, ".pawl", "setup.lock");
const isQuiet = process.argv.includes("--quiet");
const isBuild = process.argv.includes("--build");

try {
  main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function main() {
  if (isReady()) return;
  whileLocked(() => {
    // Another set-up may have done it while this one waited.
    if (!hasModules()) install();
    if (isBuild && !hasBuild()) build();
  });
}

function isReady() {
  return hasModules() && (!isBuild || hasBuild());
}

function hasModules() {
  const wanted = hashOf([join(root, "package-lock.json")]);
  if (readIfThere(modulesStamp) === wanted) return true;
  if (!isInstalled()) return false;
  writeFileSync(modulesStamp, wanted);
  return true;
}

/** Whether npm itself installed what the lock says, by hand for instance: npm keeps a list of what it installed. */
function isInstalled() {
  const installed = packagesOf(join(modules, ".package-lock.json"));
  if (installed === undefined || !existsSync(join(modules, ".bin"))) return false;
  const locked = packagesOf(join(root, "package-lock.json")) ?? {};
  return Object.entries(locked).every(([path, { version, optional, link }]) => {
    if (path === "" || link === true) return true;
    const found = installed[path];
    return found === undefined ? optional === true : found.version === version;
  });
}

function packagesOf(file) {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text).packages ?? {};
  } catch {
    // A list that npm did not finish is no list.
    return undefined;
  }
}

function install() {
  say("Installing dependencies; this happens once and takes about half a minute ...", true);
  rmSync(modulesStamp, { force: true });
  // No install script runs but that of the pinned Node.js: AWS's runtime, which tests compare with, would build what it does not
  // need. `allowScripts` in package.json says the same to the npm versions that know it.
  let result = runNpm(["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts"]);
  if (result.status === 0) result = runNpm(["rebuild", "node", "--loglevel=error"]);
  if (result.status !== 0) {
    const reason = result.error === undefined ? "" : ` (${result.error.message})`;
    throw new SetupError(
      `The dependencies could not be installed${reason}. What npm says above tells why; then try again.`,
    );
  }
  requireNode();
  writeFileSync(modulesStamp, hashOf([join(root, "package-lock.json")]));
}

function runNpm(parameters) {
  const { command, args } = npm();
  return spawnSync(command, [...args, ...parameters], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: command.endsWith(".cmd"),
  });
}

/** The Node.js that the project pins comes from a package with an install script, which npm can be told not to run. */
function requireNode() {
  const answer = spawnSync(join(modules, ".bin", "node"), ["--version"], { encoding: "utf8", shell: isWindows() });
  if (answer.status === 0 || Number(process.versions.node.split(".")[0]) >= 24) return;
  throw new SetupError(
    `npm installed the package "node" without running its install script, so Node.js 24 is missing.\n` +
      `Allow install scripts (npm config delete ignore-scripts), or use Node.js 24 or later, and try again.`,
  );
}

/** The npm that runs this script, where one does. */
function npm() {
  const { npm_execpath: path = "" } = process.env;
  if (/^npm-cli\.c?js$/.test(basename(path)) && existsSync(path)) return { command: process.execPath, args: [path] };
  return { command: isWindows() ? "npm.cmd" : "npm", args: [] };
}

function hasBuild() {
  return readIfThere(distStamp) === sourceHash();
}

/** Builds beside dist/ and swaps: a process that starts meanwhile finds the old code or the new, never half of it. */
function build() {
  say("Building ...", false);
  const wanted = sourceHash();
  const next = join(root, `dist.next-${process.pid}`);
  const old = join(root, `dist.old-${process.pid}`);
  try {
    const args = [join(root, "scripts", "build.mjs"), "--out", next];
    const result = spawnSync(nodeOfProject(), args, { cwd: root, stdio: ["ignore", 2, 2] });
    if (result.status !== 0) throw new SetupError("The build failed: correct what it says above and try again.");
    for (const file of filesOf("src").filter((name) => !name.endsWith(".ts"))) {
      cpSync(join(root, "src", file), join(next, file));
    }
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
  const settings = ["tsconfig.json", "tsconfig.build.json", "package-lock.json", "scripts/build.mjs"].map((file) =>
    join(root, file),
  );
  return hashOf([...settings, ...sources]);
}

function filesOf(folder) {
  const start = join(root, folder).length + 1;
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts") && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(start))
    .filter((file) => !file.includes("node_modules"))
    .sort();
}

/** The bundler wants a newer Node.js than this script, which the project brings along. */
function nodeOfProject() {
  const pinned = join(modules, "node", "bin", isWindows() ? "node.exe" : "node");
  return existsSync(pinned) ? pinned : process.execPath;
}

function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(readIfThere(file) ?? "")
      .update("\0");
  return hash.digest("hex");
}

/** One set-up at a time in a clone: the others wait, and then find everything done. */
function whileLocked(work) {
  const mine = JSON.stringify({ pid: process.pid, id: randomUUID() });
  mkdirSync(dirname(lockFile), { recursive: true });
  for (let isTold = false; !tryLock(mine);) {
    const holder = readIfThere(lockFile);
    if (holder !== undefined && isGone(holder)) breakLock(holder);
    else {
      if (!isTold) say("Another set-up is at work here; waiting for it ...", false);
      isTold = true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  const release = () => {
    if (readIfThere(lockFile) === mine) unlinkSync(lockFile);
  };
  process.once("exit", release);
  try {
    work();
  } finally {
    release();
  }
}

function tryLock(mine) {
  try {
    writeFileSync(lockFile, mine, { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Also after a quarter of an hour, whatever has the process's number by then. */
function isGone(holder) {
  const age = Date.now() - (statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > 15 * 60_000) return true;
  let pid;
  try {
    ({ pid } = JSON.parse(holder));
  } catch {
    // Made, and not yet written: its process is at it, or died at that.
    return age > 10_000;
  }
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

/** Moves the lock of a process that died away first: of several that find it, one succeeds. */
function breakLock(holder) {
  const moved = `${lockFile}.${process.pid}`;
  try {
    renameSync(lockFile, moved);
  } catch {
    // Another set-up was faster.
    return;
  }
  if (readIfThere(moved) === holder) unlinkSync(moved);
  else renameSync(moved, lockFile);
}

function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Not there: every caller has an answer for that.
    return undefined;
  }
}

function say(text, isImportant) {
  if (!isQuiet || isImportant) process.stderr.write(`${text}\n`);
}

function isWindows() {
  return process.platform === "win32";
}
