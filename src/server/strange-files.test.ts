// Data that are to stand where they cannot: every such file is refused with one line, which names it and says what to do.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";
import { runPawl } from "../testing/pawl-process.ts";
import { testServerOptions } from "../testing/server-options.ts";
import { StartError } from "./listen.ts";
import { startServer } from "./start-server.ts";

interface Case {
  readonly name: string;
  /** Makes what is strange in a directory, and gives the path that is named. */
  readonly make: (directory: string, t: TestContext) => string | Promise<string>;
  readonly message: RegExp;
  /** The reason why it cannot be shown here. */
  readonly skip?: string | false;
}

const isRoot = process.getuid?.() === 0 && "this user may write everywhere";
const isElsewhere = process.platform !== "linux" && "this system has no such files";

const cases: readonly Case[] = [
  { name: "a directory", make: (directory) => directory, message: /is a directory: name a file$/ },
  {
    name: "a pipe",
    make: (directory) => {
      assert.equal(spawnSync("sh", ["-c", 'mkfifo "$0"', join(directory, "d")]).status, 0);
      return join(directory, "d");
    },
    message: /\/d is a pipe: name a file$/,
    skip: process.platform === "win32" && "this system has no such files",
  },
  { name: "a device", make: () => "/dev/null", message: /^\/dev\/null is a device: name a file$/, skip: isElsewhere },
  {
    name: "a socket",
    make: async (directory, t) => {
      const server = createServer().listen(join(directory, "d"));
      t.after(() => server.close());
      await new Promise((resolve) => server.once("listening", resolve));
      return join(directory, "d");
    },
    message: /\/d is a socket: name a file$/,
    skip: isElsewhere,
  },
  {
    name: "a link that leads nowhere",
    make(directory) {
      symlinkSync("nowhere", join(directory, "d"));
      return join(directory, "d");
    },
    message: /\/d is a link to nowhere, which is not there: remove it, or name another file$/,
  },
  {
    name: "a link that leads to itself",
    make(directory) {
      symlinkSync("d", join(directory, "d"));
      return join(directory, "d");
    },
    message: /\/d cannot be opened: it is a link that leads to itself\. Name another file$/,
  },
  {
    name: "a file of two names",
    make(directory) {
      writeFileSync(join(directory, "d"), "");
      linkSync(join(directory, "d"), join(directory, "other"));
      return join(directory, "d");
    },
    message: /\/d has 2 names \(hard links\), so that two servers could write .*: remove all but this one, or copy it/,
  },
  {
    name: "a name that is too long",
    make: (directory) => join(directory, "x".repeat(300)),
    message: /x cannot be opened: its name is too long\. Name another file$/,
  },
  {
    name: "a folder whose name is too long",
    make: (directory) => join(directory, "x".repeat(300), "d"),
    message: /The folder .*x for the data cannot be made: its name is too long\. Name another file with --db$/,
  },
  {
    name: "a path that leads through a file",
    make(directory) {
      writeFileSync(join(directory, "f"), "");
      return join(directory, "f", "d");
    },
    message: /\/f\/d cannot be opened: a part of its path is a file\. Name another file$/,
  },
  {
    name: "a path that leads far through a file",
    make(directory) {
      writeFileSync(join(directory, "f"), "");
      return join(directory, "f", "g", "d");
    },
    message: /The folder .*\/f\/g for the data cannot be made: a part of its path is a file\./,
  },
  {
    name: "a text",
    make(directory) {
      writeFileSync(join(directory, "d"), "This is a letter to my aunt. ".repeat(99));
      return join(directory, "d");
    },
    message: /\/d is not a SQLite database: name another file, or move it away$/,
  },
  {
    name: "a database of another program",
    make(directory) {
      const database = new DatabaseSync(join(directory, "d"));
      database.exec("CREATE TABLE theirs (a)");
      database.close();
      return join(directory, "d");
    },
    message: /\/d is a SQLite database of another program: name another file$/,
  },
  {
    name: "a file that may not be written",
    make(directory) {
      writeFileSync(join(directory, "d"), "", { mode: 0o400 });
      return join(directory, "d");
    },
    message: /\/d cannot be (opened|written): .*writable for this user/,
    skip: isRoot,
  },
  {
    name: "a folder that may not be written",
    make(directory) {
      mkdirSync(join(directory, "f"));
      chmodSync(join(directory, "f"), 0o500);
      return join(directory, "f", "d");
    },
    message: /\/f\/d cannot be opened: its directory must exist and be writable for this user$/,
    skip: isRoot,
  },
];

function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "pawl-strange-"));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

for (const { name, make, message, skip } of cases) {
  test(`${name} is refused in one line`, { skip }, async (t) => {
    const db = await make(temporaryDirectory(t), t);
    await assert.rejects(startServer({ ...testServerOptions, db }), (error: unknown) => {
      assert.ok(error instanceof StartError, String(error));
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  });
}

test(
  "a path below /proc, where nothing can be made, ends the process with one line",
  { skip: isElsewhere },
  async (t) => {
    const directory = temporaryDirectory(t);
    const { exitCode, stderr } = await runPawl(["serve", "--port", "0", "--db", "/proc/x/y/pawl.db"], { directory });
    assert.equal(
      stderr,
      "The folder /proc/x/y for the data cannot be made: nothing can be made there. Name another file with --db\n",
    );
    assert.equal(exitCode, 1);
    const logging = JSON.stringify({ logging: { to: "file", file: "/proc/x/y/executions.log" } });
    writeFileSync(join(directory, "pawl.config.json"), logging);
    const logged = await runPawl(["serve", "--port", "0", "--db", "memory"], { directory });
    assert.equal(
      logged.stderr,
      "The folder /proc/x/y for execution logs cannot be made: nothing can be made there. Name another file.\n",
    );
    assert.equal(logged.exitCode, 1);
  },
);
