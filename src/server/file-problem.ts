// Why a file could not be read or written, in words for who named it.
import { dirname } from "node:path";

/** Such as `a.json is not there`, without a full stop. */
export function readProblem(path: string, cause: unknown): string {
  return codeOf(cause) === "ENOENT" ? `${path} is not there` : `${path} cannot be read: ${reasonOf(cause)}`;
}

/** Such as `a/b.svg cannot be written: there is no folder a. Make it: mkdir -p a`. */
export function writeProblem(path: string, cause: unknown): string {
  const folder = dirname(path);
  const reason =
    codeOf(cause) === "ENOENT" ? `there is no folder ${folder}. Make it: mkdir -p ${folder}` : reasonOf(cause);
  return `${path} cannot be written: ${reason}`;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "this user may not",
  ENOENT: "nothing can be made there",
  EPERM: "this user may not",
  EISDIR: "it is a folder",
  EEXIST: "a file is in its way",
  ELOOP: "it is a link that leads to itself",
  ENXIO: "it is a pipe that nobody reads",
  ENOTDIR: "a part of its path is a file",
  ENAMETOOLONG: "its name is too long",
  ENOSPC: "the disk is full",
  EROFS: "the disk is read-only",
};

/** The code of an error of the file system. */
export function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return reasons[codeOf(cause) ?? ""] ?? message;
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
}
