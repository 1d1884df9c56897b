// The files of a local folder as objects: each one's facts, and the way to it, on which no symbolic link is followed.
import { hash } from "node:crypto";
import { lstat, mkdir, open, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ObjectInfo } from "../ports.ts";
import { BucketError, sentences } from "./bucket-error.ts";
import { namesOf } from "./folder-key.ts";

export interface Folder {
  readonly bucket: string;
  /** Absolute. */
  readonly path: string;
}

/** The facts that tell a file from its earlier self. */
export interface FileFacts {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ino: bigint;
}

/** The etag is no digest of the content, which would have to be read for it: it changes with the file's time, size or node. */
export function objectInfoOf(key: string, { size, mtimeNs, ino }: FileFacts): ObjectInfo {
  return {
    key,
    size: Number(size),
    etag: `"${hash("sha256", `${size} ${mtimeNs} ${ino}`, "hex").slice(0, 32)}"`,
    lastModified: Number(mtimeNs / 1_000_000n),
    storageClass: "STANDARD",
  };
}

/** The folder without symbolic links in its own path. @throws BucketError where there is none. */
export async function rootOf({ bucket, path }: Folder): Promise<string> {
  try {
    const root = await realpath(path);
    if ((await lstat(root)).isDirectory()) return root;
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "ENOTDIR") throw fileError(error, { bucket });
  }
  throw new BucketError(
    "NoSuchBucket",
    `${sentences.NoSuchBucket} (The local folder of the bucket ${bucket} in the configuration is missing.)`,
  );
}

/** The path of a key's file, which need not be there. @throws BucketError where the key or a symbolic link leads elsewhere. */
export async function filePathOf(folder: Folder, key: string): Promise<string> {
  const names = namesOf(folder.bucket, key);
  let path = await rootOf(folder);
  for (const name of names) {
    path = join(path, name);
    if (await isLink(path, { bucket: folder.bucket, key })) throw linkError(folder, key);
  }
  return path;
}

/** Makes the folders above a file, one by one. */
export async function makeFoldersFor(folder: Folder, key: string): Promise<void> {
  let path = await rootOf(folder);
  for (const name of namesOf(folder.bucket, key).slice(0, -1)) {
    path = join(path, name);
    try {
      await mkdir(path);
      await syncFolder(dirname(path));
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw writeError(error, { bucket: folder.bucket, key });
    }
    if (await isLink(path, { bucket: folder.bucket, key })) throw linkError(folder, key);
  }
}

/** A new name is durable with its folder; Windows cannot open one, and needs it not. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function isLink(path: string, place: { readonly bucket: string; readonly key: string }): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw fileError(error, place);
  }
}

function linkError({ bucket }: Folder, key: string): BucketError {
  return new BucketError(
    "AccessDenied",
    `Access Denied: there is a symbolic link on the way to s3://${bucket}/${key}, and none is followed.`,
  );
}

/** A file cannot be written: that something is missing says nothing about the object then. */
export function writeError(error: unknown, place: { readonly bucket: string; readonly key: string }): unknown {
  const code = codeOf(error);
  if (code === undefined || code === "EACCES" || code === "EPERM") return fileError(error, place);
  const { bucket, key } = place;
  return new BucketError("Failed", `s3://${bucket}/${key} cannot be written in its local folder: ${code}`, {
    cause: error,
  });
}

/** Errors of the file system have absolute paths in their messages, which are none of the API's clients' business. */
export function fileError(
  error: unknown,
  { bucket, key }: { readonly bucket: string; readonly key?: string },
): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  const place = key === undefined ? `s3://${bucket}` : `s3://${bucket}/${key}`;
  const cause = { cause: error };
  if (["ENOENT", "ENOTDIR", "EISDIR", "ENAMETOOLONG"].includes(code))
    return new BucketError("NoSuchKey", `${sentences.NoSuchKey} (${place})`, cause);
  if (code === "EACCES" || code === "EPERM")
    return new BucketError("AccessDenied", `Access Denied (${place}, a local folder)`, cause);
  return new BucketError("Failed", `The local folder of ${place} cannot be used: ${code}`, cause);
}

/** Such as `ENOENT`; `undefined` for an error that is not the file system's. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
