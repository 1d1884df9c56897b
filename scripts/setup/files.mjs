// The folders of a clone, and the few things that set-up does with files.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// Node.js 20 has no import.meta.dirname before 20.11.
// oxlint-disable-next-line unicorn/prefer-import-meta-properties -- older than that property
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const modules = join(root, "node_modules");
export const isWindows = process.platform === "win32";

/** A problem that the person can do something about: said without a stack trace. */
export class SetupError extends Error {}

export function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Not there: every caller has an answer for that.
    return undefined;
  }
}

/** Notes for the next time what was found: where it cannot be written, it is found again. */
export function noteIfPossible(file, text) {
  try {
    writeFileSync(file, text);
  } catch {
    // A clone that is installed and built may well be read-only.
  }
}

export function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(readIfThere(file) ?? "")
      .update("\0");
  return hash.digest("hex");
}

const unwritable = new Set(["EROFS", "EACCES", "EPERM"]);

/** Makes or changes something in the clone. */
export function inClone(write) {
  try {
    return write();
  } catch (error) {
    // Node.js says ENOENT of a folder that a read-only file system refuses.
    if (!unwritable.has(error.code) && error.code !== "ENOENT") throw error;
    throw new SetupError(
      `Pawl cannot write to ${root} (${error.code}), where a clone installs and builds itself.\n` +
        `Copy the clone to a place that can be written, or start it once before it becomes read-only.`,
    );
  }
}
