// The lines of a server that a person watches: what ends and what waits; on request what becomes of every state; and how far
// Map Runs have come.
import type { PawlServer } from "../../server/start-server.ts";
import { type Watch, watchAll } from "../../runtime/executions/watch.ts";
import { answerCommand } from "../session/pawl-command.ts";
import { ExecutionLines } from "./execution-lines.ts";
import { LiveLines } from "./live-lines.ts";
import { MapRunLines } from "./map-run-lines.ts";
import { oneLine, type Paint } from "./terminal.ts";

export interface ActivityLinesOptions {
  /** A line for every state. */
  readonly isLive: boolean;
  readonly paint: Paint;
  readonly say: (line: string) => void;
  /** `undefined` before it has started. */
  readonly server: () => Pick<PawlServer, "url" | "runtime"> | undefined;
}

/** A longer name is one that was made for the execution: its end tells it from others, and its beginning is the time. */
const longestName = 20;
const shownCharacters = 8;

export class ActivityLines {
  readonly #options: ActivityLinesOptions;
  readonly #executions: ExecutionLines;
  readonly #mapRuns: MapRunLines;
  readonly #columns = { nameWidth: 24 };

  constructor(options: ActivityLinesOptions) {
    this.#options = options;
    const { paint, say, server, isLive } = options;
    this.#executions = new ExecutionLines({ paint, say, answer: this.#answer, isEndAlone: isLive });
    this.#mapRuns = new MapRunLines({ paint, say, mapRuns: () => server()?.runtime.mapRuns });
  }

  watch(log: (message: string, error: unknown) => void): Watch | undefined {
    const states = this.#options.isLive ? [this.#states] : [];
    return watchAll([...states, this.#executions.watch, this.#mapRuns.watch], log);
  }

  close(): void {
    this.#executions.close();
    this.#mapRuns.close();
  }

  readonly #answer = (token: string): string => answerCommand(token, this.#options.server()?.url ?? "");

  /** The children of a Map Run may be a million. */
  readonly #states: Watch = ({ record, execution: { identity } }) => {
    if (record.mapRun !== undefined) return undefined;
    const { paint, say } = this.#options;
    const name = oneLine(identity.name);
    const shown = name.length > longestName ? `…${name.slice(-shownCharacters)}` : name;
    const place = `${identity.stateMachineName}:${shown} › `;
    const lines = new LiveLines({ paint, answer: this.#answer, columns: this.#columns }, place);
    return (event, before) => {
      const said = lines.linesOf(event, before);
      return said.length === 0 ? undefined : () => said.forEach((line) => say(line));
    };
  };
}
