// The lines for shells.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { SecretSource } from "../../server/configuration/access.ts";
import { environmentLines, type Shell } from "./env.ts";

const configuration = {
  host: "127.0.0.1",
  port: 9000,
  arns: { partition: "aws", region: "eu-west-1", account: "123456789012" },
};

test("a shell that evaluates the lines has what AWS clients need", () => {
  const script = `${environmentLines(configuration, "sh")}env`;
  const output = execFileSync("sh", ["-c", script], { env: { PATH: process.env["PATH"] }, encoding: "utf8" });
  const variables = output.split("\n").filter((line) => line.startsWith("AWS_"));
  assert.deepEqual(variables.toSorted(), [
    "AWS_ACCESS_KEY_ID=pawl",
    "AWS_DEFAULT_REGION=eu-west-1",
    "AWS_DISABLE_HOST_PREFIX_INJECTION=true",
    "AWS_ENDPOINT_URL_SFN=http://127.0.0.1:9000",
    "AWS_REGION=eu-west-1",
    "AWS_SECRET_ACCESS_KEY=pawl",
  ]);
});

test("every shell has its own way to set a variable", () => {
  const first = (shell: "sh" | "fish" | "powershell", host: string) =>
    environmentLines({ ...configuration, host }, shell).split("\n")[0];
  assert.equal(first("sh", "::1"), "export AWS_ENDPOINT_URL_SFN='http://[::1]:9000'");
  assert.equal(first("fish", "localhost"), "set -gx AWS_ENDPOINT_URL_SFN 'http://localhost:9000';");
  assert.equal(first("powershell", "127.0.0.1"), "$Env:AWS_ENDPOINT_URL_SFN = 'http://127.0.0.1:9000'");
});

test("with keys the id of the first is set, and the shell itself fetches the secret", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl's env "));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, "admin.secret");
  writeFileSync(path, "the-secret-of-the-file\n");
  const secretOf = (secret: SecretSource): string => {
    const keys = [{ accessKeyId: "AKIAFIRST", secret }];
    const lines = environmentLines({ ...configuration, auth: { keys } }, "sh");
    assert.ok(!lines.includes("the-secret"), lines);
    const script = `${lines}echo "$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY"`;
    const env = { PATH: process.env["PATH"], PAWL_SECRET: "the-secret-of-the-variable" };
    return execFileSync("sh", ["-c", script], { env, encoding: "utf8" });
  };
  assert.equal(secretOf({ kind: "file", path }), "AKIAFIRST the-secret-of-the-file\n");
  assert.equal(secretOf({ kind: "variable", name: "PAWL_SECRET" }), "AKIAFIRST the-secret-of-the-variable\n");
  assert.equal(secretOf({ kind: "text", secret: "the-secret-of-the-text" }), "AKIAFIRST \n");
});

test("every shell has its own way to fetch a secret", () => {
  const line = (shell: Shell, secret: SecretSource): string | undefined => {
    const auth = { keys: [{ accessKeyId: "a", secret }] };
    return environmentLines({ ...configuration, auth }, shell).split("\n")[2];
  };
  const file: SecretSource = { kind: "file", path: "/it's/a" };
  const variable: SecretSource = { kind: "variable", name: "V" };
  assert.equal(line("sh", file), `export AWS_SECRET_ACCESS_KEY="$(cat '/it'\\''s/a')"`);
  assert.equal(line("fish", file), String.raw`set -gx AWS_SECRET_ACCESS_KEY (cat '/it\'s/a');`);
  assert.equal(line("powershell", file), "$Env:AWS_SECRET_ACCESS_KEY = (Get-Content -Raw '/it''s/a').Trim()");
  assert.equal(line("fish", variable), 'set -gx AWS_SECRET_ACCESS_KEY "$V";');
  assert.equal(line("powershell", variable), "$Env:AWS_SECRET_ACCESS_KEY = $Env:V");
  assert.match(line("fish", { kind: "text", secret: "s3cret" }) ?? "", /^# .*configuration file\.$/);
});

test("a host that stands for every address is reached at the loopback one", () => {
  assert.match(environmentLines({ ...configuration, host: "0.0.0.0" }, "sh"), /http:\/\/127\.0\.0\.1:9000'/);
  assert.match(environmentLines({ ...configuration, host: "::" }, "sh"), /http:\/\/\[::1\]:9000'/);
});
