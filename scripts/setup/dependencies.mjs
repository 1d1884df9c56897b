// The packages in node_modules: those that run and build Pawl, or with the tools of tests and checks all of them.
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf, inClone, modules, noteIfPossible, readIfThere, root } from "./files.mjs";
import { keepingNode } from "./node.mjs";
import { runNpm } from "./npm.mjs";

const stamp = join(modules, ".pawl-setup");
const lock = join(root, "package-lock.json");

export function hasPackages({ all }) {
  const hash = hashOf([lock]);
  const noted = readIfThere(stamp);
  if (noted === `${hash} all` || (!all && noted === `${hash} run`)) return true;
  if (!isInstalled({ all })) return false;
  noteIfPossible(stamp, stampOf({ all }));
  return true;
}

export function install({ all }) {
  rmSync(stamp, { force: true });
  keepingNode(() => {
    const kinds = ["--include=optional", all ? "--include=dev" : "--omit=dev"];
    // No install script runs: AWS's runtime, which tests compare with, would build what it does not need.
    runNpm(["ci", "--ignore-scripts", ...kinds], root, "The dependencies");
  });
  inClone(() => writeFileSync(stamp, stampOf({ all })));
}

function stampOf({ all }) {
  return `${hashOf([lock])} ${all ? "all" : "run"}`;
}

/** Whether npm itself installed what the lock says, by hand for instance: npm keeps a list of what it installed. */
function isInstalled({ all }) {
  const installed = packagesOf(join(modules, ".package-lock.json"));
  if (installed === undefined || !existsSync(join(modules, ".bin"))) return false;
  const locked = packagesOf(lock) ?? {};
  return Object.entries(locked).every(([path, { version, optional, dev, devOptional, link }]) => {
    if (path === "" || link === true || path === "console") return true;
    const isOptional = optional === true || devOptional === true || (dev === true && !all);
    const found = installed[path];
    return found === undefined ? isOptional : found.version === version;
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
