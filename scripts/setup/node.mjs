// The Node.js that Pawl runs on: the machine's own where it is new enough, else the one that a clone brings, as a program in
// node_modules/.bin, where the scripts of npm find it first. It is an npm package without an install script, locked in
// scripts/node/, so that neither `ignore-scripts` nor a registry of one's own stands in the way.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, linkSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf, inClone, isWindows, modules, readIfThere, root, SetupError } from "./files.mjs";
import { runNpm } from "./npm.mjs";

const oldest = 24;
const wanted = join(root, "scripts", "node");
const program = isWindows ? "node.exe" : "node";
const brought = join(modules, ".bin", program);
/** Which Node.js was brought: the hash of the lock that names it. */
const stamp = join(modules, ".pawl-node");

const isOwnNewEnough =
  Number(process.versions.node.split(".")[0]) >= oldest &&
  !(existsSync(brought) && realpathSync(brought) === realpathSync(process.execPath));

export function hasNode() {
  return isOwnNewEnough || (existsSync(brought) && readIfThere(stamp) === stampText());
}

export function nodeOfProject() {
  return isOwnNewEnough ? process.execPath : brought;
}

/** Lets something empty node_modules, and puts the Node.js in it back: it may well be the one that runs this. */
export function keepingNode(work) {
  const kept = join(root, ".pawl", "node-kept");
  const [text, isThere] = [readIfThere(stamp), existsSync(brought)];
  // A second name, since npm is started by the first.
  if (isThere) {
    rmSync(kept, { force: true });
    inClone(() => linkSync(brought, kept));
  }
  try {
    work();
  } finally {
    if (isThere) {
      if (existsSync(join(modules, ".bin"))) renameSync(kept, brought);
      else rmSync(kept);
      if (text !== undefined && existsSync(brought)) writeFileSync(stamp, text);
    }
  }
}

export function bringNode() {
  const stage = join(root, ".pawl", `node-${process.pid}`);
  try {
    inClone(() => mkdirSync(stage, { recursive: true }));
    for (const file of ["package.json", "package-lock.json"]) cpSync(join(wanted, file), join(stage, file));
    runNpm(["ci", "--ignore-scripts", "--include=optional"], stage, `Node.js ${oldest}`);
    const found = packages()
      .map((name) => join(stage, "node_modules", name, "bin", program))
      .find((file) => existsSync(file));
    requireRunning(found);
    inClone(() => renameSync(found, brought));
    writeFileSync(stamp, stampText());
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function stampText() {
  return hashOf([join(wanted, "package-lock.json")]);
}

/** The names that the packages of this platform have. */
function packages() {
  const platform = `${isWindows ? "win" : process.platform}-${process.arch}`;
  return [`node-${platform}`, `node-bin-${platform}`];
}

function requireRunning(file) {
  const own = `this is ${process.version}, and Pawl runs on Node.js ${oldest} or later`;
  const advice = "Install one (https://nodejs.org), and try again.";
  if (file === undefined) {
    throw new SetupError(`There is no Node.js to bring for ${process.platform} on ${process.arch}: ${own}. ${advice}`);
  }
  const { status, stderr, error } = spawnSync(file, ["--version"], { encoding: "utf8" });
  if (status === 0) return;
  const reason = (error?.message ?? stderr ?? "").trim().split("\n")[0];
  throw new SetupError(`The Node.js that Pawl brings does not run here (${reason}): ${own}. ${advice}`);
}
