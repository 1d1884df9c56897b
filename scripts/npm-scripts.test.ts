// The scripts of npm as shells, supervisors and people call them: real processes, since what is between npm and the server is
// the very thing that these are about.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { eventually } from "../src/testing/server-process.ts";

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "pawl-npm-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A shell with another below it: a signal to the first reaches neither the other nor the server. */
const twoShells = join(folder, "two-sh");
writeFileSync(twoShells, `#!/bin/sh\n/bin/sh "$@"\nexit $?\n`);
chmodSync(twoShells, 0o755);

function npm(
  args: readonly string[],
  options: { shell?: string; cwd?: string; isDetached?: boolean } = {},
): ChildProcess {
  const script = options.shell === undefined ? [] : [`--script-shell=${options.shell}`];
  return spawn("npm", [...script, ...args], {
    cwd: options.cwd ?? root,
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD|PAWL_)/.test(name))),
    stdio: ["ignore", "pipe", "pipe"],
    detached: options.isDetached ?? false,
  });
}

/** Settles with all that was written, when everybody who could write has ended. */
function untilClosed(child: ChildProcess): Promise<string> {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (more: Buffer) => (text += String(more)));
  return new Promise((resolve) => child.on("close", () => resolve(text)));
}

const serve = ["run", "-s", "pawl", "--", "serve", "--port", "0", "--db", "memory"];

interface Killing {
  readonly says: string;
  readonly shell: string;
  readonly signal: NodeJS.Signals;
  /** A supervisor such as systemd tells all processes of a service; Docker and `kill` only the first. */
  readonly isGroup?: boolean;
}

const killings: readonly Killing[] = [
  ...["/bin/dash", "/bin/bash", twoShells].map((shell) => ({
    says: "npm is killed",
    shell,
    signal: "SIGTERM" as const,
  })),
  ...["/bin/dash", "/bin/bash", twoShells].map((shell) => ({ says: "npm dies", shell, signal: "SIGKILL" as const })),
  { says: "Ctrl-C reaches all of them", shell: "/bin/sh", signal: "SIGINT", isGroup: true },
  { says: "a supervisor ends the whole group", shell: "/bin/sh", signal: "SIGTERM", isGroup: true },
];

for (const { says, shell, signal, isGroup = false } of killings) {
  const of = shell === twoShells ? "two shells" : shell;
  const skip = !existsSync(shell) && `${shell} is not here`;
  test(`a server ends when ${says}, with ${of} between them`, { skip }, async (t) => {
    const child = npm(serve, { shell, isDetached: isGroup });
    const closed = untilClosed(child);
    const url = await listening(t, child);
    assert.equal((await fetch(url)).ok, true);
    assert.ok(child.pid !== undefined);
    process.kill(isGroup ? -child.pid : child.pid, signal);
    const text = await closed;
    assert.match(text, /Pawl has stopped/);
    await assert.rejects(fetch(url));
  });
}

function listening(t: TestContext, child: ChildProcess): Promise<string> {
  let text = "";
  child.stderr?.on("data", (more: Buffer) => (text += String(more)));
  t.after(() => child.kill("SIGKILL"));
  return eventually("the server listens", () => {
    if (child.exitCode !== null) throw new Error(`The server did not start: ${text}`);
    return /"url":"([^"]+)"/.exec(text)?.[1];
  });
}

test("paths are those of the folder that npm was called in", async () => {
  const directory = join(folder, "elsewhere");
  mkdirSync(directory);
  writeFileSync(
    join(directory, "x.asl.json"),
    JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true } } }),
  );
  const child = npm(["--prefix", root, "run", "-s", "pawl", "--", "validate", "./x.asl.json"], { cwd: directory });
  const text = await untilClosed(child);
  assert.equal(child.exitCode, 0, text);
  assert.match(text, /x\.asl\.json/);
});

test("a clone that cannot be written says so in a word", (t) => {
  const clone = join(folder, "clone");
  mkdirSync(join(clone, "scripts"), { recursive: true });
  for (const path of ["package.json", "package-lock.json", "scripts/setup.mjs", "scripts/setup", "scripts/node"]) {
    cpSync(join(root, path), join(clone, path), { recursive: true });
  }
  // A superuser may write whatever the modes say; a file system that is mounted to be read alone stops everybody.
  const mount = `mount --bind ${clone} ${clone} && mount -o remount,bind,ro ${clone} && cd ${clone} && exec "$0" scripts/setup.mjs`;
  const { status, stderr } = spawnSync("unshare", ["-rm", "sh", "-c", mount, process.execPath], { encoding: "utf8" });
  if (status === null || /unshare:|mount:/.test(stderr)) return t.skip("no file system can be mounted here");
  assert.equal(status, 1);
  assert.match(stderr, /^Pawl cannot write to .*clone \((EROFS|ENOENT)\)/);
  assert.doesNotMatch(stderr, /\bat .*:\d+:\d+/);
});

test("the package runs by itself, and holds what its README links to and no test code", async (t) => {
  const packed = spawnSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: root, encoding: "utf8" });
  if (packed.error !== undefined) return t.skip("no npm is here");
  assert.equal(packed.status, 0, packed.stderr);
  spawnSync("tar", ["xzf", join(folder, packed.stdout.trim()), "-C", folder]);
  const installed = join(folder, "package");
  symlinkSync(join(root, "node_modules"), join(installed, "node_modules"));
  t.diagnostic(`files of the package: ${filesBelow(installed).length}`);
  assert.deepEqual(
    filesBelow(installed).filter((file) => /\/testing\/|\.test\.|golden|\.map$/.test(file)),
    [],
  );
  assert.deepEqual(
    linksOf(join(installed, "README.md")).filter((link) => !existsSync(join(installed, link))),
    [],
  );
  const child = spawn(join(installed, "dist", "cli", "main.js"), ["serve", "--port", "0", "--db", "memory"], {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: folder,
  });
  const closed = untilClosed(child);
  const url = await listening(t, child);
  const page = await fetch(url);
  assert.match(await page.text(), /<title>/);
  child.kill();
  assert.match(await closed, /Pawl has stopped/);
});

test("a pawl that npm linked runs after a rebuild", () => {
  const linked = join(folder, "pawl");
  symlinkSync(join(root, "dist", "cli", "main.js"), linked);
  // The set-up of the scripts above has built it; npm makes it executable only when it links.
  const { status, stdout, error } = spawnSync(linked, ["--version"], { cwd: folder, encoding: "utf8" });
  assert.equal(error, undefined);
  assert.deepEqual([status, stdout], [0, "0.1.0\n"]);
});

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).filter(
    (file) => !file.startsWith("node_modules"),
  );
}

function linksOf(file: string): readonly string[] {
  return [...readFileSync(file, "utf8").matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = ""]) => path);
}
