// `pawl run`: one workflow to its end in this process, a line per state on stderr, the output on stdout.
import { basename, dirname, resolve as resolvePath } from "node:path";
import { isJsonObject, type Json, memberOf, parseJson } from "../../asl/json.ts";
import { stateMachineArn } from "../../aws/arn.ts";
import { placedCause } from "../../engine/failure-place.ts";
import { isEndOfExecution, type JournalEvent } from "../../engine/journal/event.ts";
import { type Watch, watchAll } from "../../runtime/executions/watch.ts";
import type { Configuration } from "../../server/configuration/configuration.ts";
import { noSubstitutions } from "../../server/configuration/substitution-settings.ts";
import { readMockFile } from "../../server/configuration/mock-file.ts";
import type { PawlServer } from "../../server/start-server.ts";
import type { FunctionLine } from "../../tasks/functions/printed.ts";
import { apiClient, ApiRefusal, type CallApi } from "../session/api-client.ts";
import { configuredFor } from "../definitions/configured.ts";
import { checkDefinition, type CheckOptions, hasErrors } from "../definitions/check-definition.ts";
import { checkFile } from "../definitions/check-file.ts";
import {
  type DefinitionFile,
  definitionFileOf,
  listDefinitionFiles,
  readSource,
  shownPath,
} from "../definitions/definition-file.ts";
import { deploy } from "../definitions/deploy.ts";
import { type SubstitutionFlags, type SubstitutionsFor, substitutionsFor } from "../definitions/substitutions.ts";
import { renderProblem } from "../definitions/problem-text.ts";
import { LiveLines, messageIn, placeIn } from "../terminal/live-lines.ts";
import { type Columns, widestName } from "../terminal/state-line.ts";
import { MapRunLines } from "../terminal/map-run-lines.ts";
import { functionLineText } from "../terminal/function-lines.ts";
import { answerCommand } from "../session/pawl-command.ts";
import { readJsonText } from "../session/read-input.ts";
import { interruption } from "../session/interruption.ts";
import { loadConfiguration } from "../session/load-configuration.ts";
import { startSession } from "../session/server-session.ts";
import { durationText, paintFor, printable } from "../terminal/terminal.ts";
import { SkippingClock } from "../session/skipping-clock.ts";
import { exitCodes, UsageError } from "../usage-error.ts";

export interface RunFlags extends SubstitutionFlags {
  readonly input: string;
  readonly config?: string;
  /** A mock file. */
  readonly mocks?: string;
  readonly testCase?: string;
  /** Waits are not waited for. */
  readonly fast?: boolean;
  /** Nothing of states. */
  readonly quiet?: boolean;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

export async function run(path: string, flags: RunFlags): Promise<number> {
  const file = definitionFileOf(path);
  const { configuration } = await loadConfiguration(flags, [dirname(path), process.cwd()]);
  const fill = substitutionsFor(configuration.substitutions ?? noSubstitutions, flags);
  const configured = await configuredFor(configuration, process.env);
  const definition = checkedDefinition(file, { substitutions: fill(file.name), configured });
  if (definition === undefined) return exitCodes.usage;
  const input = await readJsonText(flags.input, "input");
  const mocks = mocksOf(file, flags, configuration);
  const interrupted = interruption();
  const watch = new ExecutionWatch({ nameWidth: nameWidthOf(parseJson(definition)), isQuiet: flags.quiet === true });
  const clock = flags.fast === true ? new SkippingClock() : undefined;
  const server = await startSession(
    { ...configuration, mocks, port: 0, host: "127.0.0.1", db: "memory", auth: undefined, rateLimits: undefined },
    {
      ...watch.logs,
      clock,
      watch: watchAll([watch.watch, ...(clock === undefined ? [] : [clock.watch])], watch.logs.log),
    },
    configuration,
  );
  watch.server = server;
  try {
    await startExecution({ file, definition, fill, input, server, configuration, testCase: flags.testCase });
    const end = await Promise.race([watch.ended, interrupted]);
    if (end !== undefined) return report(end, flags);
    say("Stopped.");
    return exitCodes.interrupted;
  } finally {
    watch.close();
    clock?.close();
    await server.close();
  }
}

/** @throws UsageError where no test case is said to be played, or there is no file that has any. */
function mocksOf(
  { name }: DefinitionFile,
  { mocks: given, testCase }: RunFlags,
  { mocks: configured }: Configuration,
): string | undefined {
  const mocks = given === undefined ? configured : resolvePath(given);
  if (testCase !== undefined && mocks === undefined) {
    throw new UsageError(
      `--test-case ${testCase} is one of a mock file: name that, with --mocks or as mocks in pawl.config.json.`,
    );
  }
  if (given === undefined || testCase !== undefined) return mocks;
  const known = readMockFile(resolvePath(given)).testCases(name);
  throw new UsageError(
    known.length === 0
      ? `${given} has no test case for ${name}. Add one: "StateMachines": { ${JSON.stringify(name)}: { "TestCases": { "Happy": … } } }`
      : `Say which test case of ${given} is to be played, with --test-case: ${known.join(", ")}.`,
  );
}

/** Says what is wrong with it; `undefined` when it cannot be run. */
function checkedDefinition(
  file: DefinitionFile,
  options: Pick<CheckOptions, "substitutions" | "configured">,
): string | undefined {
  const text = readSource(file.path);
  const checked = checkDefinition(text, { ...file, ...options });
  const source = { file: shownPath(file.path), text };
  for (const problem of checked.problems) {
    process.stderr.write(renderProblem(problem, source, paintFor(process.stderr)));
  }
  return hasErrors(checked) ? undefined : checked.definition;
}

interface Start {
  readonly file: DefinitionFile;
  readonly definition: string;
  readonly fill: SubstitutionsFor;
  readonly input: string;
  readonly server: PawlServer;
  readonly configuration: Configuration;
  readonly testCase: string | undefined;
}

async function startExecution({
  file,
  definition,
  fill,
  input,
  server,
  configuration,
  testCase,
}: Start): Promise<void> {
  const { arns } = configuration;
  const call = apiClient(server);
  await deployNeighbours(call, { file, fill, arns });
  try {
    await deploy(call, arns, { ...file, definition });
    const arn = stateMachineArn(arns, file.name);
    await call("StartExecution", { stateMachineArn: testCase === undefined ? arn : `${arn}#${testCase}`, input });
  } catch (error) {
    if (error instanceof ApiRefusal)
      throw new UsageError(`${shownPath(file.path)}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** The workflow may start others that stand beside it; what is wrong with these shows when they are started. */
async function deployNeighbours(
  call: CallApi,
  { file: { path }, fill, arns }: Pick<Start, "file" | "fill"> & Pick<Configuration, "arns">,
): Promise<void> {
  for (const neighbour of listDefinitionFiles(dirname(path))) {
    if (basename(neighbour.path) === basename(path) || dirname(neighbour.path) !== dirname(path)) continue;
    const checked = checkFile(neighbour, { substitutions: fill(neighbour.name) });
    if (checked.definition === undefined || hasErrors(checked)) continue;
    try {
      await deploy(call, arns, { ...neighbour, definition: checked.definition });
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
    }
  }
}

interface End {
  readonly event: JournalEvent;
  readonly durationMs: number;
}

/** Sees the executions of the server as they go on, the first of which is the one that was asked for. */
class ExecutionWatch {
  server: Pick<PawlServer, "url" | "runtime"> | undefined;
  readonly ended: Promise<End>;
  readonly #resolve: (end: End) => void;
  readonly #columns: Columns;
  readonly #isQuiet: boolean;
  readonly #mapRuns = new MapRunLines({
    paint: paintFor(process.stderr),
    say,
    mapRuns: () => this.server?.runtime.mapRuns,
  });
  #firstId: number | undefined;

  constructor({ nameWidth, isQuiet }: Columns & { readonly isQuiet: boolean }) {
    this.#columns = { nameWidth };
    this.#isQuiet = isQuiet;
    const { promise, resolve } = Promise.withResolvers<End>();
    this.ended = promise;
    this.#resolve = resolve;
  }

  get logs() {
    const paint = paintFor(process.stderr);
    return {
      log: (message: string, error?: unknown): void =>
        say(`${message}${error instanceof Error ? ` ${error.message}` : ""}`),
      functionLog: (line: FunctionLine): void => {
        if (!this.#isQuiet) say(functionLineText(line, paint));
      },
    };
  }

  close(): void {
    this.#mapRuns.close();
  }

  readonly watch: Watch = (watched) => {
    const { record } = watched;
    const mapRuns = this.#isQuiet ? undefined : this.#mapRuns.watch(watched);
    // There may be a million of them.
    if (record.mapRun !== undefined) return mapRuns;
    this.#firstId ??= record.id;
    const isFirst = record.id === this.#firstId;
    const options = {
      paint: paintFor(process.stderr),
      answer: (token: string) => answerCommand(token, this.server?.url ?? ""),
      columns: this.#columns,
    };
    const lines = new LiveLines(options, isFirst ? "" : "↳ ");
    return (event, before) => {
      const said = this.#isQuiet ? [] : lines.linesOf(event, before);
      const isEnd = isFirst && isEndOfExecution(event);
      const tellMapRuns = mapRuns?.(event, before);
      return () => {
        for (const line of said) say(line);
        tellMapRuns?.();
        if (isEnd) this.#resolve({ event, durationMs: event.at - before.startedAt });
      };
    };
  };
}

function report({ event, durationMs }: End, { quiet }: RunFlags): number {
  const paint = paintFor(process.stderr);
  const after = `after ${durationText(durationMs)}`;
  if (event.kind === "ExecutionSucceeded") {
    if (quiet !== true) say(`${paint(["green", "bold"], "Succeeded")} ${after}`);
    process.stdout.write(`${outputText(event.output.text)}\n`);
    return exitCodes.succeeded;
  }
  const { error, cause } = event.kind.startsWith("Execution") && "error" in event ? event : {};
  const verdict =
    event.kind === "ExecutionTimedOut" ? "Timed out" : event.kind === "ExecutionAborted" ? "Stopped" : "Failed";
  say(`${paint(["red", "bold"], verdict)} ${after}`);
  if (error !== undefined) say(`  ${paint("dim", "Error")}  ${printable(error)}`);
  const placed = cause === undefined ? undefined : placedCause(cause);
  const reason = placed?.detail ?? (cause === undefined ? undefined : messageIn(cause));
  if (reason !== undefined) say(`  ${paint("dim", "Cause")}  ${printable(reason).replaceAll("\n", "\n         ")}`);
  if (placed !== undefined) {
    say(`  ${paint("dim", "State")}  ${printable(placed.state)}, entered at the event id #${placed.eventId}`);
  }
  const place = cause === undefined ? undefined : placeIn(cause);
  if (place !== undefined) say(`  ${paint("dim", "At")}     ${printable(shownPath(place.path))}:${place.position}`);
  return exitCodes.failed;
}

/** As the workflow made it, for programs; laid out where a person looks at it. */
function outputText(text: string): string {
  return process.stdout.isTTY ? JSON.stringify(parseJson(text), null, 2) : text;
}

/** So that the columns stand below each other: the longest name with what stands before it. */
function nameWidthOf(definition: Json): number {
  return Math.min(widestName, Math.max(12, ...namesIn(definition, "").map((name) => name.length)));
}

function namesIn(scope: Json | undefined, prefix: string): readonly string[] {
  const states = isJsonObject(scope) ? memberOf(scope, "States") : undefined;
  if (!isJsonObject(states)) return [];
  return Object.entries(states).flatMap(([name, state]) => {
    if (!isJsonObject(state)) return [];
    const branches = memberOf(state, "Branches");
    const scopes = [
      memberOf(state, "ItemProcessor"),
      memberOf(state, "Iterator"),
      ...(Array.isArray(branches) ? branches : []),
    ];
    const inner = scopes.flatMap((one: Json | undefined) => namesIn(one, `${prefix}${name}[0] › `));
    return [`${prefix}${name}`, ...inner];
  });
}
