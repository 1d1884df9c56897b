// A configuration in a variable, for servers that have no file: what it may say, what wins over it, and who does not see it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { runPawl } from "../../testing/pawl-process.ts";
import { type LoadedConfiguration, loadConfiguration, type ServerFlags } from "./load-configuration.ts";

function folderWith(t: TestContext, files: Readonly<Record<string, unknown>>): string {
  const directory = mkdtempSync(join(tmpdir(), "pawl-variable-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), JSON.stringify(content));
  return directory;
}

async function loaded(
  t: TestContext,
  environment: Readonly<Record<string, string>>,
  flags: ServerFlags = {},
): Promise<LoadedConfiguration> {
  const directory = folderWith(t, { "pawl.config.json": { port: 7001 } });
  const { env: before } = process;
  const others = Object.entries(before).filter(([name]) => !name.startsWith("PAWL_"));
  process.env = { ...Object.fromEntries(others), ...environment };
  try {
    return await loadConfiguration(flags, [directory]);
  } finally {
    process.env = before;
  }
}

test("PAWL_CONFIG_JSON stands for the configuration file; flags and other variables win over it", async (t) => {
  const other = join(folderWith(t, { "other.json": { port: 7003 } }), "other.json");
  const auth = { keys: [{ accessKeyId: "admin", secretAccessKeyFile: "admin.secret" }] };
  const PAWL_CONFIG_JSON = JSON.stringify({ port: 7002, auth });
  const rows: readonly (readonly [environment: Record<string, string>, flags: ServerFlags, port: number])[] = [
    [{}, {}, 7001],
    [{ PAWL_CONFIG_JSON: "" }, {}, 7001],
    [{ PAWL_CONFIG_JSON }, {}, 7002],
    [{ PAWL_CONFIG_JSON, PAWL_PORT: "7004" }, {}, 7004],
    [{ PAWL_CONFIG_JSON }, { config: other }, 7003],
  ];
  for (const [environment, flags, port] of rows)
    assert.equal((await loaded(t, environment, flags)).configuration.port, port);
  const { configuration, file } = await loaded(t, { PAWL_CONFIG_JSON });
  assert.equal(file, undefined);
  assert.deepEqual(
    configuration.auth?.keys.map(({ secret }) => secret),
    [{ kind: "file", path: resolve("admin.secret") }],
    "paths in it start at the working directory",
  );
});

test("what cannot be used of it is named, and shown to nobody", async (t) => {
  const rows: readonly (readonly [environment: Record<string, string>, said: RegExp])[] = [
    [{ PAWL_CONFIG_JSON: '{"prot": 1}' }, /^PAWL_CONFIG_JSON: prot is unknown\. Did you mean port\?$/],
    [{ PAWL_CONFIG_JSON: '{"port": s3cret-word}' }, /^PAWL_CONFIG_JSON:1:10: is not JSON\./],
    [{ PAWL_CONFIG_JSON: "[]" }, /^PAWL_CONFIG_JSON: is a list\. Make it an object/i],
    [
      { PAWL_CONFIG_JSON: "{}", PAWL_CONFIG: "other.json" },
      /^PAWL_CONFIG and PAWL_CONFIG_JSON are both set\. Leave one of them out\.$/,
    ],
  ];
  for (const [environment, said] of rows) {
    await assert.rejects(loaded(t, environment), ({ name, message }: Error) => {
      assert.equal(name, "ConfigurationError");
      assert.match(message, said);
      assert.doesNotMatch(message, /s3cret/);
      return true;
    });
  }
});

test("functions do not get it: secrets may stand in it", async (t) => {
  const resource = "arn:aws:lambda:us-east-1:123456789012:function:names";
  const definition = { StartAt: "F", States: { F: { Type: "Task", Resource: resource, End: true } } };
  const directory = folderWith(t, { "flow.asl.json": definition });
  const tell = "process.stdout.write(JSON.stringify(Object.keys(process.env)))";
  const PAWL_CONFIG_JSON = JSON.stringify({ functions: { names: { command: [process.execPath, "-e", tell] } } });
  const environment = { PAWL_CONFIG_JSON, OTHER: "1" };
  const { stdout, stderr, exitCode } = await runPawl(["run", "flow.asl.json"], { directory, environment });
  assert.equal(exitCode, 0, stderr);
  const names = JSON.parse(stdout) as readonly string[];
  assert.ok(names.includes("OTHER"));
  assert.ok(!names.includes("PAWL_CONFIG_JSON"));
});
