// Manifests: an S3 inventory, whose files list objects, and what UNLOAD of Athena writes, whose files hold rows.
import { hash } from "node:crypto";
import { isJsonArray, isJsonObject, type Json, memberOf, parseJson } from "../../asl/json.ts";
import { jsonLimitProblem } from "../../asl/json-limits.ts";
import { csvRows } from "../../engine/map/csv.ts";
import { type Buckets, ItemReaderError } from "../ports.ts";
import type { DataFile } from "./file-items.ts";
import type { Format } from "./reader-config.ts";

export interface NamedFiles {
  readonly files: readonly { readonly bucket: string; readonly key: string }[];
  readonly format: Format;
}

/** A manifest with 100,000 files has some 15 MB. */
const maxManifestBytes = 64 * 1024 * 1024;

/** @throws ItemReaderError */
export async function manifestText(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytes) {
    pieces.push(piece);
    size += piece.length;
    if (size > maxManifestBytes) throw new ItemReaderError(`The manifest is larger than ${maxManifestBytes} bytes.`);
  }
  return Buffer.concat(pieces).toString("utf8");
}

/** The files of an inventory are in the bucket that its manifest is in. @throws ItemReaderError */
export function inventoryFiles(text: string, bucket: string): NamedFiles {
  const manifest = parsed(text);
  const [fileFormat, fileSchema, files] = isJsonObject(manifest)
    ? [memberOf(manifest, "fileFormat"), memberOf(manifest, "fileSchema"), memberOf(manifest, "files")]
    : [];
  if (typeof fileSchema !== "string" || !isJsonArray(files))
    throw new ItemReaderError("The manifest is none of an S3 inventory: it needs the members fileSchema and files.");
  if (fileFormat !== undefined && fileFormat !== "CSV") {
    const format = JSON.stringify(fileFormat).slice(0, 100);
    throw new ItemReaderError(`The S3 inventory has files of the format ${format}; only CSV can be read.`);
  }
  return {
    files: files.map((file) => ({ bucket, key: keyOf(file) })),
    format: { kind: "CSV", delimiter: ",", headers: fileSchema.split(",").map((name) => name.trim()) },
  };
}

function parsed(text: string): Json {
  const problem = jsonLimitProblem(text);
  if (problem !== undefined) throw new ItemReaderError(`The manifest cannot be read: ${problem}`);
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ItemReaderError("The manifest is not JSON.", { cause: error });
    throw error;
  }
}

function keyOf(file: Json): string {
  const key = isJsonObject(file) ? memberOf(file, "key") : undefined;
  if (typeof key === "string") return key;
  throw new ItemReaderError("A file in the manifest of the S3 inventory has no key.");
}

/** A line each, with the address of a file. @throws ItemReaderError */
export function athenaFiles(text: string, format: Format): NamedFiles {
  const files: { readonly bucket: string; readonly key: string }[] = [];
  for (const [address = ""] of csvRows([text], ",")) {
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(address.trim()) ?? [];
    if (bucket === undefined || key === undefined) {
      const shown = JSON.stringify(address.slice(0, 200));
      throw new ItemReaderError(`The manifest has ${shown} where the address of a file belongs: s3://bucket/key.`);
    }
    files.push({ bucket, key });
  }
  return { files, format };
}

/** Files whose facts are asked for at a time. */
const atATime = 16;

/** The files as they are now, and what pins them. */
export async function openFiles(
  buckets: Buckets,
  { files }: NamedFiles,
  { options, signal }: { readonly options: DataFile["options"]; readonly signal: AbortSignal },
): Promise<{ readonly files: readonly DataFile[]; readonly digest: string }> {
  const opened: DataFile[] = [];
  for (let at = 0; at < files.length; at += atATime) {
    const some = await Promise.all(
      files.slice(at, at + atATime).map(async ({ bucket, key }) => {
        const { info } = await buckets.open(bucket, key, options, signal);
        return { bucket, info, options };
      }),
    );
    opened.push(...some);
  }
  const facts = opened.map(({ bucket, info: { key, etag, size } }) => [bucket, key, etag, size]);
  return { files: opened, digest: hash("sha256", JSON.stringify(facts), "base64url") };
}
