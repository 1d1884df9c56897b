// Copied code is run as it was copied, by the tool that it is for, against the real API.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { DescribeExecutionCommand, ListExecutionsCommand } from "@aws-sdk/client-sfn";
import { type Console, journey } from "./browser.ts";

const run = promisify(execFile);
const key = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
const environment = { ...process.env, ...key, AWS_PAGER: "", AWS_EC2_METADATA_DISABLED: "true" };

/** Everything that a shell, a command line or a program could read as something else than text. */
const hostile = JSON.stringify({
  quotes: `it's "quoted" \`date\` $(date) $HOME \\ %s !`,
  lines: "one\ntwo\r\n\ttab",
  far: "\u{1f4e6} ünïcode \u2028 </script>",
  number: 12.5,
});

interface Tool {
  readonly language: "AWS CLI" | "JavaScript" | "Python";
  /** Whether the tool is on this machine, and why not. */
  readonly missing: () => string | undefined;
  readonly run: (code: string, folder: string) => Promise<unknown>;
}

const tools: readonly Tool[] = [
  {
    language: "AWS CLI",
    missing: () => (spawnSync("aws", ["--version"]).status === 0 ? undefined : "the AWS CLI is not installed"),
    run: (code) => run("sh", ["-c", code], { env: environment }),
  },
  {
    language: "JavaScript",
    missing: () => undefined,
    run: (code) => run(process.execPath, ["--input-type=module", "--eval", code], { env: environment }),
  },
  {
    language: "Python",
    missing: () =>
      spawnSync("python3", ["-c", "import boto3"]).status === 0 ? undefined : "boto3 for Python is not installed",
    run: (code, folder) => {
      const file = join(folder, "copied.py");
      writeFileSync(file, code);
      return run("python3", [file], { env: environment });
    },
  },
];

for (const tool of tools) {
  const { language } = tool;
  journey(`a start that is copied for ${language} starts the same execution`, async (made, t) => {
    const reason = tool.missing();
    if (reason !== undefined) {
      t.skip(reason);
      return;
    }
    const { page, sfn, create, start, open } = made;
    const machine = await create("copied", { StartAt: "A", States: { A: { Type: "Succeed" } } });
    // The input of the last one is there to begin with.
    await start(machine, JSON.parse(hostile), "first");
    await open(`/machines/${encodeURIComponent(machine)}`);
    await page.getByRole("link", { name: "first" }).waitFor();
    await page.getByRole("button", { name: "Start execution" }).click();
    await page.getByLabel("Name").fill("copied-one");
    await page.getByRole("dialog").getByText("that of the execution before").waitFor();
    await tool.run(await copied(made, language), folderOf(t));
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: machine }));
    const found = executions.find(({ name }) => name === "copied-one");
    const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn: found?.executionArn }));
    assert.deepEqual(JSON.parse(input ?? ""), JSON.parse(hostile));
  });

  journey(`a stop that is copied for ${language} has the error and cause that were given`, async (made, t) => {
    const reason = tool.missing();
    if (reason !== undefined) {
      t.skip(reason);
      return;
    }
    const { page, sfn, create, start, openExecution } = made;
    const machine = await create("copied", { StartAt: "A", States: { A: { Type: "Wait", Seconds: 9999, End: true } } });
    const executionArn = await start(machine);
    await openExecution(executionArn);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    // The AWS CLI reads such values as options, and as files that it is to open.
    await page.getByLabel("Error").fill("--help");
    await page.getByLabel("Cause").fill("file:///etc/hostname 'and' more");
    await tool.run(await copied(made, language), folderOf(t));
    const { error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    assert.deepEqual([error, cause], ["--help", "file:///etc/hostname 'and' more"]);
  });
}

/** @returns what is in the clipboard after the choice */
async function copied({ page }: Console, language: string): Promise<string> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("dialog").getByRole("button", { name: "Copy as" }).click();
  await page.getByRole("menuitem", { name: language }).click();
  await page.getByText(`Copied for ${language}.`).waitFor();
  return page.evaluate<string>("navigator.clipboard.readText()");
}

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "pawl-copied-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
