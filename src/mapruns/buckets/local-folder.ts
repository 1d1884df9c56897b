// A bucket that is a local folder: keys are paths below it, and a file that is written is there whole or not at all.
import { hash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, open, rename, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Buckets, OpenedObject, OpenOptions } from "../ports.ts";
import { BucketError, changedError, sentences } from "./bucket-error.ts";
import {
  codeOf,
  type FileFacts,
  fileError,
  filePathOf,
  type Folder,
  makeFoldersFor,
  objectInfoOf,
  syncFolder,
  writeError,
} from "./folder-files.ts";
import { listFolder } from "./folder-listing.ts";

/** The buckets of the configuration that are folders, by their names; absolute paths. */
export function localFolders(folders: ReadonlyMap<string, string>): Buckets {
  const folderOf = (bucket: string): Folder => {
    const path = folders.get(bucket);
    if (path === undefined) throw new BucketError("NoSuchBucket", sentences.NoSuchBucket);
    return { bucket, path };
  };
  return {
    list: (bucket, options, signal) => listFolder(folderOf(bucket), options, signal),
    open: async (bucket, key, options, signal) => openFile(folderOf(bucket), key, options, signal),
    put: async (bucket, key, bytes, signal) => writeFile(folderOf(bucket), key, bytes, signal),
  };
}

const readBytes = 256 * 1024;

async function openFile(
  folder: Folder,
  key: string,
  { versionId, pin, known, range }: OpenOptions,
  signal: AbortSignal,
): Promise<OpenedObject> {
  const { bucket } = folder;
  // A folder keeps one version of each file; S3 calls the only one of an object "null".
  if (versionId !== undefined && versionId !== "null") {
    throw new BucketError("NoSuchVersion", `${sentences.NoSuchVersion} (A local folder keeps no versions.)`);
  }
  const path = await filePathOf(folder, key);
  const info = known ?? objectInfoOf(key, await factsOf(path, { bucket, key }));
  if (pin !== undefined && pin !== info.etag) throw changedError(bucket, key);
  return { info, pin: info.etag, bytes: bytesOf(path, { bucket, key, etag: info.etag, range }, signal) };
}

interface Pinned {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly range: OpenOptions["range"];
}

async function factsOf(path: string, place: { readonly bucket: string; readonly key: string }): Promise<FileFacts> {
  try {
    const facts = await lstat(path, { bigint: true });
    if (facts.isFile()) return facts;
  } catch (error) {
    throw fileError(error, place);
  }
  throw new BucketError("NoSuchKey", `${sentences.NoSuchKey} (s3://${place.bucket}/${place.key})`);
}

/** A file that changes while it is read is noticed at its end at the latest. */
async function* bytesOf(
  path: string,
  { bucket, key, etag, range }: Pinned,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  signal.throwIfAborted();
  const handle = await opened(path, { bucket, key });
  const check = async (): Promise<void> => {
    const facts = await handle.stat({ bigint: true });
    if (!facts.isFile() || objectInfoOf(key, facts).etag !== etag) throw changedError(bucket, key);
  };
  try {
    await check();
    const end = range?.end ?? Number.POSITIVE_INFINITY;
    for (let position = range?.start ?? 0; position < end;) {
      signal.throwIfAborted();
      const buffer = Buffer.allocUnsafeSlow(Math.min(readBytes, end - position));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    await check();
  } catch (error) {
    throw fileError(error, { bucket, key });
  } finally {
    await handle.close();
  }
}

async function opened(path: string, place: { readonly bucket: string; readonly key: string }): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    // It was there when the object was opened.
    if (codeOf(error) === "ENOENT") throw changedError(place.bucket, place.key);
    throw fileError(error, place);
  }
}

/** The unfinished file has a name that follows from the key: one that a crash left behind is written over. */
async function writeFile(
  folder: Folder,
  key: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<{ readonly size: number }> {
  const path = await filePathOf(folder, key);
  await makeFoldersFor(folder, key);
  const unfinished = join(dirname(path), `.pawl-${hash("sha256", key, "hex").slice(0, 32)}.part`);
  try {
    const size = await written(unfinished, bytes, signal);
    await rename(unfinished, path);
    await syncFolder(dirname(path));
    return { size };
  } catch (error) {
    await unlink(unfinished).catch(() => undefined);
    throw writeError(error, { bucket: folder.bucket, key });
  }
}

async function written(path: string, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<number> {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const handle = await open(path, O_WRONLY | O_CREAT | O_TRUNC | (O_NOFOLLOW ?? 0), 0o644);
  try {
    let size = 0;
    for await (const chunk of bytes) {
      signal.throwIfAborted();
      await handle.writeFile(chunk);
      size += chunk.length;
    }
    await handle.sync();
    return size;
  } finally {
    await handle.close();
  }
}
