// `pawl start`, behind `npm start`: a server on its file with the examples deployed, one of which is run to its end.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { memberOf } from "../../asl/json.ts";
import { stateMachineArn } from "../../aws/arn.ts";
import type { Configuration } from "../../server/configuration/configuration.ts";
import { defaultPort } from "../../server/configuration/configuration.ts";
import { noSubstitutions } from "../../server/configuration/substitution-settings.ts";
import { apiClient, type CallApi, textOf } from "../session/api-client.ts";
import { configuredFor } from "../definitions/configured.ts";
import { checkDefinition, hasErrors } from "../definitions/check-definition.ts";
import { listDefinitionFiles, readSource, shownPath } from "../definitions/definition-file.ts";
import { deploy } from "../definitions/deploy.ts";
import { substitutionsFor } from "../definitions/substitutions.ts";
import { renderProblem } from "../definitions/problem-text.ts";
import { type Inventory, takeInventory } from "../session/inventory.ts";
import { packageRoot } from "../session/package-root.ts";
import { ownCommand } from "../session/pawl-command.ts";
import { functionLineText } from "../terminal/function-lines.ts";
import {
  interruption,
  loadConfiguration,
  type ServerFlags,
  startSession,
  stoppedText,
  untilEnd,
} from "../session/server-session.ts";
import { counted, durationText, paintFor } from "../terminal/terminal.ts";
import { exitCodes } from "../usage-error.ts";
import { version } from "../../server/version.ts";

const examples = join(packageRoot, "examples");
/** The example that is run. */
const shown = "order";

export async function start(flags: ServerFlags): Promise<number> {
  const stopped = interruption();
  const { configuration } = await loadConfiguration(flags, [examples]);
  const lines: string[] = [];
  let isReported = false;
  const server = await startSession(configuration, {
    isHeadless: flags.headless,
    log: (message, error) => process.stderr.write(`${message}${error instanceof Error ? ` ${error.message}` : ""}\n`),
    functionLog: (line) => {
      if (isReported) process.stderr.write(`${functionLineText(line, paintFor(process.stderr))}\n`);
    },
  });
  try {
    await Promise.race([server.recovered, stopped, server.lost]);
    const call = apiClient(server);
    const before = await takeInventory(call);
    const names = await deployExamples(call, configuration);
    const ended = names.includes(shown) ? await runExample(call, configuration) : undefined;
    lines.push(
      ...report({ configuration, url: server.url, isHeadless: flags.headless === true, before, names, ended }),
    );
    process.stdout.write(`${lines.join("\n")}\n`);
    isReported = true;
    const exitCode = await untilEnd(stopped, server);
    if (exitCode === exitCodes.succeeded) process.stdout.write(`${stoppedText(configuration)}\n`);
    return exitCode;
  } finally {
    await server.close();
  }
}

async function deployExamples(call: CallApi, configuration: Configuration): Promise<readonly string[]> {
  const { arns, substitutions = noSubstitutions } = configuration;
  const configured = await configuredFor(configuration, process.env);
  const fill = substitutionsFor(substitutions, {});
  const names: string[] = [];
  for (const file of listDefinitionFiles(examples)) {
    const text = readSource(file.path);
    const checked = checkDefinition(text, { ...file, substitutions: fill(file.name), configured });
    for (const problem of checked.problems) {
      process.stderr.write(renderProblem(problem, { file: shownPath(file.path), text }, paintFor(process.stderr)));
    }
    if (checked.definition === undefined || hasErrors(checked)) continue;
    await deploy(call, arns, { ...file, definition: checked.definition });
    names.push(file.name);
  }
  return names;
}

interface Ended {
  readonly status: string;
  readonly durationMs: number;
}

async function runExample(call: CallApi, { arns }: Configuration): Promise<Ended> {
  const input = readFileSync(join(examples, `${shown}.input.json`), "utf8");
  const { executionArn = "" } = await call("StartExecution", { stateMachineArn: stateMachineArn(arns, shown), input });
  for (;;) {
    const answer = await call("DescribeExecution", { executionArn });
    const status = textOf(answer, "status");
    const [startedAt, stoppedAt] = [memberOf(answer, "startDate"), memberOf(answer, "stopDate")].map(Number);
    if (status !== "RUNNING") return { status, durationMs: ((stoppedAt ?? 0) - (startedAt ?? 0)) * 1000 };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

interface Report {
  readonly configuration: Configuration;
  readonly url: string;
  readonly isHeadless: boolean;
  readonly before: Inventory;
  readonly names: readonly string[];
  readonly ended: Ended | undefined;
}

/** At most ten lines. */
function report({ configuration, url, isHeadless, before, names, ended }: Report): readonly string[] {
  const paint = paintFor(process.stdout);
  const row = (label: string, text: string): string => `  ${paint("dim", label.padEnd(9))} ${text}`;
  const { db } = configuration;
  const port = url.slice(url.lastIndexOf(":") + 1);
  const options = Number(port) === defaultPort ? "" : ` --port ${port}`;
  return [
    paint("bold", `Pawl ${version} is running`),
    "",
    row(
      "API",
      `${url}  (AWS Step Functions, for every AWS SDK and the AWS CLI${isHeadless ? "" : "; in a browser, the console"})`,
    ),
    row("Data", `${db === "memory" ? "memory" : shownPath(db)}  (${foundText(before)})`),
    row("Examples", `${names.join(", ")}  (in ${shownPath(examples)})`),
    ...(ended === undefined ? [] : [row("Ran", `${shown}: ${ended.status} after ${durationText(ended.durationMs)}`)]),
    "",
    row("Type next", `eval "$(${ownCommand(true)} env${options})"; aws stepfunctions list-state-machines`),
    row("or", `${ownCommand()} dev ./my-workflows${options === "" ? " --port 8084" : ""} --db memory`),
    row("Stop", "Ctrl-C"),
  ];
}

function foundText({ machines, executions, isPartial }: Inventory): string {
  if (machines === 0) return "new";
  return `found ${counted(machines, "machine")} and ${isPartial ? "more than " : ""}${counted(executions, "execution")}`;
}
