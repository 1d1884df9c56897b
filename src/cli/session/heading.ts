// The first lines of a server that a person watches: where it is, and the commands to type next, complete.
import type { ArnSpace } from "../../aws/arn.ts";
import { stateMachineArn } from "../../aws/arn.ts";
import { isPostgresUrl, shownDatabase } from "../../server/configuration/cluster-settings.ts";
import { defaultPort } from "../../server/configuration/configuration.ts";
import { shownPath } from "../definitions/definition-file.ts";
import type { Paint } from "../terminal/terminal.ts";
import { endpointOption, ownCommand, shellWord } from "./pawl-command.ts";

/** The data in words for a terminal: no password of a URL is shown. */
export function shownData(db: string): string {
  return db === "memory" || isPostgresUrl(db) ? shownDatabase(db) : shownPath(db);
}

/** A label in dim letters and what it is for. */
export function headingRow(label: string, text: string, paint: Paint): string {
  return `  ${paint("dim", label.padEnd(9))} ${text}`;
}

export interface Place {
  readonly url: string;
  readonly isHeadless: boolean;
  readonly arns: ArnSpace;
  /** A file, `memory`, or the URL of a database. */
  readonly db: string;
}

/** @param found what is said of the data. */
export function placeRows({ url, isHeadless, arns, db }: Place, paint: Paint, found = ""): readonly string[] {
  const row = (label: string, text: string): string => headingRow(label, text, paint);
  return [
    row("API", `${url}  (AWS Step Functions, for every AWS SDK and the AWS CLI)`),
    ...(isHeadless ? [] : [row("Console", `${url}/  (open it in a browser)`)]),
    row("Region", `${arns.region}, account ${arns.account}`),
    row("Data", `${shownData(db)}${found}`),
  ];
}

export interface Startable {
  readonly url: string;
  readonly arns: ArnSpace;
  /** The name of the machine. */
  readonly name: string;
  readonly type: "STANDARD" | "EXPRESS";
  /** A file that holds an input. */
  readonly inputFile?: string | undefined;
}

/** The commands that start an execution: our own, and that of the AWS CLI with the machine's real ARN. */
export function startCommands({ url, arns, name, type, inputFile }: Startable): {
  readonly own: string;
  readonly aws: string;
} {
  const input = (sign: string): string =>
    inputFile === undefined ? "'{}'" : shellWord(`${sign}${shownPath(inputFile)}`);
  const { port } = new URL(url);
  const options = port === String(defaultPort) ? "" : ` --port ${port}`;
  const action = type === "EXPRESS" ? "start-sync-execution" : "start-execution";
  return {
    own: `${ownCommand(true)} execute ${shellWord(name)}${endpointOption(url)} --input ${input("@")}`,
    aws:
      `eval "$(${ownCommand(true)} env${options})"; aws stepfunctions ${action} ` +
      `--state-machine-arn ${shellWord(stateMachineArn(arns, name))} --input ${input("file://")}`,
  };
}
