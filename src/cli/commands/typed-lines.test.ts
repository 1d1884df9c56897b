// The lines that a server prints to be typed next, typed: by the shells that people have, in a region that the shell names.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { PawlProcess, runPawl } from "../../testing/pawl-process.ts";

const main = join(import.meta.dirname, "..", "main.ts");
const isThere = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args).status === 0;
const isAwsInstalled = isThere("aws", "--version");
const shells = ["dash", "bash"];

function folder(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "pawl-typed-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The shell has neither `pawl` nor a package of that name: here both words call this program. */
async function typed(
  line: string,
  { shell, directory, region }: Readonly<Record<"shell" | "directory" | "region", string>>,
): Promise<string> {
  const words = `pawl() { '${process.execPath}' '${main}' "$@"; }\nnpx() { "$@"; }`;
  const env = { PATH: process.env["PATH"], HOME: directory, AWS_REGION: region };
  const { stdout, stderr } = await promisify(execFile)(shell, ["-c", `${words}\n${line}`], { cwd: directory, env });
  return stdout + stderr;
}

test("the lines of start are complete: they name the machine in the region of the shell, and start says how they ended", async (t) => {
  const directory = folder(t);
  const region = "eu-central-1";
  const pawl = new PawlProcess(["start", "--port", "0", "--db", "data.db"], {
    directory,
    environment: { AWS_REGION: region },
  });
  t.after(() => pawl.interrupt());
  await pawl.until(/Region +eu-central-1, account 123456789012\n/);
  await pawl.until(/Console +http:\/\/127\.0\.0\.1:\d+\/ {2}\(open it in a browser\)\n/);
  const [, own = ""] = await pawl.until(/Type next (.*)\n/);
  const [, aws = ""] = await pawl.until(/or +(eval .*)\n/);
  assert.match(aws, /start-execution --state-machine-arn arn:aws:states:eu-central-1:123456789012:stateMachine:order /);
  await pawl.until(/Ctrl-C/);
  for (const shell of shells.filter((name) => isThere(name, "-c", "true"))) {
    const said = pawl.stdout.length;
    assert.match(await typed(own, { shell, directory, region }), /✓ Fulfil [^]*Succeeded after/);
    await pawl.until(/succeeded +order:\S+ after/, said);
    if (!isAwsInstalled) continue;
    const before = pawl.stdout.length;
    assert.match(await typed(aws, { shell, directory, region }), /"executionArn": "arn:aws:states:eu-central-1:/);
    await pawl.until(/succeeded +order:\S+ after/, before);
  }
});

test("start shows a task that waits for a callback, and the command that answers it works", async (t) => {
  const directory = folder(t);
  const region = "us-west-2";
  const pawl = new PawlProcess(["start", "--port", "0", "--db", "memory"], {
    directory,
    environment: { AWS_REGION: region },
  });
  t.after(() => pawl.interrupt());
  const [, url = ""] = await pawl.until(/API +(\S+)/);
  await pawl.until(/Ctrl-C/);
  await runPawl(["execute", "approval", "--name", "a", "--no-wait", "--endpoint", url], { directory });
  const [, command = ""] = await pawl.until(/waiting +approval:a in Ask .*\n +((?:npx )?pawl answer .*)\n/);
  assert.equal(await typed(command, { shell: "sh", directory, region }), "The task has succeeded.\n");
  await pawl.until(/succeeded +approval:a after/);
});

test("the lines of dev name a machine of the folder, with the input that lies beside it", async (t) => {
  const directory = folder(t);
  const state = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}';
  writeFileSync(join(directory, "mine.asl.json"), state);
  writeFileSync(join(directory, "mine.input.json"), '{"from": "beside"}');
  writeFileSync(join(directory, "more.asl.json"), "{");
  const region = "eu-west-1";
  const pawl = new PawlProcess(["dev", ".", "--port", "0", "--db", "memory"], {
    directory,
    environment: { AWS_REGION: region },
  });
  t.after(() => pawl.interrupt());
  const [, own = ""] = await pawl.until(/Type next (.*)\n/);
  assert.match(own, / execute mine --endpoint \S+ --input @mine\.input\.json$/);
  assert.match(await typed(own, { shell: "sh", directory, region }), /\{"from": "beside"\}\n/);
  await pawl.until(/succeeded +mine:\S+ after/);
});

test("data that were written in another region are there in this one, old executions too", async (t) => {
  const directory = folder(t);
  for (const region of ["us-east-1", "eu-central-1"]) {
    const pawl = new PawlProcess(["start", "--port", "0", "--db", "data.db"], {
      directory,
      environment: { AWS_REGION: region },
    });
    t.after(() => pawl.interrupt());
    const [, url = ""] = await pawl.until(/API +(\S+)/);
    await pawl.until(/Ctrl-C/);
    const executed = region === "us-east-1" ? 1 : 2;
    const { stdout } = await runPawl(["list", "order", "--json", "--endpoint", url], {
      directory,
      environment: { AWS_REGION: region },
    });
    const arns = JSON.parse(stdout).map(({ executionArn }: Record<string, string>) => executionArn);
    assert.equal(arns.length, executed);
    for (const arn of arns) {
      assert.ok(arn.startsWith(`arn:aws:states:${region}:`), arn);
      assert.match((await runPawl(["show", arn, "--endpoint", url], { directory })).stdout, /Status +succeeded/);
    }
    await pawl.interrupt();
  }
});
