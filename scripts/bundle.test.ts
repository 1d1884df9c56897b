// The bundled program: modules find their files where they were, and what cannot be kept right is refused.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { bundle } from "./bundle.mjs";

function programWith(context: TestContext, deepModule: string): string {
  const folder = mkdtempSync(join(tmpdir(), "pawl-bundle-"));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const room of ["cli", "server", "aws", "aws/models"]) mkdirSync(join(folder, room));
  writeFileSync(join(folder, "package.json"), `{"type":"module"}`);
  writeFileSync(join(folder, "aws/models/load.js"), deepModule);
  writeFileSync(join(folder, "cli/program.js"), `export { place } from "../aws/models/load.js";`);
  writeFileSync(join(folder, "server/start-server.js"), `export const load = () => import("../aws/models/load.js");`);
  return folder;
}

void test("a module of the bundle finds files beside the place where the compiler wrote it", async (context) => {
  const folder = programWith(context, `export const place = new URL("./here.json", import.meta.url).href;`);
  await bundle(folder);
  const expected = pathToFileURL(join(folder, "aws/models/here.json")).href;
  const { place } = (await import(pathToFileURL(join(folder, "cli/program.js")).href)) as { place: string };
  assert.equal(place, expected);
  const { load } = (await import(pathToFileURL(join(folder, "server/start-server.js")).href)) as {
    load: () => Promise<{ place: string }>;
  };
  assert.equal((await load()).place, expected);
});

void test("a module that asks for its place in another way is refused by name", async (context) => {
  const folder = programWith(context, `export const place = import.meta.dirname;`);
  await assert.rejects(bundle(folder), /import\.meta\.dirname has another value in the bundle: use import\.meta\.url/);
});
