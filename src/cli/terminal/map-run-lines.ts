// Lines that say how far Map Runs have come: one a second and run, as long as something changes, and one at the end. Their
// children have no lines of their own.
import type { Scope } from "../../engine/execution.ts";
import type { JournalEvent } from "../../engine/journal/event.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { Watch } from "../../runtime/executions/watch.ts";
import type { ChildCount } from "../../store/map-runs.ts";
import { grouped, workText } from "./progress.ts";
import { oneLine, type Paint } from "./terminal.ts";

export interface MapRunLinesOptions {
  readonly paint: Paint;
  readonly say: (line: string) => void;
  /** `undefined` before the server has started. */
  readonly mapRuns: () => Runtime["mapRuns"] | undefined;
}

export interface Progress {
  /** Items whose children have ended. */
  readonly done: number;
  readonly failed: number;
  readonly running: number;
  /** `undefined` while they are being read. */
  readonly total: number | undefined;
}

const everyMs = 1_000;

interface Followed {
  readonly name: string;
  readonly began: number;
  timer: NodeJS.Timeout | undefined;
  said: string;
}

export class MapRunLines {
  readonly #options: MapRunLinesOptions;
  readonly #followed = new Map<string, Followed>();

  constructor(options: MapRunLinesOptions) {
    this.#options = options;
  }

  readonly watch: Watch = () => (event, before) => {
    const scope = "scope" in event ? before.scopes.get(event.scope) : undefined;
    if (scope === undefined) return undefined;
    if (event.kind === "MapRunStarted" || event.kind === "MapRunRedriven") {
      const name = scope.state?.name ?? "";
      return () => this.#follow(event.mapRunArn, name);
    }
    const arn = isEnd(event) ? arnOf(scope) : undefined;
    return arn === undefined ? undefined : () => void this.#end(arn);
  };

  close(): void {
    for (const { timer } of this.#followed.values()) clearInterval(timer);
    this.#followed.clear();
  }

  #follow(arn: string, name: string): void {
    clearInterval(this.#followed.get(arn)?.timer);
    const followed: Followed = { name, began: performance.now(), timer: undefined, said: "" };
    followed.timer = setInterval(() => void this.#say(arn, followed), everyMs).unref();
    this.#followed.set(arn, followed);
  }

  async #end(arn: string): Promise<void> {
    const followed = this.#followed.get(arn);
    this.#followed.delete(arn);
    clearInterval(followed?.timer);
    if (followed !== undefined) await this.#say(arn, followed);
  }

  async #say(arn: string, followed: Followed): Promise<void> {
    const { mapRuns, say, paint } = this.#options;
    try {
      const found = await mapRuns()?.find(arn);
      if (found === undefined) return;
      const counts = (await mapRuns()?.countChildren(found.run.id)) ?? [];
      const progress = progressOf(counts, found.run.state.total, found.run.redrive?.count ?? 0);
      const ms = performance.now() - followed.began;
      const line = `  ${paint("cyan", "…")} ${oneLine(followed.name, 44)}  ${progressText(progress, ms)}`;
      // The time alone is no progress.
      const state = JSON.stringify(progress);
      if (state === followed.said) return;
      followed.said = state;
      say(line);
    } catch {
      // The server is about to close: nobody needs this line.
    }
  }
}

function isEnd({ kind }: JournalEvent): boolean {
  return kind === "MapRunSucceeded" || kind === "MapRunFailed" || kind === "MapRunAborted";
}

function arnOf({ state }: Scope): string | undefined {
  return state?.work?.kind === "mapRun" ? state.work.mapRunArn : undefined;
}

/** @param redrive the newest of the run: children that it is still to come to are not done. */
export function progressOf(counts: readonly ChildCount[], total: number | undefined, redrive: number): Progress {
  let [done, failed, running] = [0, 0, 0];
  for (const count of counts) {
    const isFailure = count.status !== "RUNNING" && count.status !== "SUCCEEDED";
    if (count.status === "RUNNING") running += count.children;
    else if (!isFailure || count.redrive === redrive) done += count.items;
    if (isFailure && count.redrive === redrive) failed += count.items;
  }
  return { done, failed, running, total };
}

/** @param ms since the run began */
export function progressText({ done, failed, running, total }: Progress, ms: number): string {
  const beside = [
    running > 0 ? `${grouped(running)} running` : undefined,
    failed > 0 ? `${grouped(failed)} failed` : undefined,
  ];
  return workText({ done, total, noun: "items", beside }, ms);
}
