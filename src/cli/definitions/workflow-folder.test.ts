// The workflows of a folder at a server that keeps them in a table: which file is a machine's, what is said, and what stays.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { type JsonObject, memberOf } from "../../asl/json.ts";
import { parseFunctionConfig } from "../../tasks/functions/parse-config.ts";
import { ApiRefusal, textOf } from "../session/api-client.ts";
import { plain } from "../terminal/terminal.ts";
import { type Configured, configuredFor, withFunctions } from "./configured.ts";
import { WorkflowFolder } from "./workflow-folder.ts";

const arns = { partition: "aws", region: "us-east-1", account: "123456789012" };
const passing = (result: string): string =>
  JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", Result: result, End: true } } });
const calling = (name: string): string =>
  JSON.stringify({
    StartAt: "A",
    States: { A: { Type: "Task", Resource: `arn:aws:lambda:us-east-1:123456789012:function:${name}`, End: true } },
  });

class Folder {
  readonly directory = mkdtempSync(join(tmpdir(), "pawl-folder-"));
  readonly machines = new Map<string, string>();
  readonly workflows: WorkflowFolder;
  configured: Configured | undefined;
  #said: string[] = [];

  constructor(t: TestContext, configured: Configured) {
    t.after(() => rmSync(this.directory, { recursive: true, force: true }));
    this.configured = configured;
    this.workflows = new WorkflowFolder({
      directory: this.directory,
      call: async (action, input) => this.#answer(action, input),
      arns,
      substitutionsFor: () => new Map(),
      configured: () => this.configured ?? configured,
      places: () => ({
        functions: new Map(),
        homeArn: "arn:aws:states:us-east-1:123456789012:",
        servicePlace: () => undefined,
      }),
      paint: plain,
      say: (line) =>
        this.#said.push(line.replaceAll(`${this.directory}/`, "").replaceAll(/\S*pawl-folder-\w{6}\//g, "")),
    });
  }

  write(files: Readonly<Record<string, string | Buffer>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.directory, name)), { recursive: true });
      writeFileSync(join(this.directory, name), text);
    }
  }

  /** The lines of one look at the folder, blanks as one. */
  async look(): Promise<readonly string[]> {
    this.#said = [];
    await this.workflows.refresh();
    return this.#said.map((line) => line.replaceAll(/ +/g, " "));
  }

  #answer(action: string, input: JsonObject): JsonObject {
    const name = textOf(input, "name") || textOf(input, "stateMachineArn").split(":").at(-1) || "";
    const definition = memberOf(input, "definition");
    if (typeof definition === "string") this.machines.set(name, definition);
    const held = this.machines.get(name);
    if (held === undefined) throw new ApiRefusal("StateMachineDoesNotExist", `${action}: none`);
    return { type: "STANDARD", definition: held };
  }
}

async function folderOf(t: TestContext, functions?: Readonly<Record<string, string>>): Promise<Folder> {
  const targets = functions === undefined ? undefined : parseFunctionConfig(functions, "/");
  return new Folder(t, await configuredFor({ functions: targets, arns, port: 8083 }, { AWS_CONFIG_FILE: "/none" }));
}

test("a machine stays that of its file, whichever file of its name sorts first, and whatever becomes of the others", async (t) => {
  for (const other of ["backup/order.asl.json", "zz/order.asl.json", "order.asl.yaml", "order.asl.JSON"]) {
    const folder = await folderOf(t);
    folder.write({ "order.asl.json": passing("v1") });
    assert.deepEqual(await folder.look(), ["deployed order"]);
    folder.write({ [other]: passing("copy") });
    const refusal = `problem ${other} has the name of order.asl.json: both would be order, and is not deployed. Rename one`;
    assert.deepEqual(await folder.look(), [refusal]);
    folder.write({ [other]: passing("another copy") });
    assert.deepEqual(await folder.look(), [refusal]);
    rmSync(join(folder.directory, other));
    assert.deepEqual(await folder.look(), [`gone ${other}; it had not been deployed`]);
    assert.equal(folder.machines.get("order"), passing("v1"));
    folder.write({ "order.asl.json": passing("v2") });
    assert.deepEqual(await folder.look(), ["updated order"]);
  }
});

test("of two files of one name that are there at the start neither is deployed, until one is alone", async (t) => {
  const folder = await folderOf(t);
  folder.write({ "a/order.asl.json": passing("a"), "order.asl.json": passing("b") });
  assert.deepEqual(await folder.look(), [
    "problem a/order.asl.json has the name of order.asl.json: both would be order, and neither is deployed. Rename one",
  ]);
  assert.equal(folder.machines.size, 0);
  assert.deepEqual(await folder.look(), []);
  rmSync(join(folder.directory, "a"), { recursive: true });
  assert.deepEqual(await folder.look(), ["gone a/order.asl.json; it had not been deployed", "deployed order"]);
  assert.equal(folder.machines.get("order"), passing("b"));
});

test("a file that takes another's place is told of, and a machine without a file stays", async (t) => {
  const folder = await folderOf(t);
  folder.write({ "order.asl.json": passing("v1") });
  await folder.look();
  mkdirSync(join(folder.directory, "sub"));
  renameSync(join(folder.directory, "order.asl.json"), join(folder.directory, "sub", "order.asl.json"));
  assert.deepEqual(await folder.look(), ["gone order.asl.json; order is now sub/order.asl.json", "unchanged order"]);
  rmSync(join(folder.directory, "sub"), { recursive: true });
  assert.deepEqual(await folder.look(), ["gone sub/order.asl.json; its state machine stays until you delete it"]);
  assert.deepEqual(await folder.look(), []);
});

test("hidden folders and those of builds are left out", async (t) => {
  const folder = await folderOf(t);
  const left = [
    ".aws-sam",
    ".hid",
    ".git",
    "build",
    "cdk.out",
    "coverage",
    "dist",
    "node_modules",
    "a/dist",
    "a/.venv",
  ];
  for (const name of left) folder.write({ [`${name}/copy.asl.json`]: passing(name) });
  folder.write({ "a/distant/right.asl.json": passing("right") });
  assert.deepEqual(await folder.look(), ["deployed right"]);
});

test("a file in another encoding is told of once, and deployed when it is saved in UTF-8", async (t) => {
  const folder = await folderOf(t);
  const text = passing("é");
  folder.write({
    "latin.asl.json": Buffer.from(text, "latin1"),
    "wide.asl.json": Buffer.from(`\uFEFF${text}`, "utf16le"),
  });
  const [latin = "", wide = "", ...others] = await folder.look();
  assert.match(latin, /^problem latin\.asl\.json is not in UTF-8: line 1 has the byte 0xE9, as Latin-1 /);
  assert.match(wide, /^problem wide\.asl\.json is in UTF-16, as PowerShell writes it\. Save it in UTF-8: /);
  assert.deepEqual([others, await folder.look()], [[], []]);
  folder.write({ "latin.asl.json": text });
  assert.deepEqual(await folder.look(), ["deployed latin"]);
  assert.equal(folder.machines.get("latin"), text);
});

test("a function that is missing is told of at the deployment, and when the configuration loses it", async (t) => {
  const folder = await folderOf(t, { "reserve-stock": "./r.js" });
  folder.write({ "order.asl.json": calling("reserv-stock") });
  const [warning = "", , ...lines] = (await folder.look()).join("\n").split("\n");
  assert.match(
    warning,
    /^order\.asl\.json:1:\d+: warning: There is no function reserv-stock\. Did you mean reserve-stock\?/,
  );
  assert.match(lines.join("\n"), /deployed order/);
  assert.deepEqual(await folder.look(), []);

  const configure = (functions: Readonly<Record<string, string>>): void => {
    assert.ok(folder.configured);
    folder.configured = withFunctions(folder.configured, parseFunctionConfig(functions, "/"));
    folder.workflows.substitute(() => new Map());
  };
  configure({ "reserv-stock": "./r.js" });
  assert.deepEqual(await folder.look(), []);
  configure({ pack: "./p.js" });
  assert.match(
    (await folder.look()).join("\n"),
    /warning: There is no function reserv-stock: this state fails\. Add it/,
  );
});

test("a template of SAM with a definition inside is not to be renamed", async (t) => {
  const folder = await folderOf(t);
  folder.write({
    "template.yaml": `Transform: AWS::Serverless-2016-10-31
Resources:
  Order:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: { StartAt: A, States: { A: { Type: Succeed } } }
`,
  });
  const [line = "", ...others] = await folder.look();
  assert.match(line, /^ignored template\.yaml: a template of CloudFormation or SAM, with a definition inside\./);
  assert.doesNotMatch(line, /\bmv\b/);
  assert.deepEqual([others, await folder.look()], [[], []]);
});
