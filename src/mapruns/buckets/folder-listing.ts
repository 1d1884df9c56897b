// Lists a local folder as S3 lists a bucket: all files below it by the UTF-8 bytes of their keys, folder by folder, so that
// the names of one folder are all that is in memory.
import type { Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ListOptions, ObjectInfo } from "../ports.ts";
import { codeOf, fileError, type Folder, objectInfoOf, rootOf } from "./folder-files.ts";
import { byKey, isFileName } from "./folder-key.ts";

/** Files whose facts are asked for at a time. */
const atATime = 64;

/** Symbolic links are left out, as are names that cannot be keys: neither can be opened. */
export async function* listFolder(
  folder: Folder,
  { prefix = "", startAfter = "" }: ListOptions,
  signal: AbortSignal,
): AsyncGenerator<ObjectInfo, void, undefined> {
  const root = await rootOf(folder);
  let batch: string[] = [];
  for await (const key of keysBelow({ ...folder, path: root }, "", { prefix, startAfter })) {
    signal.throwIfAborted();
    batch.push(key);
    if (batch.length < atATime) continue;
    yield* await objectsOf({ ...folder, path: root }, batch);
    batch = [];
  }
  yield* await objectsOf({ ...folder, path: root }, batch);
}

interface Wanted {
  readonly prefix: string;
  readonly startAfter: string;
}

/** @param within the key of the folder itself: empty, or ending in a slash. */
async function* keysBelow(folder: Folder, within: string, wanted: Wanted): AsyncGenerator<string, void, undefined> {
  for (const key of await keysIn(folder, within, wanted)) {
    if (key.endsWith("/")) yield* keysBelow(folder, key, wanted);
    else yield key;
  }
}

/** A slash ends the key of a folder, which puts it between the files where the keys below it belong. */
async function keysIn({ bucket, path }: Folder, within: string, wanted: Wanted): Promise<readonly string[]> {
  let entries: readonly Dirent[];
  try {
    entries = await readdir(join(path, within), { withFileTypes: true });
  } catch (error) {
    // It was there when its parent was read.
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return [];
    throw fileError(error, { bucket, key: within });
  }
  const keys: string[] = [];
  for (const entry of entries) {
    if (!isFileName(entry.name)) continue;
    const key = `${within}${entry.name}`;
    if (entry.isFile() && isWantedFile(key, wanted)) keys.push(key);
    if (entry.isDirectory() && mayHoldWanted(`${key}/`, wanted)) keys.push(`${key}/`);
  }
  return keys.sort(byKey);
}

function isWantedFile(key: string, { prefix, startAfter }: Wanted): boolean {
  return key.startsWith(prefix) && byKey(key, startAfter) > 0;
}

function mayHoldWanted(folderKey: string, { prefix, startAfter }: Wanted): boolean {
  if (!folderKey.startsWith(prefix) && !prefix.startsWith(folderKey)) return false;
  return byKey(folderKey, startAfter) > 0 || startAfter.startsWith(folderKey);
}

async function objectsOf({ bucket, path }: Folder, keys: readonly string[]): Promise<readonly ObjectInfo[]> {
  const found = await Promise.all(
    keys.map(async (key) => {
      try {
        const facts = await lstat(join(path, key), { bigint: true });
        return facts.isFile() ? [objectInfoOf(key, facts)] : [];
      } catch (error) {
        // It was there when its folder was read.
        if (codeOf(error) === "ENOENT") return [];
        throw fileError(error, { bucket, key });
      }
    }),
  );
  return found.flat();
}
