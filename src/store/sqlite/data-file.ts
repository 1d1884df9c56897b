// The file that is to hold the data, before SQLite touches it: it must be one that this process alone can come to own.
import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";

/**
 * Makes the file where it is not there yet: the data of workflows are nobody else's business, and SQLite gives the files
 * beside it the same permissions.
 * @returns where it is: what SQLite writes beside it stands beside the target of a symbolic link.
 * @throws Error that names the file and says what to do.
 */
export function prepareDataFile(file: string): string {
  const found = lookAt(file);
  if (found === undefined) {
    makePrivate(file);
    return file;
  }
  const problem = problemOf(found);
  if (problem !== undefined) throw new Error(`${file} ${problem}`);
  requireWritable(file);
  return lstatSync(file).isSymbolicLink() ? realpathSync(file) : file;
}

function requireWritable(file: string): void {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
  } catch (cause) {
    throw new Error(`${file} cannot be written: make it and its directory writable for this user`, { cause });
  }
}

/** Makes it for its user alone, where it is not there yet. SQLite says what keeps it from being made. */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, "ax", 0o600));
  } catch {
    // SQLite opens it next.
  }
}

/** `undefined` for a file that is not there. */
function lookAt(file: string): Stats | undefined {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined && lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
      throw new Error(
        `${file} is a link to ${readlinkSync(file)}, which is not there: remove it, or name another file`,
      );
    }
    return found;
  } catch (cause) {
    const problem = pathProblems.get(cause instanceof Error && "code" in cause ? cause.code : undefined);
    // SQLite says what it makes of all others.
    throw problem === undefined ? cause : new Error(`${file} ${problem}`, { cause });
  }
}

const pathProblems: ReadonlyMap<unknown, string> = new Map([
  ["ENAMETOOLONG", "cannot be opened: its name is too long. Name another file"],
  ["ENOTDIR", "cannot be opened: a part of its path is a file. Name another file"],
  ["ELOOP", "cannot be opened: it is a link that leads to itself. Name another file"],
  ["EACCES", "cannot be opened: its directory must be readable for this user"],
]);

function problemOf(found: Stats): string | undefined {
  if (found.isDirectory()) return "is a directory: name a file";
  if (!found.isFile()) return `is a ${kindOf(found)}: name a file`;
  if (found.nlink === 1) return undefined;
  // A second server could open it by another name, and neither would see what the other writes beside it.
  return (
    `has ${found.nlink} names (hard links), so that two servers could write to it at a time: remove all but this one, ` +
    "or copy it and name the copy"
  );
}

function kindOf(found: Stats): string {
  if (found.isFIFO()) return "pipe";
  return found.isSocket() ? "socket" : "device";
}
