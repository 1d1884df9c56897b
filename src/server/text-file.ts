// Text of files: UTF-8, with or without a byte order mark. Another encoding is named, for nobody sees what it does to names.
import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { readProblem } from "./file-problem.ts";

export type TextFile =
  | { readonly text: string }
  /** `encoding` where the file is there: the problem without the path. */
  | { readonly problem: string; readonly encoding?: string };

/**
 * The problem is a sentence without a full stop; it begins with the path.
 * @param shown the path as it is shown
 */
export function readTextFile(path: string, shown = path): TextFile {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    return { problem: readProblem(shown, cause) };
  }
  const encoding = encodingProblem(bytes);
  if (encoding !== undefined) return { problem: `${shown} ${encoding}`, encoding };
  return { text: bytes.toString("utf8").replace(/^\uFEFF/, "") };
}

function encodingProblem(bytes: Buffer): string | undefined {
  if (isUtf16(bytes)) {
    return `is in UTF-16, as PowerShell writes it. Save it in UTF-8: iconv -f UTF-16 -t UTF-8, or Set-Content -Encoding utf8`;
  }
  if (isUtf8(bytes)) return undefined;
  const at = firstForeign(bytes);
  const line = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
  const byte = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, "0");
  return `is not in UTF-8: line ${line} has the byte 0x${byte}, as Latin-1 and Windows-1252 have. Save it in UTF-8: iconv -f WINDOWS-1252 -t UTF-8`;
}

/** By its mark, or by the zeros that half of the bytes of such a text are. */
function isUtf16(bytes: Buffer): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const start = bytes.subarray(0, 64);
  return start.length > 1 && start.filter((byte) => byte === 0).length >= Math.floor(start.length / 2);
}

/** The index of the first byte that no UTF-8 has there. */
function firstForeign(bytes: Buffer): number {
  let [sound, whole] = [0, bytes.length];
  while (whole - sound > 1) {
    const middle = (sound + whole) >> 1;
    if (isSoundBeginning(bytes.subarray(0, middle))) sound = middle;
    else whole = middle;
  }
  // A character may be cut in the middle: it is that one.
  while (sound > 0 && !isUtf8(bytes.subarray(0, sound))) sound--;
  return sound;
}

/** A character may be cut at the end. */
function isSoundBeginning(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
