// `pawl start`, behind `npm start`: a server on its file with the examples deployed, one of which is run to its end.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { memberOf } from "../../asl/json.ts";
import { stateMachineArn } from "../../aws/arn.ts";
import type { Configuration } from "../../server/configuration/configuration.ts";
import type { PawlServer } from "../../server/start-server.ts";
import { noSubstitutions } from "../../server/configuration/substitution-settings.ts";
import { apiClient, type CallApi, textOf } from "../session/api-client.ts";
import { configuredFor } from "../definitions/configured.ts";
import { checkDefinition, hasErrors } from "../definitions/check-definition.ts";
import { listDefinitionFiles, readSource, shownPath } from "../definitions/definition-file.ts";
import { deploy } from "../definitions/deploy.ts";
import { substitutionsFor } from "../definitions/substitutions.ts";
import { renderProblem } from "../definitions/problem-text.ts";
import { headingRow, placeRows, startCommands } from "../session/heading.ts";
import { type Inventory, takeInventory } from "../session/inventory.ts";
import { packageRoot } from "../session/package-root.ts";
import { ownCommand } from "../session/pawl-command.ts";
import { ActivityLines } from "../terminal/activity-lines.ts";
import { functionLineText } from "../terminal/function-lines.ts";
import { interruption } from "../session/interruption.ts";
import { loadConfiguration, type WatchedServerFlags } from "../session/load-configuration.ts";
import { startSession, stoppedText, untilEnd } from "../session/server-session.ts";
import { counted, durationText, paintFor } from "../terminal/terminal.ts";
import { exitCodes } from "../usage-error.ts";
import { version } from "../../server/version.ts";

const examples = join(packageRoot, "examples");
/** The example that is run. */
const shown = "order";

export async function start(flags: WatchedServerFlags): Promise<number> {
  const stopped = interruption();
  const { configuration } = await loadConfiguration(flags, [examples]);
  let isReported = false;
  const watched: { server?: PawlServer } = {};
  const activity = new ActivityLines({
    isLive: flags.live === true,
    paint: paintFor(process.stdout),
    server: () => watched.server,
    say: (line) => {
      if (isReported) process.stdout.write(`${line}\n`);
    },
  });
  const log = (message: string, error?: unknown): void =>
    void process.stderr.write(`${message}${error instanceof Error ? ` ${error.message}` : ""}\n`);
  const server = await startSession(configuration, {
    isHeadless: flags.headless,
    stopped,
    log,
    watch: activity.watch(log),
    functionLog: (line) => {
      if (isReported) process.stderr.write(`${functionLineText(line, paintFor(process.stderr))}\n`);
    },
  });
  watched.server = server;
  try {
    await Promise.race([server.recovered, stopped, server.lost]);
    const call = apiClient(server);
    const before = await takeInventory(call);
    const names = await deployExamples(call, configuration);
    const ended = names.includes(shown) ? await runExample(call, configuration) : undefined;
    const { url } = server;
    const lines = report({ configuration, url, isHeadless: flags.headless === true, before, names, ended });
    process.stdout.write(`${lines.join("\n")}\n`);
    isReported = true;
    const exitCode = await untilEnd(stopped, server);
    if (exitCode === exitCodes.succeeded) process.stdout.write(`${stoppedText(configuration)}\n`);
    return exitCode;
  } finally {
    activity.close();
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

/** At most 13 lines. */
function report({ configuration, url, isHeadless, before, names, ended }: Report): readonly string[] {
  const paint = paintFor(process.stdout);
  const row = (label: string, text: string): string => headingRow(label, text, paint);
  const { db, arns } = configuration;
  const inputFile = join(examples, `${shown}.input.json`);
  const commands = startCommands({ url, arns, name: shown, type: "STANDARD", inputFile });
  const otherPort = Number(new URL(url).port) + 1;
  return [
    paint("bold", `Pawl ${version} is running`),
    "",
    ...placeRows({ url, isHeadless, arns, db }, paint, `  (${foundText(before)})`),
    row("Examples", `${names.join(", ")}  (in ${shownPath(examples)})`),
    ...(ended === undefined ? [] : [row("Ran", `${shown}: ${ended.status} after ${durationText(ended.durationMs)}`)]),
    "",
    row("Type next", commands.own),
    row("or", commands.aws),
    row("Your own", `${ownCommand()} dev ./my-workflows --port ${otherPort} --db memory`),
    row("Stop", "Ctrl-C"),
    "",
  ];
}

function foundText({ machines, executions, isPartial }: Inventory): string {
  if (machines === 0) return "new";
  return `found ${counted(machines, "machine")} and ${isPartial ? "more than " : ""}${counted(executions, "execution")}`;
}
