// Servers that ask for keys, as processes: started where others reach them, called by AWS's own clients.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { PawlProcess, runPawl } from "../testing/pawl-process.ts";

const secret = "the-secret-of-the-administrator";
const environment = { PAWL_READER_SECRET: "the-secret-of-the-reader" };
const auth = {
  keys: [
    { accessKeyId: "AKIAADMIN", secretAccessKeyFile: "admin.secret" },
    {
      accessKeyId: "AKIAREADER",
      secretAccessKeyEnv: "PAWL_READER_SECRET",
      allow: [{ actions: ["states:List*", "states:Describe*"] }],
    },
  ],
};
const passing = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}';

function guardedFolder(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "pawl-access-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, "pawl.config.json"), JSON.stringify({ auth }));
  writeFileSync(join(directory, "admin.secret"), `${secret}\n`);
  writeFileSync(join(directory, "one.asl.json"), passing);
  return directory;
}

function startPawl(t: TestContext, args: readonly string[], directory: string): PawlProcess {
  const pawl = new PawlProcess([...args, "--port", "0", "--db", "memory"], { directory, environment });
  t.after(() => pawl.interrupt());
  return pawl;
}

async function namesAt(url: string, accessKeyId: string, secretAccessKey: string): Promise<readonly unknown[]> {
  const credentials = { accessKeyId, secretAccessKey };
  const client = new SFNClient({ endpoint: url, region: "us-east-1", credentials, maxAttempts: 1 });
  const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
  client.destroy();
  return stateMachines.map(({ name }) => name);
}

const awsCommand = process.platform === "win32" ? "aws.exe" : "aws";
const isAwsInstalled = spawnSync(awsCommand, ["--version"]).status === 0;

test("with keys a server starts where others reach it, and lets in who signs", async (t) => {
  const directory = guardedFolder(t);
  const pawl = startPawl(t, ["serve", "--host", "0.0.0.0"], directory);
  const [, url = ""] = await pawl.until(/"message":"Pawl is listening\.","url":"([^"]+)"/);
  assert.deepEqual(await namesAt(url, "AKIAADMIN", secret), []);
  assert.deepEqual(await namesAt(url, "AKIAREADER", environment.PAWL_READER_SECRET), []);
  await assert.rejects(namesAt(url, "AKIAADMIN", "another-secret"), { name: "InvalidSignatureException" });
  const headers = { "x-amz-target": "AWSStepFunctions.ListStateMachines" };
  const unsigned = await fetch(url, { method: "POST", headers, body: "{}" });
  assert.match(await unsigned.text(), /MissingAuthenticationTokenException/);
  assert.equal((await fetch(`${url}/health`)).status, 200);
  const { stdout, stderr } = await pawl.interrupt();
  for (const text of [secret, environment.PAWL_READER_SECRET]) assert.ok(!(stdout + stderr).includes(text));
});

test("the AWS CLI works with what pawl env prints", { skip: !isAwsInstalled && "aws is not installed" }, async (t) => {
  const directory = guardedFolder(t);
  const pawl = startPawl(t, ["serve"], directory);
  const [, url = ""] = await pawl.until(/"message":"Pawl is listening\.","url":"([^"]+)"/);
  const port = new URL(url).port;
  const lines = (await runPawl(["env", "--port", port], { directory })).stdout;
  assert.ok(!lines.includes(secret));
  const aws = async (key: string, ...args: readonly string[]): Promise<string> => {
    const command = `${lines}${key}${awsCommand} stepfunctions ${args.join(" ")} --output json`;
    const { stdout } = await promisify(execFile)("sh", ["-c", command], {
      env: { ...process.env, ...environment, AWS_SESSION_TOKEN: "a token left over" },
    });
    return stdout;
  };
  const definition = `--definition '${passing}' --role-arn arn:aws:iam::123456789012:role/r`;
  const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
  assert.match(await aws("", "create-state-machine", "--name m", definition), new RegExp(machine));
  const input = `--input '{"who": "Zoë – 東京"}'`;
  assert.match(
    await aws("", "start-sync-execution", "--state-machine-arn", machine, input).catch(String),
    /StateMachineTypeNotSupported/,
  );
  assert.match(await aws("", "start-execution", "--state-machine-arn", machine, input), /executionArn/);
  const reader = 'export AWS_ACCESS_KEY_ID=AKIAREADER AWS_SECRET_ACCESS_KEY="$PAWL_READER_SECRET"\n';
  assert.match(await aws(reader, "list-state-machines"), new RegExp(machine));
  await assert.rejects(
    aws(reader, "delete-state-machine", "--state-machine-arn", machine),
    /AccessDeniedException[^]*user\/AKIAREADER is not authorized to perform: states:DeleteStateMachine on resource: arn:/,
  );
});

test("own commands sign with the keys of the shell, and say what is missing", async (t) => {
  const directory = guardedFolder(t);
  const pawl = startPawl(t, ["dev", "."], directory);
  const [, url = ""] = await pawl.until(/API +(\S+)/);
  await pawl.until(/deployed +one/);
  const reader = { AWS_ACCESS_KEY_ID: "AKIAREADER", AWS_SECRET_ACCESS_KEY: environment.PAWL_READER_SECRET };
  const admin = { AWS_ACCESS_KEY_ID: "AKIAADMIN", AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: "" };
  const profile = join(directory, "credentials");
  writeFileSync(profile, `[pawl]\naws_access_key_id = AKIAADMIN\naws_secret_access_key = ${secret}\n`);
  const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:one";
  const rows: readonly (readonly [keys: Record<string, string>, args: string[], exitCode: number, output: RegExp])[] = [
    [admin, ["execute", "one"], 0, /✓ A +Pass[^]*Succeeded/],
    [{ AWS_PROFILE: "pawl", AWS_SHARED_CREDENTIALS_FILE: profile }, ["execute", "one"], 0, /Succeeded/],
    [
      { AWS_PROFILE: "other", AWS_SHARED_CREDENTIALS_FILE: profile },
      ["list"],
      2,
      /^AWS_PROFILE names other, whose keys cannot be had: /,
    ],
    [reader, ["list"], 0, /succeeded +one:/],
    [
      reader,
      ["execute", machine],
      1,
      /AKIAREADER is not authorized to perform: states:StartExecution .*\(AccessDeniedException\)/,
    ],
    [
      {},
      ["list"],
      1,
      /\(MissingAuthenticationTokenException\)\nThe server wants to know who calls: eval "\$\((?:npx )?pawl env\)"/,
    ],
    [
      { ...admin, AWS_SECRET_ACCESS_KEY: "another-secret-than-that" },
      ["list"],
      1,
      /\(InvalidSignatureException\)\nThe keys of this shell \(AWS_ACCESS_KEY_ID, region us-east-1\) are not those/,
    ],
  ];
  for (const [keys, args, exitCode, output] of rows) {
    const options = { directory: tmpdir(), environment: { ...keys, AWS_ENDPOINT_URL: url } };
    const finished = await runPawl(args, options);
    assert.match(finished.stderr + finished.stdout, output);
    assert.equal(finished.exitCode, exitCode, args.join(" "));
    assert.ok(!(finished.stderr + finished.stdout).includes(secret));
  }
});

test("dev and run need no key of their own", async (t) => {
  const directory = guardedFolder(t);
  const pawl = startPawl(t, ["dev", "."], directory);
  const [, url = ""] = await pawl.until(/API +(\S+)/);
  await pawl.until(/deployed +one/);
  assert.deepEqual(await namesAt(url, "AKIAADMIN", secret), ["one"]);
  const { exitCode, stderr } = await runPawl(["run", "one.asl.json"], { directory });
  assert.equal(exitCode, 0, stderr);
});

test("a secret that is not there is named, and nothing starts", async (t) => {
  const directory = guardedFolder(t);
  rmSync(join(directory, "admin.secret"));
  const { exitCode, stderr } = await runPawl(["serve", "--port", "0", "--db", "memory"], { directory });
  assert.equal(exitCode, 2);
  assert.match(
    stderr,
    /^The secret of the access key AKIAADMIN cannot be read: .*admin\.secret is not there\. .*\nThe secret of .*AKIAREADER/,
  );
});

test("a function sees the server's environment without the secrets of keys and connections", async (t) => {
  const directory = guardedFolder(t);
  const apiKey = { name: "x-api-key", value: { env: "PAWL_TEST_API_KEY" } };
  const body = { tenant: { env: "PAWL_TEST_TENANT" } };
  const configuration = { auth, connections: { api: { apiKey, body } }, functions: { look: "./look.mjs" } };
  writeFileSync(join(directory, "pawl.config.json"), JSON.stringify(configuration));
  const names = ["PAWL_READER_SECRET", "PAWL_TEST_API_KEY", "PAWL_TEST_TENANT", "PAWL_TEST_OTHER"];
  const source = `export const handler = () => ${JSON.stringify(names)}.filter((name) => name in process.env);`;
  writeFileSync(join(directory, "look.mjs"), source);
  const look = "arn:aws:lambda:us-east-1:123456789012:function:look";
  const definition = { StartAt: "A", States: { A: { Type: "Task", Resource: look, End: true } } };
  writeFileSync(join(directory, "look.asl.json"), JSON.stringify(definition));
  const secrets = { PAWL_TEST_API_KEY: "k", PAWL_TEST_TENANT: "t", PAWL_TEST_OTHER: "o" };
  const options = { directory, environment: { ...environment, ...secrets } };
  const { stdout, exitCode, stderr } = await runPawl(["run", "look.asl.json"], options);
  assert.equal(exitCode, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), ["PAWL_TEST_OTHER"]);
});
