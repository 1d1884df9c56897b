// The setting of a workload: a directory of its own, and processes that end with it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchProcess, startProcess } from "./process.ts";
import type { ServerProcessOptions } from "./server-process.ts";

export interface Setting {
  /** The path of a file in the workload's directory. */
  file(name: string): string;
  start(module: string, options: unknown): Promise<BenchProcess>;
  /** @param profileDirectory where its CPU profile goes; that of the setting by default. */
  startPawl(options: ServerProcessOptions, profileDirectory?: string): Promise<BenchProcess>;
}

export interface SettingOptions {
  /** Where the server's CPU profiles go. */
  readonly profileDirectory?: string | undefined;
}

/** Runs `work` and removes all that it left behind. */
export async function inSetting<Result>(
  { profileDirectory }: SettingOptions,
  work: (setting: Setting) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), "pawl-bench-"));
  const running: BenchProcess[] = [];
  const start = async (module: string, options: unknown, profiles?: string): Promise<BenchProcess> => {
    const started = await startProcess({ module, options, profileDirectory: profiles });
    running.push(started);
    return started;
  };
  try {
    return await work({
      file: (name) => join(directory, name),
      start: (module, options) => start(module, options),
      startPawl: (options, profiles = profileDirectory) => start("./server-process.ts", options, profiles),
    });
  } finally {
    await Promise.all(running.map((child) => child.stop()));
    rmSync(directory, { recursive: true });
  }
}
