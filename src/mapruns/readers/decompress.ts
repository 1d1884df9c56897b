// Decompresses files as they come, by the ends of their names as AWS does.
import { Readable } from "node:stream";
import { pipeline } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { ItemReaderError } from "../ports.ts";

const decoders = [
  { name: "gzip", ending: /\.gz$/i, create: createGunzip },
  { name: "zstd", ending: /\.zst(d)?$/i, create: createZstdDecompress },
] as const;

/** @throws ItemReaderError for bytes that are not what the name says. */
export function decompressed(key: string, bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const decoder = decoders.find(({ ending }) => ending.test(key));
  return decoder === undefined ? bytes : decoded(bytes, decoder);
}

async function* decoded(
  bytes: AsyncIterable<Uint8Array>,
  { name, create }: (typeof decoders)[number],
): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = create({ chunkSize: 64 * 1024 });
  let problem: unknown;
  // Its own errors come with those of the bytes out of the iteration.
  pipeline(Readable.from(bytes), stream, () => undefined);
  stream.on("error", (error) => {
    problem = error;
  });
  try {
    yield* stream as AsyncIterable<Uint8Array>;
  } catch (error) {
    const isOfZlib = error === problem && error instanceof Error && "errno" in error;
    throw isOfZlib ? new ItemReaderError(`The dataset cannot be decompressed with ${name}: ${error.message}.`) : error;
  } finally {
    stream.destroy();
  }
}
