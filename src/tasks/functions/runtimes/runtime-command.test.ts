import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { runtimeCommand } from "./runtime-command.ts";

const cwd = mkdtempSync(join(tmpdir(), "pawl-runtimes-"));
after(() => rmSync(cwd, { recursive: true }));
const withGemfile = join(cwd, "with-gemfile");
mkdirSync(withGemfile);
writeFileSync(join(withGemfile, "Gemfile"), "");
writeFileSync(join(cwd, "Native"), "", { mode: 0o755 });
const client = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
const classPath = [cwd, join(cwd, "*"), join(cwd, "lib", "*")].join(delimiter);

const known: readonly (readonly [runtime: string, handler: string, folder: string, command: readonly string[]])[] = [
  ["provided.al2023", "anything", cwd, [join(cwd, "bootstrap")]],
  [
    "java21",
    "example.App::run",
    cwd,
    ["java", "-Xmx409m", "-XX:+UseSerialGC", "-cp", classPath, client, "example.App::run"],
  ],
  ["ruby3.4", "app.run", cwd, ["aws_lambda_ric", "app.run"]],
  ["ruby3.4", "app.run", withGemfile, ["bundle", "exec", "aws_lambda_ric", "app.run"]],
  ["dotnet10", "MyApp", cwd, ["dotnet", "exec", join(cwd, "MyApp.dll")]],
  ["dotnet10", "MyApp.dll", cwd, ["dotnet", "exec", join(cwd, "MyApp.dll")]],
  ["dotnet8", "Native", cwd, [join(cwd, "Native")]],
];
for (const [runtime, handler, folder, command] of known) {
  test(`${runtime} runs ${handler} by ${command[0] ?? ""} ${command[1] ?? ""}`, () => {
    const found = runtimeCommand({ runtime, handler, cwd: folder, memoryMb: 512, environment: {} });
    assert.deepEqual(found, { kind: "command", command });
  });
}

test("the Java that is chosen by JAVA_HOME runs", () => {
  const found = runtimeCommand({
    runtime: "java17",
    handler: "a.B",
    cwd,
    memoryMb: 128,
    environment: { JAVA_HOME: "/jdk" },
  });
  assert.ok(found.kind === "command");
  assert.deepEqual(found.command.slice(0, 2), [join("/jdk", "bin", "java"), "-Xmx102m"]);
});

test("Python runs by our runtime, unbuffered", () => {
  const found = runtimeCommand({ runtime: "python3.13", handler: "app.run", cwd, memoryMb: 128, environment: {} });
  assert.ok(found.kind === "command");
  const [python, option, script = "", handler] = found.command;
  assert.deepEqual([python, option, handler], ["python3", "-u", "app.run"]);
  assert.match(script, /python-runtime\.py$/);
});

test("what cannot be run is refused by name", () => {
  for (const [runtime, handler, pattern] of [
    ["dotnet8", "A::B::C", /the handler "A::B::C".*Amazon\.Lambda\.RuntimeSupport/],
    ["nodejs24.x", "a.b", /the runtime "nodejs24\.x".*"command"/],
    ["go1.x", "main", /the runtime "go1\.x"/],
  ] as const) {
    const found = runtimeCommand({ runtime, handler, cwd, memoryMb: 128 });
    assert.ok(found.kind === "problem");
    assert.match(found.problem, pattern);
  }
});
