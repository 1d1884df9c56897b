// Outputs that go away while a command runs, in the shells that people have: nothing ends with a stack trace, and no server ends.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { apiClient } from "../session/api-client.ts";

const main = join(import.meta.dirname, "..", "main.ts");
const pawl = `'${process.execPath}' '${main}'`;
const last = 59;
const states = Object.fromEntries(
  Array.from({ length: last + 1 }, (_, i) => [
    `S${i}`,
    { Type: "Pass", ...(i === last ? { End: true } : { Next: `S${i + 1}` }) },
  ]),
);
const long = JSON.stringify({ StartAt: "S0", States: states });

function folder(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "pawl-outputs-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, "long.asl.json"), long);
  return directory;
}

interface Ended {
  /** The exit code of the command itself, whatever the pipe's is. */
  readonly code: string;
  readonly stderr: string;
}

function runIn(shell: string, directory: string, [command, into]: readonly [string, string]): Ended {
  const script = into.startsWith("|")
    ? `{ ${pawl} ${command}; echo $? > code; } ${into}`
    : `${pawl} ${command} ${into}; echo $? > code`;
  const { stderr } = spawnSync(shell, ["-c", script], { cwd: directory, encoding: "utf8", timeout: 60_000 });
  return { code: readFileSync(join(directory, "code"), "utf8").trim(), stderr };
}

for (const shell of ["dash", "bash"]) {
  const skip = spawnSync(shell, ["-c", "true"]).status !== 0 && `there is no ${shell}`;
  const skipFull = skip || (!existsSync("/dev/full") && "there is no /dev/full");

  test(`in ${shell} a command whose reader has enough ends by what it did`, { skip }, (t) => {
    const directory = folder(t);
    const rows: readonly (readonly [command: string, into: string])[] = [
      ["graph long.asl.json", "| head -c 100"],
      ["graph long.asl.json -f mermaid", "| true"],
      ["run long.asl.json", "| true"],
      ["run long.asl.json 2>&1", "| head -n 1"],
      ["validate long.asl.json long.asl.json", "| true"],
      ["--help", "| true"],
    ];
    for (const row of rows) {
      const { code, stderr } = runIn(shell, directory, row);
      assert.equal(code, "0", `${row.join(" ")}: ${stderr}`);
      assert.doesNotMatch(stderr, /EPIPE|Unhandled|\n\s+at /, row.join(" "));
    }
  });

  test(`in ${shell} a command whose output finds no room says so`, { skip: skipFull }, (t) => {
    const directory = folder(t);
    for (const command of ["graph long.asl.json", "run long.asl.json"]) {
      const { code, stderr } = runIn(shell, directory, [command, "> /dev/full"]);
      assert.equal(code, "1", stderr);
      assert.match(stderr, /^The output cannot be written: the disk is full\.$/m);
      assert.doesNotMatch(stderr, /Unhandled|\n\s+at /);
    }
  });

  test(`in ${shell} a server whose reader has enough goes on without its log`, { skip }, async (t) => {
    await Promise.all(["dev .", "serve"].map((command) => staysUp(t, { shell, command, into: "2>&1 | head -n 1" })));
  });

  test(`in ${shell} a server whose log finds no room goes on without it`, { skip: skipFull }, async (t) => {
    await Promise.all(["dev .", "serve"].map((command) => staysUp(t, { shell, command, into: "> /dev/full 2>&1" })));
  });
}

interface Server {
  readonly shell: string;
  readonly command: string;
  readonly into: string;
}

/** The server answers after it has written into what is closed, and ends well when it is asked to. */
async function staysUp(t: TestContext, { shell, command, into }: Server): Promise<void> {
  const directory = folder(t);
  const port = await freePort();
  // The shell's own pid is not the server's.
  const server = `${pawl} ${command} --port ${port} --db memory & echo $! > pid; wait $!; echo $? > code`;
  const child = spawn(shell, ["-c", `{ ${server}; } ${into}`], { cwd: directory, stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const pidFile = join(directory, "pid");
  t.after(() => {
    child.kill();
    if (existsSync(pidFile) && !existsSync(join(directory, "code")))
      process.kill(Number(readFileSync(pidFile, "utf8")));
  });
  const call = apiClient({ url: `http://127.0.0.1:${port}` });
  const count = async (): Promise<number> => {
    const { stateMachines } = await call("ListStateMachines", {});
    return Array.isArray(stateMachines) ? stateMachines.length : 0;
  };
  const wanted = command.startsWith("dev") ? 1 : 0;
  await until(async () => (await count()) === wanted, `${command} ${into} answers`);
  if (wanted > 0) {
    for (const name of ["second", "third"]) {
      writeFileSync(join(directory, `${name}.asl.json`), long);
      const expected = name === "second" ? 2 : 3;
      await until(async () => (await count()) === expected, `${command} ${into} deploys ${name}`);
    }
  }
  process.kill(Number(readFileSync(pidFile, "utf8")), "SIGTERM");
  await ended;
  assert.equal(readFileSync(join(directory, "code"), "utf8").trim(), "0", `${command} ${into}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Far beyond what any server takes on a busy machine. */
const patienceMs = 45_000;

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await isSo().catch(() => false))) {
    assert.ok(performance.now() < deadline, `never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
