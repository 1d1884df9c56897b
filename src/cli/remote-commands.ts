// The commands of `pawl` that talk to a server which runs: their options and their help.
import { type Command, Option } from "commander";
import type { ExecuteFlags } from "./commands/execute.ts";
import type { ListFlags } from "./commands/list.ts";
import type { LogsFlags } from "./commands/logs.ts";
import type { AnswerFlags, FailureFlags, RedriveFlags } from "./commands/manage.ts";
import type { ShowFlags } from "./commands/show.ts";
import type { RemoteFlags } from "./remote/server-access.ts";
import { examplesOf } from "./examples-of.ts";

type End = (exitCode: number) => void;

const machineHelp = "state machine: its name or ARN; name:alias and name#test-case too";
const executionHelp = "execution: its ARN, or machine:name";

export function addRemoteCommands(program: Command, end: End): void {
  addStarting(program, end);
  addLooking(program, end);
  addChanging(program, end);
}

function addStarting(program: Command, end: End): void {
  remoteCommand(
    program,
    "execute",
    "start an execution on a server and show its states until it ends; its output goes to stdout",
  )
    .argument("<machine>", machineHelp)
    .option("-i, --input <json>", "input: JSON, @file, or - for stdin", "{}")
    .option("--name <name>", "name of the execution (default: a new one)")
    .option("--no-wait", "print the ARN of the execution, and do not wait")
    .option("-q, --quiet", "show no states")
    .action(async (machine: string, flags: ExecuteFlags) =>
      end(await (await import("./commands/execute.ts")).execute(machine, flags)),
    )
    .addHelpText(
      "after",
      `\nExit codes: 0 succeeded, 1 failed, 2 used wrongly, 130 Ctrl-C (the execution goes on).\n${examplesOf([
        "pawl execute order --input '{\"id\": 7}'",
        "pawl execute order --input @order.json --json | jq .status",
      ])}`,
    );
}

function addLooking(program: Command, end: End): void {
  remoteCommand(program, "list", "list the latest executions of a server, or its state machines")
    .argument("[machine]", machineHelp)
    .option("-m, --machines", "list state machines")
    .option("-s, --status <status>", "only those that are running, succeeded, failed, timed_out or aborted")
    .option("-n, --number <count>", "at most so many executions", "20")
    .action(async (machine: string | undefined, flags: ListFlags) =>
      end(await (await import("./commands/list.ts")).list(machine, flags)),
    )
    .addHelpText("after", examplesOf(["pawl list", "pawl list order --status failed --json"]));
  remoteCommand(program, "show", "show an execution: the states that it went through, and what became of it")
    .argument("<execution>", executionHelp)
    .option("-f, --follow", "go on until it has ended")
    .option("--history", "every event of its history, instead of states")
    .action(async (execution: string, flags: ShowFlags) =>
      end(await (await import("./commands/show.ts")).show(execution, flags)),
    )
    .addHelpText("after", examplesOf(["pawl show order:3f2a91c4", "pawl show order:3f2a91c4 --history --json"]));
  remoteCommand(program, "logs", "print a line for each start and each end of executions")
    .argument("[machine]", machineHelp)
    .option("-f, --follow", "go on with those to come")
    .option("-n, --number <count>", "at most so many lines of the past", "20")
    .action(async (machine: string | undefined, flags: LogsFlags) =>
      end(await (await import("./commands/logs.ts")).logs(machine, flags)),
    )
    .addHelpText(
      "after",
      `\nExpress executions are not listed by the API, and not by this.\n${examplesOf(["pawl logs -f", "pawl logs order --json"])}`,
    );
}

function addChanging(program: Command, end: End): void {
  remoteCommand(program, "stop", "stop an execution")
    .argument("<execution>", executionHelp)
    .option("--error <name>", "error that it ends with")
    .option("--cause <text>", "cause that it ends with")
    .action(async (execution: string, flags: RemoteFlags & FailureFlags) =>
      end(await (await import("./commands/manage.ts")).stop(execution, flags)),
    )
    .addHelpText("after", examplesOf(["pawl stop order:3f2a91c4 --cause 'wrong order'"]));
  remoteCommand(
    program,
    "redrive",
    "let an execution that failed go on where it stopped, and show its states until it ends",
  )
    .argument("<execution>", executionHelp)
    .option("--no-wait", "do not wait")
    .option("-q, --quiet", "show no states")
    .action(async (execution: string, flags: RedriveFlags) =>
      end(await (await import("./commands/manage.ts")).redrive(execution, flags)),
    )
    .addHelpText("after", examplesOf(["pawl redrive order:3f2a91c4"]));
  remoteCommand(program, "answer", "answer a task that waits for a callback")
    .argument("<token>", "task token, as dev, start, run, execute and show print it")
    .option("-o, --output <json>", "it has succeeded: JSON, @file, or - for stdin (default: {})")
    .option("--error <name>", "it has failed, with this error")
    .option("--cause <text>", "it has failed, for this cause")
    .option("--heartbeat", "it goes on, and shows life")
    .action(async (token: string, flags: AnswerFlags) =>
      end(await (await import("./commands/manage.ts")).answer(token, flags)),
    )
    .addHelpText(
      "after",
      examplesOf(["pawl answer AAAB… --output '{\"approved\": true}'", "pawl answer AAAB… --error Refused"]),
    );
}

function remoteCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option(
      "--endpoint <url>",
      "address of the server (AWS_ENDPOINT_URL_SFN, AWS_ENDPOINT_URL; default: by the configuration)",
    )
    .addOption(new Option("--endpoint-url <url>").hideHelp())
    .option("-c, --config <file>", "configuration with the port and region of the server (default: pawl.config.* here)")
    .option("--json", "print JSON for scripts")
    .addHelpText(
      "after",
      "\nKeys are those of the shell: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.",
    );
}
