// Makes folders one by one: `mkdir` of Node.js with `recursive` never comes to an end where a file system says that the
// parent of a new folder is missing, though it is there, as /proc does.
import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Makes a folder and those above it, where they are missing. @throws the error of the file system. */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let path = resolve(folder); isMissing(path); path = dirname(path)) missing.push(path);
  for (const path of missing.reverse()) makeOne(path);
}

/** The root of a file system is taken for there: what it stands on may not be. */
function isMissing(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) === undefined && dirname(path) !== path;
}

function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have been quicker.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
