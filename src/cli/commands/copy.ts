// `pawl copy`: moves all data of a store into another, a file or a PostgreSQL database each. Whenever it is interrupted, the same command
// goes on with it.
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Configuration } from "../../server/configuration/configuration.ts";
import { database, isPostgresUrl, shownDatabase } from "../../server/configuration/cluster-settings.ts";
import { readMasterKeys } from "../../server/configuration/key-file.ts";
import { reasonOf } from "../../server/file-problem.ts";
import { makeFolder } from "../../server/make-folder.ts";
import { type CopyFigures, copyStore } from "../../store/copy-store.ts";
import type { MasterKey } from "../../store/envelope.ts";
import { openSqliteSource } from "../../store/sqlite/transfer-source.ts";
import { openSqliteTarget } from "../../store/sqlite/transfer-target.ts";
import type { TransferSource, TransferTarget } from "../../store/transfer.ts";
import { loadConfiguration } from "../session/load-configuration.ts";
import { CopyLines } from "../terminal/copy-lines.ts";
import { grouped } from "../terminal/progress.ts";
import { durationText, paintFor } from "../terminal/terminal.ts";
import { exitCodes, UsageError } from "../usage-error.ts";

export interface CopyFlags {
  readonly from: string;
  readonly to: string;
  readonly config?: string;
  /** Leaves the target as it is though there is a key file. */
  readonly plain?: boolean;
}

export async function copy(flags: CopyFlags): Promise<number> {
  const [from, to] = [placeOf("--from", flags.from), placeOf("--to", flags.to)];
  if (from === to) throw new UsageError("--from and --to are the same: name another place to copy to");
  if (!isPostgresUrl(from) && !existsSync(from)) throw new UsageError(`${from} is not there`);
  const { config } = flags;
  const { configuration } = await loadConfiguration(config === undefined ? {} : { config }, [process.cwd()]);
  const { keyFile } = configuration;
  const masterKeys = keyFile === undefined ? undefined : readMasterKeys(keyFile);
  const began = performance.now();
  try {
    const figures = await copied({ from, to, configuration, masterKeys, isPlain: flags.plain === true });
    process.stdout.write(figuresText(figures, { from, to, ms: performance.now() - began }));
    return exitCodes.succeeded;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  }
}

/** @returns an absolute path, or an address. @throws UsageError */
function placeOf(name: string, text: string): string {
  const problems: string[] = [];
  const place = database.read(text, { name, directory: process.cwd(), report: (problem) => problems.push(problem) });
  if (place === "memory")
    throw new UsageError(`${name}: data in memory are gone with their server. Name a file, or a database`);
  if (place === undefined || problems.length > 0) throw new UsageError(problems.join("\n"));
  return place;
}

interface Copying {
  readonly from: string;
  readonly to: string;
  readonly configuration: Configuration;
  readonly masterKeys: readonly MasterKey[] | undefined;
  readonly isPlain: boolean;
}

async function copied(copying: Copying): Promise<CopyFigures> {
  const source = await openSource(copying);
  try {
    const target = await openTarget(copying);
    const lines = new CopyLines({ paint: paintFor(process.stderr), say: (line) => process.stderr.write(`${line}\n`) });
    lines.begin({ from: shownDatabase(copying.from), to: shownDatabase(copying.to) });
    try {
      return await copyStore({ source, target, onResumed: lines.resumed, onProgress: lines.progress });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function openSource({ from, configuration, masterKeys }: Copying): Promise<TransferSource> {
  if (!isPostgresUrl(from)) return openSqliteSource(from, { masterKeys, onNotice });
  const { openPostgresSource } = await import("../../store/postgres/transfer-source.ts");
  return openPostgresSource(from, { ...postgresOptions(configuration), masterKeys });
}

async function openTarget({ to, configuration, masterKeys: keys, isPlain }: Copying): Promise<TransferTarget> {
  const masterKeys = isPlain ? undefined : keys;
  if (!isPostgresUrl(to)) {
    makeFolderOf(to);
    return openSqliteTarget(to, { masterKeys, onNotice });
  }
  const { openPostgresTarget } = await import("../../store/postgres/transfer-target.ts");
  return openPostgresTarget(to, { ...postgresOptions(configuration), masterKeys });
}

function makeFolderOf(file: string): void {
  try {
    makeFolder(dirname(file));
  } catch (cause) {
    throw new Error(`The folder ${dirname(file)} cannot be made: ${reasonOf(cause)}. Name another file`, { cause });
  }
}

function onNotice(message: string): void {
  process.stderr.write(`${message}\n`);
}

function postgresOptions({ cluster: { partitions, pooler, commits } }: Configuration) {
  return { partitions, isPooled: pooler === "transaction", allowsAsynchronousCommit: commits === "asynchronous" };
}

function figuresText(
  figures: CopyFigures,
  { from, to, ms }: { readonly from: string; readonly to: string; readonly ms: number },
): string {
  const [origin, copyOf] = [shownDatabase(from), shownDatabase(to)];
  if (figures === undefined) return `${copyOf} was a complete copy of ${origin} before; nothing was done.\n`;
  const counts = [...figures].filter(([, count]) => count > 0).map(([says, count]) => `${says} ${grouped(count)}`);
  const held =
    counts.length === 0
      ? "Nothing was in it"
      : `${counts.join(", ")}: every row was read on both sides, and is the same`;
  return `${origin} is copied to ${copyOf} in ${durationText(ms)}.\n${held}.\nA server may work with it now, and none with both.\n`;
}
