// A disk that is read-only, which the commands say in a line. It takes a mount of its own to show, which not every user may make.
import assert from "node:assert/strict";
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

const main = join(import.meta.dirname, "..", "main.ts");

function inReadOnly(directory: string, command: string): SpawnSyncReturns<string> {
  const script = `mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd "$0" && ${command}`;
  return spawnSync("sh", ["-c", 'exec unshare -m sh -c "$0" "$1"', script, directory], {
    encoding: "utf8",
    timeout: 60_000,
  });
}

function folder(t?: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "pawl-read-only-"));
  t?.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function isPossible(): boolean {
  const directory = folder();
  const { status } = inReadOnly(directory, "! touch file 2>&-");
  rmSync(directory, { recursive: true, force: true });
  return status === 0;
}

const skip = !isPossible() && "this user may not mount";

test("what cannot be written on a read-only disk is said in a line, and what needs no disk runs", { skip }, (t) => {
  const directory = folder(t);
  writeFileSync(join(directory, "a.asl.json"), '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}');
  const data =
    /^The folder \S+\.pawl for the data cannot be made: the disk is read-only\. Name another file with --db\n$/;
  const rows: readonly (readonly [command: string, status: number, stderr: RegExp])[] = [
    ["start --port 0", 1, data],
    ["dev . --port 0", 1, data],
    ["serve --port 0", 1, data],
    ["run a.asl.json", 0, /Succeeded/],
    ["validate a.asl.json", 0, /^$/],
    ["graph a.asl.json -o a.svg", 2, /^a\.svg cannot be written: the disk is read-only\n$/],
    ["key -o a.key", 2, /^a\.key cannot be written: the disk is read-only\n$/],
  ];
  for (const [command, status, stderr] of rows) {
    const ended = inReadOnly(directory, `'${process.execPath}' '${main}' ${command}`);
    assert.match(ended.stderr, stderr, command);
    assert.equal(ended.status, status, command);
  }
});
