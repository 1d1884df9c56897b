// The lines for shells.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { environmentLines } from "./env.ts";

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
