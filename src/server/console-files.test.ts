// The files of the console: served as they were built, from nowhere else, and with the headers that keep pages to themselves.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, request as sendRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { gunzipSync } from "node:zlib";
import { consoleFiles } from "./console-files.ts";
import { createHttpHandler } from "./http.ts";

const script = "console.log(1);\n".repeat(500);
const csp = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

interface Site {
  readonly folder: string;
  get(path: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<Answer>;
}

/** A folder with a built console in it, unless the test wants none, served as a server does. */
async function openSite(t: TestContext, isBuilt = true): Promise<Site> {
  const outer = mkdtempSync(join(tmpdir(), "pawl-console-"));
  const folder = join(outer, "console");
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(outer, "secret.txt"), "secret");
  writeFileSync(join(folder, "assets", "index-1a2B_c-4.js"), script);
  writeFileSync(join(folder, "favicon.svg"), "<svg/>");
  if (isBuilt) writeFileSync(join(folder, "index.html"), "<!doctype html>one");
  const server = createServer(
    createHttpHandler({
      aws: (_request, response) => void response.end("aws"),
      files: consoleFiles({ folder }),
      knownProblem: () => undefined,
      readinessProblem: async () => undefined,
      quarantined: () => 0,
      isStopped: () => false,
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(outer, { recursive: true });
  });
  const { port } = server.address() as AddressInfo;
  return {
    folder,
    get: (path, headers = {}, method = "GET") =>
      new Promise((resolve, reject) => {
        const request = sendRequest({ host: "127.0.0.1", port, method, path, headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
          );
        });
        request.on("error", reject);
        request.end();
      }),
  };
}

const asPage = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

test("a page of the console is its index, whatever its path, and stays by itself", async (t) => {
  const { get } = await openSite(t);
  for (const path of ["/", "/?x=1", "/machines", "/executions/arn%3Aaws%3Astates/graph?event=3", "/machines/a.b"]) {
    const { status, headers, body } = await get(path, asPage);
    assert.deepEqual([status, body.toString()], [200, "<!doctype html>one"], path);
    assert.deepEqual(
      [headers["content-security-policy"], headers["x-content-type-options"], headers["x-frame-options"]],
      [csp, "nosniff", "DENY"],
    );
    assert.deepEqual(
      [headers["referrer-policy"], headers["cross-origin-opener-policy"], headers["cache-control"]],
      ["no-referrer", "same-origin", "no-cache"],
    );
  }
  const navigation = await get("/machines", { "sec-fetch-mode": "navigate", accept: "*/*" });
  assert.equal(navigation.status, 200);
  const scriptLost = await get("/assets/gone-12345678.js", { "sec-fetch-mode": "no-cors", accept: "*/*" });
  assert.equal(scriptLost.status, 404, "a script that is gone is no page");
  assert.equal((await get("/machines")).status, 404);
});

test("a file has its type, is compressed for whoever takes it, and is kept as long as it is the same", async (t) => {
  const { get } = await openSite(t);
  const path = "/assets/index-1a2B_c-4.js";
  const plain = await get(path);
  assert.deepEqual([plain.status, plain.body.toString()], [200, script]);
  assert.deepEqual(
    [plain.headers["content-type"], plain.headers["cache-control"], plain.headers["content-encoding"]],
    ["text/javascript; charset=utf-8", "public, max-age=31536000, immutable", undefined],
  );
  const packed = await get(path, { "accept-encoding": "br, gzip" });
  assert.deepEqual([packed.headers["content-encoding"], packed.headers["vary"]], ["gzip", "Accept-Encoding"]);
  assert.equal(gunzipSync(packed.body).toString(), script);
  assert.ok(packed.body.length < script.length / 4);
  assert.notEqual(packed.headers["etag"], plain.headers["etag"]);
  for (const given of [String(plain.headers["etag"]), `W/"x", ${String(plain.headers["etag"])}`, "*"]) {
    const again = await get(path, { "if-none-match": given });
    assert.deepEqual([again.status, again.body.length, again.headers["etag"]], [304, 0, plain.headers["etag"]]);
  }
  assert.equal((await get(path, { "if-none-match": '"other"' })).status, 200);
  const head = await get(path, {}, "HEAD");
  assert.deepEqual([head.status, head.body.length, head.headers["content-length"]], [200, 0, String(script.length)]);
  assert.equal((await get("/favicon.svg")).headers["cache-control"], "no-cache");
  assert.equal((await get("/favicon.svg", { "accept-encoding": "gzip;q=0" })).headers["content-encoding"], undefined);
  assert.equal((await get(path, { "accept-encoding": "gzip;q=0, br" })).headers["content-encoding"], undefined);
});

test("no path leads out of the folder, and other methods lead nowhere", async (t) => {
  const { get, folder } = await openSite(t);
  symlinkSync(join(folder, "..", "secret.txt"), join(folder, "link.txt"));
  for (const path of [
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/..\\secret.txt",
    "/assets/..%5c..%5csecret.txt",
    "//etc/passwd",
    "/link.txt",
    "/assets",
    "/assets/",
    "/index.html%00.js",
    "/__proto__",
    "http://other.example/favicon.svg",
  ]) {
    const { status, body } = await get(path);
    assert.equal(status, 404, path);
    assert.ok(!body.includes("secret"));
  }
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
    assert.equal((await get("/index.html", asPage, method)).status, 404, method);
});

test("a console that is not built says how it is, and one that is built anew is served at once", async (t) => {
  const { get, folder } = await openSite(t, false);
  const missing = await get("/", asPage);
  assert.equal(missing.status, 503);
  assert.match(missing.body.toString(), /<pre>npm run build<\/pre>/);
  assert.deepEqual([missing.headers["content-security-policy"], missing.headers["cache-control"]], [csp, "no-store"]);
  assert.equal((await get("/favicon.svg")).status, 404);
  assert.equal((await get("/health")).status, 200);

  writeFileSync(join(folder, "index.html"), "<!doctype html>two");
  assert.equal((await get("/", asPage)).body.toString(), "<!doctype html>two");
  writeFileSync(join(folder, "index.html"), "<!doctype html>three");
  writeFileSync(join(folder, "assets", "more-87654321.js"), "1");
  utimesSync(join(folder, "index.html"), 1, 1);
  assert.equal((await get("/", asPage)).body.toString(), "<!doctype html>three");
  assert.equal((await get("/assets/more-87654321.js")).body.toString(), "1");
  rmSync(join(folder, "index.html"));
  assert.equal((await get("/", asPage)).body.toString(), "<!doctype html>three", "while it is being built again");
});
