// `pawl logs`: a line for each start and each end of executions on a server, the latest ones, and on request those to come.
import { type JsonObject, stringifyJson } from "../../asl/json.ts";
import { durationOf, secondsIn, statusText } from "../remote/execution-view.ts";
import { changedAt, listedMachineArns, listOf } from "../remote/executions.ts";
import { shownExecution } from "../remote/names.ts";
import { reachServer, type RemoteFlags } from "../remote/server-access.ts";
import { ApiRefusal, type CallApi, textOf } from "../session/api-client.ts";
import { interruption } from "../session/interruption.ts";
import { failureText } from "../terminal/live-lines.ts";
import { durationText, oneLine, type Paint, paintFor } from "../terminal/terminal.ts";
import { exitCodes } from "../usage-error.ts";
import { countOf, timeText } from "./list.ts";

export interface LogsFlags extends RemoteFlags {
  readonly follow?: boolean;
  readonly number: string;
}

const everyMs = 500;
/** A server with many machines is asked less often. */
const machinesPerLook = 20;
/** Executions of a look: of more in that time it is said that there were more. */
const mostPerLook = 200;
/** A start or an end can be seen so much later than its time says. */
const latenessSeconds = 10;
/** New machines are seen after so many looks. */
const looksPerListing = 10;

export async function logs(machine: string | undefined, flags: LogsFlags): Promise<number> {
  const { call } = await reachServer(flags);
  const most = countOf(flags.number);
  const log = new Log(call, flags.json === true);
  let arns = await listedMachineArns(call, machine);
  await log.tell(await listOf(call, arns, { most: Math.max(most, mostPerLook) }), most);
  if (flags.follow !== true) return exitCodes.succeeded;
  let isStopped = false;
  const stopped = interruption().then(() => (isStopped = true));
  for (let look = 1; ; look++) {
    await Promise.race([pause(everyMs * Math.max(1, arns.length / machinesPerLook)), stopped]);
    if (isStopped) return exitCodes.succeeded;
    if (machine === undefined && look % looksPerListing === 0) arns = await listedMachineArns(call, machine);
    await log.tell(await listOf(call, arns, { most: mostPerLook }), mostPerLook);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

interface Entry {
  /** Epoch seconds. */
  readonly at: number;
  readonly status: string;
  readonly execution: JsonObject;
}

/** Tells of each start, redrive and end once. */
class Log {
  readonly #call: CallApi;
  readonly #isJson: boolean;
  readonly #paint: Paint = paintFor(process.stdout);
  #told = new Set<string>();
  /** Epoch seconds; what was before was told, or was not asked for. */
  #from = 0;
  #isFollowing = false;

  constructor(call: CallApi, isJson: boolean) {
    this.#call = call;
    this.#isJson = isJson;
  }

  /** @param most the entries that are told, the latest. */
  async tell(executions: readonly JsonObject[], most: number): Promise<void> {
    const entries = executions.flatMap((execution) => entriesOf(execution)).toSorted((one, other) => one.at - other.at);
    const unseen = entries.filter((entry) => entry.at >= this.#from && !this.#told.has(keyOf(entry)));
    this.#told = new Set(entries.map((entry) => keyOf(entry)));
    this.#from = Math.max(this.#from, (entries.at(-1)?.at ?? 0) - latenessSeconds);
    if (unseen.length > most && this.#isFollowing && !this.#isJson) process.stdout.write("…\n");
    for (const entry of unseen.slice(-most)) await this.#say(entry);
    this.#isFollowing = true;
  }

  async #say(entry: Entry): Promise<void> {
    const { execution, at, status } = entry;
    const executionArn = textOf(execution, "executionArn");
    const failure = /^(SUCCEEDED|RUNNING)$/.test(status) ? undefined : await this.#failureOf(executionArn);
    if (this.#isJson) {
      const time = new Date(at * 1000).toISOString();
      const line = { time, status, executionArn, ...failure };
      process.stdout.write(`${stringifyJson(line)}\n`);
      return;
    }
    const word = status === "RUNNING" ? this.#paint("dim", "started  ") : statusText(status, this.#paint, 9);
    const name = oneLine(shownExecution(executionArn), 120);
    const after =
      status === "RUNNING" ? "" : this.#paint("dim", ` after ${durationText(durationOf(execution, Date.now()))}`);
    const why = failure === undefined || Object.keys(failure).length === 0 ? "" : `  ${failureText(failure)}`;
    process.stdout.write(`${this.#paint("dim", timeText(at))}  ${word}  ${name}${after}${why}\n`);
  }

  async #failureOf(executionArn: string): Promise<{ readonly error?: string; readonly cause?: string }> {
    try {
      const described = await this.#call("DescribeExecution", { executionArn });
      const [error, cause] = [textOf(described, "error"), textOf(described, "cause")];
      return { ...(error === "" ? {} : { error }), ...(cause === "" ? {} : { cause }) };
    } catch (error) {
      // The key may not see it: that it failed is known all the same.
      if (error instanceof ApiRefusal) return {};
      throw error;
    }
  }
}

function entriesOf(execution: JsonObject): readonly Entry[] {
  const began = secondsIn(execution, "redriveDate") ?? secondsIn(execution, "startDate") ?? 0;
  const started: Entry = { at: began, status: "RUNNING", execution };
  const status = textOf(execution, "status");
  return status === "RUNNING" ? [started] : [started, { at: changedAt(execution), status, execution }];
}

function keyOf({ at, status, execution }: Entry): string {
  return `${textOf(execution, "executionArn")} ${status} ${at}`;
}
