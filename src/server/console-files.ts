// The files of the console as they were built: every path of theirs is known before it is asked for, so that no request leads
// anywhere else. A page that is opened at any path of the console gets its index.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzip } from "node:zlib";
import { promisify } from "node:util";

/** Beside the server, in the package as in the sources. */
export const builtConsole = fileURLToPath(new URL("../../dist/console/", import.meta.url));

export interface ConsoleFilesOptions {
  /** The folder of the built console; nothing need be there. */
  readonly folder: string;
}

interface File {
  readonly type: string;
  readonly content: Buffer;
  readonly etag: string;
  /** Its name tells its content. */
  readonly isForEver: boolean;
  compressed: Promise<Buffer> | undefined;
}

interface Built {
  /** By their paths, such as `/assets/index-1a2b3c4d.js`. */
  readonly files: ReadonlyMap<string, File>;
  readonly index: File;
  /** When the index was written: another time is that of another build. */
  readonly builtAt: number;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
};

/** Nothing is loaded from elsewhere, sent elsewhere or shown elsewhere, and no script stands in a page. */
const pageHeaders = {
  "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
} as const;

const compress = promisify(gzip);
/** Shorter ones gain nothing. */
const compressedFrom = 1_024;

/** Takes what is asked for with GET or HEAD. @returns false where there is nothing for the path. */
export function consoleFiles({
  folder,
}: ConsoleFilesOptions): (request: IncomingMessage, response: ServerResponse) => boolean {
  let built: Built | undefined;
  return (request, response) => {
    const [path = ""] = (request.url ?? "").split("?", 1);
    const isPage = path === "/" || isNavigation(request);
    if (isPage || built === undefined) built = latest(folder, built);
    const file = built?.files.get(path) ?? (isPage ? (built?.index ?? missing) : undefined);
    if (file === undefined) return false;
    request.resume();
    send(request, response, file).catch(() => response.destroy());
    return true;
  };
}

/** Whether a browser opens a page, and no script or picture of one. */
function isNavigation({ headers }: IncomingMessage): boolean {
  const mode = headers["sec-fetch-mode"];
  return mode === undefined ? (headers.accept ?? "").includes("text/html") : mode === "navigate";
}

async function send(request: IncomingMessage, response: ServerResponse, file: File): Promise<void> {
  const { type, content, isForEver } = file;
  const isCompressed = content.length >= compressedFrom && isText(type) && takesGzip(request);
  const etag = isCompressed ? `"${file.etag}-gzip"` : `"${file.etag}"`;
  const headers = {
    ...pageHeaders,
    "Cache-Control": isForEver ? "public, max-age=31536000, immutable" : "no-cache",
    ETag: etag,
    Vary: "Accept-Encoding",
  };
  if (file === missing) {
    response.writeHead(503, {
      ...pageHeaders,
      "Content-Type": type,
      "Cache-Control": "no-store",
      "Content-Length": content.length,
    });
    response.end(content);
    return;
  }
  if (matchesEtag(request.headers["if-none-match"], etag)) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  file.compressed ??= isCompressed ? compress(content) : undefined;
  const body = isCompressed ? await (file.compressed ?? compress(content)) : content;
  if (response.destroyed) return;
  const encoding = isCompressed ? { "Content-Encoding": "gzip" } : {};
  response.writeHead(200, { ...headers, ...encoding, "Content-Type": type, "Content-Length": body.length });
  response.end(body);
}

function takesGzip({ headers }: IncomingMessage): boolean {
  const accepted = String(headers["accept-encoding"] ?? "").toLowerCase();
  return accepted.split(",").some((coding) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/.test(coding));
}

function isText(type: string): boolean {
  return type.startsWith("text/") || type.startsWith("application/") || type.startsWith("image/svg");
}

function matchesEtag(header: string | undefined, etag: string): boolean {
  const given = new Set((header ?? "").split(",").map((each) => each.trim().replace(/^W\//, "")));
  return given.has(etag) || given.has("*");
}

/** The console as it is built, read again where it was built anew; `undefined` where it is not. */
function latest(folder: string, known: Built | undefined): Built | undefined {
  try {
    const builtAt = statSync(join(folder, "index.html")).mtimeMs;
    return builtAt === known?.builtAt ? known : readBuilt(folder, builtAt);
  } catch {
    // Files come and go while it is being built: what cannot be read is not built.
    return known;
  }
}

function readBuilt(folder: string, builtAt: number): Built | undefined {
  const files = new Map<string, File>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    files.set(`/${relative(folder, file).replaceAll("\\", "/")}`, fileOf(entry.name, readFileSync(file)));
  }
  const index = files.get("/index.html");
  return index && { files, index, builtAt };
}

function fileOf(name: string, content: Buffer): File {
  return {
    type: types[extname(name)] ?? "application/octet-stream",
    content,
    etag: createHash("sha256").update(content).digest("base64url").slice(0, 22),
    // The builder puts a hash before the ending.
    isForEver: /-[\w-]{8}\.\w+$/.test(name),
    compressed: undefined,
  };
}

const missing: File = fileOf(
  "missing.html",
  Buffer.from(
    "<!doctype html><html lang=en><meta charset=utf-8><title>Pawl</title><h1>The console is not built</h1>" +
      "<p>The server runs, and its API answers. To build the console, run in the folder of Pawl:</p><pre>npm run build</pre>" +
      "<p>Then load this page again. A package of Pawl has the console in it.</p></html>\n",
  ),
);
