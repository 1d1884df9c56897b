// The image without an engine: the tree that the Dockerfile describes is made from its own lines, and the server is started
// from it as the image does, by another user and with no variables but the image's, from files that nobody can write.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { eventually } from "../../src/testing/server-process.ts";
import { readDockerfile, type Stage, writeImageTree } from "./image-tree.ts";

const clone = join(import.meta.dirname, "..", "..");
const stages = readDockerfile(readFileSync(join(clone, "Dockerfile"), "utf8"));
const image = stages.at(-1) as Stage;
const folder = mkdtempSync(join(tmpdir(), "pawl-image-"));
after(() => {
  spawnSync("chmod", ["-R", "u+w", folder]);
  rmSync(folder, { recursive: true });
});

function said(name: string): string {
  return image.instructions.findLast((instruction) => instruction.name === name)?.words ?? "";
}

const [uid = 0, gid = 0] = said("USER").split(":").map(Number);
const variables = Object.fromEntries(
  said("ENV")
    .split(" ")
    .map((each) => each.split("=", 2) as [string, string]),
);
const isRoot = process.getuid?.() === 0;
const user = isRoot ? { uid, gid } : {};
const skip = process.platform === "win32" && "containers of Windows are others";

test("images are named by their versions, and the program runs as nobody else", () => {
  assert.deepEqual(
    stages.map(({ from }) => /^[a-z]+:(\d+\.\d+\.\d+-[a-z]+-slim|[a-z]+-\d{8}-slim)$/.test(from) || from),
    [true, true],
  );
  assert.ok(uid > 0 && gid > 0);
  assert.match(
    image.instructions.find(({ name }) => name === "RUN")?.words ?? "",
    new RegExp(`--uid ${uid} .*--owner=${uid} --group=${gid} .*/data`),
  );
  assert.equal(variables["PAWL_HOST"], "0.0.0.0");
  assert.equal(said("EXPOSE"), variables["PAWL_PORT"]);
  assert.ok(variables["PAWL_DB"]?.startsWith(`${said("VOLUME")}/`));
  assert.throws(() => readDockerfile("FROM a\nADD b c\n"), /not understood: ADD b c/);
});

test("the tree of the image is what its lines copy, small, and starts a server", { skip }, async (t) => {
  chmodSync(folder, 0o755);
  const root = writeImageTree({ from: clone, to: folder, node: process.execPath });
  const files = readdirSync(join(root, "pawl"), { recursive: true, encoding: "utf8" });
  assert.deepEqual(
    files.filter((file) => /\.test\.js$|\.d\.ts$|\.map$|^(src|scripts|docs)/.test(file)),
    [],
  );
  const megabytes = files.reduce((sum, file) => sum + lstatSync(join(root, "pawl", file)).size, 0) / 1e6;
  t.diagnostic(`/pawl has ${files.length} files and ${Math.round(megabytes)} MB beside Node.js`);
  assert.ok(megabytes > 10 && megabytes < 60, `${megabytes} MB`);
  assert.match(
    image.instructions.find(({ name }) => name === "RUN")?.words ?? "",
    /\/pawl\/dist\/cli\/main\.js \/usr\/local\/bin\/pawl$/,
  );
  assert.equal(statSync(join(root, "pawl/dist/cli/main.js")).mode & 0o111, 0o111);
  execFileSync("chmod", ["-R", "a-w", root]);
  runWithFunction(root);
  await serve(t, root);
});

/** A workflow with a function in TypeScript, which takes a compiler's program, by a user without a home. */
function runWithFunction(root: string): void {
  const functions = join(folder, "functions");
  mkdirSync(functions);
  const resource = "arn:aws:lambda:us-east-1:123456789012:function:answer";
  const definition = { StartAt: "A", States: { A: { Type: "Task", Resource: resource, End: true } } };
  writeFileSync(join(functions, "answer.ts"), "export const handler = async (n: number): Promise<number> => n + 2;\n");
  writeFileSync(join(functions, "pawl.config.json"), '{ "functions": { "answer": "./answer.ts#handler" } }');
  writeFileSync(join(functions, "a.asl.json"), JSON.stringify(definition));
  const args = [join(root, "pawl/dist/cli/main.js"), "run", "a.asl.json", "--input", "40"];
  const options = { cwd: functions, env: {}, ...user, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync(join(root, "usr/local/bin/node"), args, options);
  assert.equal(status, 0, stderr);
  assert.equal(stdout, "42\n");
}

const secret = "the-secret-of-the-administrator";

async function serve(t: TestContext, root: string): Promise<void> {
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o750 });
  if (isRoot) chownSync(data, uid, gid);
  else t.diagnostic("Only root can start it as another user: it runs as this one");
  const node = join(root, "usr/local/bin/node");
  const program = join(root, "pawl/dist/cli/main.js");
  const configuration = { auth: { keys: [{ accessKeyId: "admin", secretAccessKeyEnv: "ADMIN_SECRET" }] } };
  const env = {
    ...variables,
    PAWL_PORT: "0",
    PAWL_DB: join(data, "pawl.db"),
    PAWL_CONFIG_JSON: JSON.stringify(configuration),
    ADMIN_SECRET: secret,
  };
  assert.deepEqual([JSON.parse(said("ENTRYPOINT")), JSON.parse(said("CMD"))], [["pawl"], ["serve"]]);
  const child = spawn(node, [program, "serve"], { cwd: data, env, ...user, stdio: ["ignore", "ignore", "pipe"] });
  t.after(() => void child.kill("SIGKILL"));
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve(code ?? signal)));
  const port = await eventually("the server listens", () => {
    if (child.exitCode !== null) throw new Error(`The server did not start: ${log}`);
    return /"url":"http:\/\/[^:]+:(\d+)"/.exec(log)?.[1];
  });
  assert.equal(isHealthy(node, port), true);
  assert.equal(await outputOf(port), '{"answer":42}');
  child.kill(said("STOPSIGNAL") as NodeJS.Signals);
  assert.equal(await ended, 0, log);
  assert.equal(isHealthy(node, port), false);
  assert.deepEqual(readdirSync(data).sort(), ["pawl.db", "pawl.db-lock"]);
  assert.equal(statSync(join(data, "pawl.db")).uid, isRoot ? uid : process.getuid?.());
}

/** Runs the image's own health check. */
function isHealthy(node: string, port: string): boolean {
  const [, command = "[]"] = /CMD (\[.*\])$/.exec(said("HEALTHCHECK")) ?? [];
  const [program, ...args] = JSON.parse(command) as readonly string[];
  assert.equal(program, "node");
  return spawnSync(node, args, { env: { PAWL_PORT: port } }).status === 0;
}

/** An execution, as a client of AWS sees it. */
async function outputOf(port: string): Promise<string | undefined> {
  const credentials = { accessKeyId: "admin", secretAccessKey: secret };
  const client = new SFNClient({ endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", credentials });
  const definition = '{"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"answer":42},"End":true}}}';
  const roleArn = "arn:aws:iam::123456789012:role/any";
  const { stateMachineArn } = await client.send(new CreateStateMachineCommand({ name: "m", roleArn, definition }));
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
  const output = await eventually("the execution ends", async () => {
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    return described.status === "RUNNING" ? undefined : described.output;
  });
  client.destroy();
  return output;
}
