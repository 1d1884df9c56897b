// The key of an object in a local folder as the names of folders and a file. No key leads out of the folder.
import { BucketError } from "./bucket-error.ts";

/** Files that are being written are no objects yet. */
const unfinished = /^\.pawl-[0-9a-f]{32}\.part$/;

/** Longest name in common file systems, in bytes. */
const maxNameBytes = 255;

/** The names on the way to a file. @throws BucketError for a key that no file below the folder can have. */
export function namesOf(bucket: string, key: string): readonly string[] {
  const names = key.split("/");
  const bad = names.find((name) => !isFileName(name));
  if (bad === undefined) return names;
  throw new BucketError(
    "InvalidKey",
    `The key ${JSON.stringify(key)} cannot be a file in the local folder of the bucket ${bucket}: ${JSON.stringify(bad)} is no name of a file.`,
  );
}

/** Windows has drives and streams of files behind colons. */
const notInNames = process.platform === "win32" ? ["\0", "\\", ":"] : ["\0", "\\"];

/** Whether a name stands for itself: no way up, no separator of Windows, nothing unfinished. */
export function isFileName(name: string): boolean {
  if (name === "" || name === "." || name === ".." || unfinished.test(name)) return false;
  if (notInNames.some((character) => name.includes(character))) return false;
  return name.isWellFormed() && Buffer.byteLength(name) <= maxNameBytes;
}

/** In the order of S3, by UTF-8 bytes. JavaScript's own order is another where there are surrogate pairs. */
export function byKey(one: string, other: string): number {
  if (one === other) return 0;
  if (!beyondSurrogates.test(one) && !beyondSurrogates.test(other)) return one < other ? -1 : 1;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
const beyondSurrogates = /[\ud800-\uffff]/;
