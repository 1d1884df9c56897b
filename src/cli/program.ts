// The commands of `pawl`, their options and their help.
import { Command, CommanderError, Option } from "commander";
import { ConfigurationError } from "../server/configuration/configuration.ts";
import { flagsHelp } from "../server/configuration/settings.ts";
import { examplesOf } from "./examples-of.ts";
import { addRemoteCommands } from "./remote-commands.ts";
import { StartError } from "../server/listen.ts";
import { ApiRefusal, UnreachableError } from "./session/api-client.ts";
import type { ValidateFlags } from "./commands/validate.ts";
import type { DrawFlags } from "./commands/graph.ts";
import { environmentLines, type Shell, shells } from "./commands/env.ts";
import { type KeyFlags, makeKey } from "./commands/key.ts";
import type { CopyFlags } from "./commands/copy.ts";
import type { RunFlags } from "./commands/run.ts";
import type { SubstitutionFlags } from "./definitions/substitutions.ts";
import { loadConfiguration, type ServerFlags, type WatchedServerFlags } from "./session/load-configuration.ts";
import { exitCodes, UsageError } from "./usage-error.ts";
import { hasLostResult } from "./terminal/outputs.ts";
import { version } from "../server/version.ts";

/** @returns the exit code. */
export async function runProgram(args: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.succeeded;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(helpAsOption(program, args), { from: "user" });
    return exitCode;
  } catch (error) {
    return explain(error);
  }
}

/** `pawl help run` as `pawl run --help`, which says it where there is no such command. */
function helpAsOption({ commands: known }: Command, args: readonly string[]): readonly string[] {
  const [first, name] = args;
  if (first !== "help" || name === undefined || name.startsWith("-")) return args;
  return known.some((command) => command.name() === name) ? [name, "--help"] : [name];
}

/** Ends the process when what it wrote has left it: all is done, and what is still open, such as a connection, is nobody's. */
export async function endProcess(exitCode: number): Promise<never> {
  const written = [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write("", resolve)));
  await Promise.all(written);
  const isLost = exitCode === exitCodes.succeeded && hasLostResult();
  return process.exit(isLost ? exitCodes.failed : exitCode);
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.succeeded : exitCodes.usage;
  if (error instanceof UsageError || error instanceof ConfigurationError) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.usage;
  }
  if (error instanceof StartError || error instanceof ApiRefusal || error instanceof UnreachableError) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.failed;
  }
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`This is a bug in Pawl. Please report it with these lines:\n${details}\n`);
  return exitCodes.failed;
}

/** Each is loaded with what it needs when it is called: a server in production needs no reader of YAML and draws nothing. */
const commands = {
  dev: async (folder: string, flags: WatchedServerFlags & SubstitutionFlags) =>
    (await import("./commands/dev.ts")).dev(folder, flags),
  serve: async (flags: ServerFlags) => (await import("./commands/serve.ts")).serve(flags),
  start: async (flags: WatchedServerFlags) => (await import("./commands/start.ts")).start(flags),
  run: async (file: string, flags: RunFlags) => (await import("./commands/run.ts")).run(file, flags),
  validate: async (files: readonly string[], flags: ValidateFlags) =>
    (await import("./commands/validate.ts")).validateFiles(files, flags),
  copy: async (flags: CopyFlags) => (await import("./commands/copy.ts")).copy(flags),
  draw: async (file: string, flags: DrawFlags) => (await import("./commands/graph.ts")).draw(file, flags),
};

type End = (exitCode: number) => void;

function createProgram(end: End): Command {
  const program = new Command("pawl")
    .description("AWS Step Functions that you own: runs workflows durably on this machine, behind the AWS API.")
    .version(version, "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .configureHelp({ helpWidth: 110, subcommandTerm: (command) => command.name() })
    .showSuggestionAfterError()
    .exitOverride();
  addServers(program, end);
  addRemoteCommands(program, end);
  addFileTools(program, end);
  addSetUp(program, end);
  program.addHelpText(
    "after",
    examplesOf(["pawl dev ./my-workflows", "pawl run order.asl.json --input '{\"id\": 7}'"]),
  );
  return program;
}

function addServers(program: Command, end: End): void {
  serverCommand(program, "dev", "serve the workflows of a folder, redeployed on save")
    .argument("[folder]", "folder with *.asl.json, *.asl.yaml or *.asl.yml", ".")
    .option(...live)
    .option(...substitute)
    .action(async (folder: string, flags: WatchedServerFlags & SubstitutionFlags) =>
      end(await commands.dev(folder, flags)),
    )
    .addHelpText(
      "after",
      `
The file's name is the machine's name: order.asl.json deploys order. Express machines are named
order.express.asl.json. Functions and settings stand in pawl.config.json (or .js, .mjs, .ts) of the folder.
${examplesOf(["pawl dev ./my-workflows", "pawl dev --port 8084 --db memory"])}`,
    );
  serverCommand(program, "serve", "serve with production defaults: deploys nothing, logs JSON lines to stderr")
    .action(async (flags: ServerFlags) => end(await commands.serve(flags)))
    .addHelpText("after", examplesOf(["pawl serve --db /var/lib/pawl/pawl.db", "PAWL_PORT=9000 pawl serve"]));
  serverCommand(program, "start", "serve the examples that come with Pawl, and run one of them")
    .option(...live)
    .action(async (flags: WatchedServerFlags) => end(await commands.start(flags)));
}

function addFileTools(program: Command, end: End): void {
  program
    .command("run")
    .description("run one workflow to its end in the terminal; its output goes to stdout")
    .argument("<file>", "definition: JSON or YAML")
    .option("-i, --input <json>", "input: JSON, @file, or - for stdin", "{}")
    .option("-c, --config <file>", "configuration with functions (default: pawl.config.* beside the file, or here)")
    .option("--mocks <file>", "mock file of Step Functions Local; goes before that of the configuration")
    .option("--test-case <name>", "test case of the mock file whose responses stand for tasks")
    .option("--fast", "wait for no Wait state, retry or time limit of a callback")
    .option("-q, --quiet", "show no states: what failed and the output alone")
    .option(...substitute)
    .action(async (file: string, flags: RunFlags) => end(await commands.run(file, flags)))
    .addHelpText(
      "after",
      `\nExit codes: 0 succeeded, 1 failed, 2 used wrongly.\n${examplesOf([
        "pawl run order.asl.json --input '{\"id\": 7}'",
        "pawl run order.asl.yaml --input @order.json > output.json",
        "pawl run order.asl.json --mocks mocks.json --test-case Happy --fast --quiet",
      ])}`,
    );
  program
    .command("validate")
    .description("say what is wrong with definitions, and where")
    .argument("<files...>", "definitions, or folders of them")
    .option("--express", "check them as Express workflows (default: those named *.express.asl.*)")
    .addOption(
      new Option("-f, --format <format>", "for people, for programs, or for annotations in GitHub Actions")
        .choices(["text", "json", "github"])
        .default("text"),
    )
    .option("--json", "the same as --format json")
    .option(...substitute)
    .option(
      "-c, --config <file>",
      "configuration that they are to run with (default: pawl.config.* beside the files, or here)",
    )
    .action(async (files: string[], flags: ValidateFlags) => end(await commands.validate(files, flags)))
    .addHelpText("after", examplesOf(["pawl validate order.asl.json", "pawl validate ./my-workflows --format github"]));
  program
    .command("graph")
    .description("draw a definition")
    .argument("<file>", "definition: JSON or YAML")
    .addOption(
      new Option("-f, --format <format>", "default: by the output's name, else svg").choices(["svg", "png", "mermaid"]),
    )
    .option("-o, --output <file>", "write to a file instead of stdout")
    .option(...substitutionsFile)
    .option(...substitute)
    .action(async (file: string, flags: DrawFlags) => end(await commands.draw(file, flags)))
    .addHelpText(
      "after",
      examplesOf(["pawl graph order.asl.json -o order.png", "pawl graph order.asl.json -f mermaid"]),
    );
}

function addSetUp(program: Command, end: End): void {
  program
    .command("init")
    .description("write a first workflow with a function, a configuration and mocks; leaves alone what is there")
    .argument("[folder]", "folder for them", ".")
    .action(async (folder: string) => end((await import("./commands/init.ts")).init(folder)))
    .addHelpText("after", examplesOf(["pawl init my-workflows", "pawl dev my-workflows"]));
  program
    .command("env")
    .description("print what makes AWS clients of this shell use Pawl")
    .option("-p, --port <port>", "port of the server (default: 8083)")
    .option("--host <host>", "host of the server (default: 127.0.0.1)")
    .option("-c, --config <file>", "configuration file of the server")
    .addOption(new Option("--shell <shell>", "shell to write for").choices(shells).default("sh"))
    .action(async ({ shell, ...flags }: ServerFlags & { readonly shell: Shell }) => {
      const { configuration } = await loadConfiguration(flags, [process.cwd()]);
      process.stdout.write(environmentLines(configuration, shell));
    })
    .addHelpText("after", examplesOf(['eval "$(pawl env)"', "pawl env --shell fish | source"]));
  program
    .command("key")
    .description("make a key that encrypts the database file")
    .option("-o, --output <file>", "write to a new file, for its owner alone, instead of stdout")
    .action((flags: KeyFlags) => end(makeKey(flags)))
    .addHelpText("after", examplesOf(["pawl key -o pawl.key", "PAWL_KEY_FILE=pawl.key pawl serve"]));
  program
    .command("copy")
    .description("move all data from a file to PostgreSQL, or back; goes on where it was interrupted")
    .requiredOption("--from <place>", "database file, or address of a PostgreSQL database, that no server works with")
    .requiredOption("--to <place>", "an empty one, or one that holds a part of this copy")
    .option("-c, --config <file>", "configuration file of the server (PAWL_CONFIG; default: pawl.config.*)")
    .option("--plain", "encrypt nothing there, though a key file opens what is here")
    .action(async (flags: CopyFlags) => end(await commands.copy(flags)))
    .addHelpText(
      "after",
      `\nThe password of a database may stand in PGPASSWORD. Nothing is served until every row was compared.\n${examplesOf(
        ["pawl copy --from /var/lib/pawl/pawl.db --to postgres://pawl@db.example.com/pawl"],
      )}`,
    );
}

const live = ["--live", "tell what becomes of every state, not only of executions"] as const;

const substitute = [
  "--substitute <name=value>",
  "fill ${name} in definitions, before what the configuration says; as often as needed",
  (given: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), given],
] as const;

const substitutionsFile = [
  "-c, --config <file>",
  "configuration with substitutions (default: pawl.config.* beside the file, or here)",
] as const;

function serverCommand(program: Command, name: string, description: string): Command {
  const command = program.command(name).description(description);
  for (const { flag, help } of flagsHelp()) command.option(flag, help);
  return command
    .option(
      "-c, --config <file>",
      "configuration file (PAWL_CONFIG, or its text in PAWL_CONFIG_JSON; default: pawl.config.*)",
    )
    .option("--headless", "without the console: the API alone");
}
