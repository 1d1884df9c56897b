// Terraform itself with its aws provider: apply, plans without a change, an update, an alias shift and destroy. Runs where
// both are installed; the provider comes from a local mirror, never over the network, unless TF_CLI_CONFIG_FILE says so.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { testServerOptions } from "../testing/server-options.ts";
import { type PawlServer, startServer } from "./start-server.ts";

const terraformCommand = process.platform === "win32" ? "terraform.exe" : "terraform";
const isTerraformInstalled = spawnSync(terraformCommand, ["version"]).status === 0;

const providerFolder = join("registry.terraform.io", "hashicorp", "aws");
/** TF_PLUGIN_DIR, and where Terraform itself and images that bring providers along look for mirrors. */
const mirrors = [
  process.env["TF_PLUGIN_DIR"],
  process.env["TF_PLUGIN_CACHE_DIR"],
  join(homedir(), ".terraform.d", "plugins"),
  "/usr/local/share/terraform/plugins",
  "/usr/share/terraform/plugins",
  "/opt/terraform/plugins",
  "/opt/tf-plugins",
].filter((mirror) => mirror !== undefined && existsSync(join(mirror, providerFolder)));

const program = `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }
variable "step" { type = string }
variable "weights" { type = list(number) }

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "pawl"
  secret_key                  = "pawl"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  endpoints {
    sfn = var.endpoint
  }
}

resource "aws_sfn_activity" "packing" {
  name = "packing"
  tags = { team = "orders" }
}

resource "aws_sfn_state_machine" "orders" {
  name       = "orders"
  role_arn   = "arn:aws:iam::123456789012:role/orders"
  publish    = true
  definition = <<-ASL
    {
      "StartAt": "Price",
      "States": {
        "Price": { "Type": "Pass", "Result": { "step": "\${var.step}", "factor": 1.0 }, "Next": "Pack" },
        "Pack": { "Type": "Task", "Resource": "\${aws_sfn_activity.packing.id}", "End": true }
      }
    }
  ASL
  logging_configuration {
    level                  = "ERROR"
    include_execution_data = true
    log_destination        = "arn:aws:logs:us-east-1:123456789012:log-group:orders:*"
  }
  tracing_configuration {
    enabled = true
  }
  tags = { step = var.step }
}

resource "aws_sfn_state_machine" "quick" {
  name       = "quick"
  role_arn   = "arn:aws:iam::123456789012:role/orders"
  type       = "EXPRESS"
  definition = jsonencode({ StartAt = "A", States = { A = { Type = "Succeed" } } })
}

resource "aws_sfn_state_machine" "carousel" {
  name       = "carousel"
  role_arn   = "arn:aws:iam::123456789012:role/orders"
  definition = jsonencode({
    StartAt = "Rest"
    States = {
      Rest  = { Type = "Wait", Seconds = 1, Next = "Again" }
      Again = { Type = "Choice", Choices = [{ Variable = "$", IsPresent = true, Next = "Rest" }], Default = "Done" }
      Done  = { Type = "Succeed" }
    }
  })
}

resource "aws_sfn_alias" "live" {
  name        = "live"
  description = "what customers use"
  dynamic "routing_configuration" {
    for_each = var.weights
    content {
      state_machine_version_arn = "\${aws_sfn_state_machine.orders.arn}:\${routing_configuration.key + 1}"
      weight                    = routing_configuration.value
    }
  }
}
`;

const orders = "arn:aws:states:us-east-1:123456789012:stateMachine:orders";

test(
  "the aws provider of Terraform applies, updates, shifts and destroys without drift",
  { skip: !isTerraformInstalled && "terraform is not installed" },
  async (t) => {
    const server = await openServer(t);
    const terraform = openFolder(t, server.url);
    if (terraform === undefined) {
      t.skip("the aws provider of Terraform is not installed: no mirror has it, TF_PLUGIN_DIR can name one");
      return;
    }
    const init = await terraform.run("init");
    if (/Failed to (query available|install) provider/.test(init.output)) {
      t.diagnostic(init.output);
      t.skip("terraform init cannot install the aws provider from the mirror");
      return;
    }
    assert.equal(init.exitCode, 0, init.output);

    await terraform.apply({ step: "one", weights: [100] }, "5 added, 0 changed, 0 destroyed");
    await terraform.assertNoDrift();
    // Tags, definition and version change in one update; the alias stays at version 1.
    await terraform.apply({ step: "two", weights: [100] }, "0 added, 1 changed, 0 destroyed");
    assert.deepEqual(await versionsAt(server), ["2", "1"]);
    // The plan of the shift finds the alias alone to differ: the update left no drift.
    await terraform.apply({ step: "two", weights: [90, 10] }, "0 added, 1 changed, 0 destroyed");
    assert.deepEqual(await weightsAt(server), [`${orders}:1 90`, `${orders}:2 10`]);
    await terraform.assertNoDrift();
    // An execution that goes round for ever does not keep its machine from being destroyed.
    await call(server, "StartExecution", { stateMachineArn: orders.replace("orders", "carousel") });
    const destroyed = await terraform.run("destroy", "-auto-approve", "-refresh=false");
    assert.match(destroyed.output, /Resources: 5 destroyed\./);
    assert.deepEqual(await call(server, "ListStateMachines", {}), { stateMachines: [] });
    assert.deepEqual(await call(server, "ListActivities", {}), { activities: [] });
  },
);

async function openServer(t: TestContext): Promise<PawlServer> {
  const server = await startServer({
    ...testServerOptions,
    logging: { to: "nowhere" },
  });
  t.after(() => server.close());
  return server;
}

type Members = Readonly<Record<string, unknown>>;

async function call({ url }: PawlServer, action: string, input: object): Promise<Members> {
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AWSStepFunctions.${action}` };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(input) });
  const answer = (await response.json()) as Members;
  assert.equal(response.status, 200, JSON.stringify(answer));
  return answer;
}

async function versionsAt(server: PawlServer): Promise<readonly unknown[]> {
  const { stateMachineVersions } = await call(server, "ListStateMachineVersions", { stateMachineArn: orders });
  return (stateMachineVersions as readonly Members[]).map((version) =>
    String(version["stateMachineVersionArn"]).slice(orders.length + 1),
  );
}

async function weightsAt(server: PawlServer): Promise<readonly string[]> {
  const stateMachineAliasArn = `${orders}:live`;
  const { routingConfiguration } = await call(server, "DescribeStateMachineAlias", { stateMachineAliasArn });
  return (routingConfiguration as readonly Members[])
    .map(({ stateMachineVersionArn, weight }) => `${String(stateMachineVersionArn)} ${String(weight)}`)
    .toSorted();
}

interface Finished {
  readonly exitCode: number | string;
  readonly output: string;
}

interface Wanted {
  readonly step: string;
  readonly weights: readonly number[];
}

interface Terraform {
  run(...args: readonly string[]): Promise<Finished>;
  /** Applies what is wanted from now on. */
  apply(wanted: Wanted, counts: string): Promise<void>;
  /** A plan of what was applied last finds nothing to do. */
  assertNoDrift(): Promise<void>;
}

/** A folder with the program, or nothing where no mirror has the provider. */
function openFolder(t: TestContext, endpoint: string): Terraform | undefined {
  const directory = mkdtempSync(join(tmpdir(), "pawl-terraform-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const configFile = configFileIn(directory);
  if (configFile === undefined) return undefined;
  writeFileSync(join(directory, "main.tf"), program);
  const variables = join(directory, "terraform.tfvars.json");
  const env = environmentOf(directory, configFile);
  const run = (...args: readonly string[]): Promise<Finished> =>
    new Promise((resolve) => {
      const options = { cwd: directory, env, signal: t.signal };
      execFile(terraformCommand, [...args, "-no-color", "-input=false"], options, (error, stdout, stderr) =>
        resolve({ exitCode: error?.code ?? 0, output: `terraform ${args.join(" ")}\n${stdout}${stderr}` }),
      );
    });
  return {
    run,
    async apply(wanted, counts) {
      writeFileSync(variables, JSON.stringify({ ...wanted, endpoint }));
      const { exitCode, output } = await run("apply", "-auto-approve");
      assert.equal(exitCode, 0, output);
      assert.ok(output.includes(`Resources: ${counts}.`), output);
    },
    async assertNoDrift() {
      const { exitCode, output } = await run("plan", "-detailed-exitcode");
      assert.equal(exitCode, 0, output);
    },
  };
}

function configFileIn(directory: string): string | undefined {
  const given = process.env["TF_CLI_CONFIG_FILE"];
  if (given !== undefined && existsSync(given)) return given;
  if (mirrors.length === 0) return undefined;
  const blocks = mirrors.map((mirror) => `filesystem_mirror { path = ${JSON.stringify(mirror)} }`);
  const file = join(directory, "terraform.rc");
  writeFileSync(file, `provider_installation {\n${blocks.join("\n")}\n}\n`);
  return file;
}

/** Without the variables, arguments and profiles of the developer's own shell. */
function environmentOf(directory: string, configFile: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS_|TF_)/.test(name));
  return {
    ...Object.fromEntries(own),
    TF_CLI_CONFIG_FILE: configFile,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    AWS_CONFIG_FILE: join(directory, "no-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, "no-credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
    // Both build a schema of hundreds of megabytes in every run, and collect less of it so.
    GOGC: "200",
  };
}
