// The client that puts a load on: its calls go on through the lives of the server, and its executions are counted in the end.
import { setTimeout as pass } from "node:timers/promises";
import { CutOff, type Lives } from "../lives.ts";
import { machineArn } from "../kill/machines.ts";

export type Body = Readonly<Record<string, unknown>>;

const pollMs = 200;
/** Executions whose error is looked at; beyond it the status alone is counted. */
const mostDescribed = 200;

export class Client {
  readonly #lives: Lives;

  constructor(lives: Lives) {
    this.#lives = lives;
  }

  /** @throws Error when the answer is not 200, CutOff when all is over. */
  async call(action: string, input: object): Promise<Body> {
    const { status, body } = await this.#lives.call(action, input);
    if (status !== 200) throw new Error(`${action} was answered with ${status} ${JSON.stringify(body)}`);
    return body;
  }

  get url(): string | undefined {
    return this.#lives.server?.url;
  }

  async start(machine: string, input: string): Promise<string> {
    const { executionArn } = await this.call("StartExecution", { stateMachineArn: machineArn(machine), input });
    return String(executionArn);
  }

  async seeEnd(executionArn: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pass(pollMs);
      if ((await this.call("DescribeExecution", { executionArn }))["status"] !== "RUNNING") return;
    }
  }

  /** Does something again and again, each of many after the other, until the signal aborts. */
  keepDoing(times: number, act: () => Promise<unknown>, signal: AbortSignal): void {
    const go = async (): Promise<void> => {
      try {
        while (!signal.aborted) await act();
      } catch (error) {
        if (!(error instanceof CutOff)) throw error;
      }
    };
    for (let index = 0; index < times; index++) void go();
  }

  /** Stops what runs on. */
  async stopAll(machine: string): Promise<number> {
    const running = await this.#list(machine, "RUNNING");
    await Promise.all(running.map(({ executionArn }) => this.#lives.call("StopExecution", { executionArn })));
    return running.length;
  }

  async isAtRest(machines: readonly string[]): Promise<boolean> {
    for (const machine of machines) {
      const { executions } = await this.call("ListExecutions", {
        stateMachineArn: machineArn(machine),
        statusFilter: "RUNNING",
        maxResults: 1,
      });
      if ((executions as readonly unknown[]).length > 0) return false;
    }
    return true;
  }

  /** How the executions ended, such as `2 FAILED States.Runtime, 3 SUCCEEDED`. */
  async ends(machines: readonly string[]): Promise<string> {
    const counts = new Map<string, number>();
    let described = 0;
    for (const machine of machines) {
      for (const { executionArn, status } of await this.#list(machine)) {
        let end = status;
        if (status === "FAILED" && described++ < mostDescribed)
          end = `FAILED ${String((await this.call("DescribeExecution", { executionArn }))["error"])}`;
        counts.set(end, (counts.get(end) ?? 0) + 1);
      }
    }
    return [...counts.keys()]
      .toSorted()
      .map((end) => `${counts.get(end)} ${end}`)
      .join(", ");
  }

  async #list(machine: string, statusFilter?: string): Promise<Listed[]> {
    const listed: Listed[] = [];
    let nextToken: unknown;
    do {
      const page = { stateMachineArn: machineArn(machine), maxResults: 1_000, statusFilter, nextToken };
      const body = await this.call("ListExecutions", page);
      listed.push(...(body["executions"] as readonly Listed[]));
      nextToken = body["nextToken"];
    } while (nextToken !== undefined);
    return listed;
  }
}

interface Listed {
  readonly executionArn: string;
  readonly status: string;
}
