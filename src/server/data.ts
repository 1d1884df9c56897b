// The data of a server, and the runtime on them: in a file or in memory, which are this process's alone, or in a database that
// nodes share.
import { dirname } from "node:path";
import { createRuntime, type RuntimeOptions } from "../runtime/create-runtime.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { ClusterStore, SharedStore } from "../store/cluster-store.ts";
import type { MasterKey } from "../store/envelope.ts";
import { openMemoryStore } from "../store/memory/memory-store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import type { ClusterSettings } from "./configuration/cluster-settings.ts";
import { isPostgresUrl } from "./configuration/cluster-settings.ts";
import { reasonOf } from "./file-problem.ts";
import type { HttpOptions } from "./http.ts";
import { type Address, StartError } from "./listen.ts";
import { makeFolder } from "./make-folder.ts";

/** The part of the data that is everybody's, whoever runs the executions. */
export type ServedStore = Pick<
  SharedStore,
  "catalogue" | "versions" | "journal" | "mapRuns" | "offers" | "quarantines"
> &
  Pick<ClusterStore["shared"], "secret" | "verifyWritable">;

export interface RuntimeOnData extends Omit<RuntimeOptions, "store" | "partition" | "shared"> {
  /** Activities may have come and gone on another node. */
  readonly reloadActivities: () => Promise<void>;
}

export interface Data {
  readonly store: ServedStore;
  /** Called once. */
  readonly createRuntime: (options: RuntimeOnData) => Runtime;
  /** Has the other nodes know what has become of activities. */
  readonly tellOfActivities: () => Promise<void>;
  /** Takes calls of other nodes. */
  readonly peers?: HttpOptions["peers"];
  /** Why the server cannot do its work for now, though its store can be written. */
  readonly obstacle: () => string | undefined;
  close(): Promise<void>;
}

export interface DataOptions extends Address {
  readonly db: string;
  readonly cluster?: Partial<ClusterSettings> | undefined;
  readonly masterKeys?: readonly MasterKey[] | undefined;
  readonly log: (message: string, error?: unknown) => void;
  readonly notice?: ((message: string) => void) | undefined;
  /** Settles when nobody wants the server any more. */
  readonly stopped?: Promise<void> | undefined;
  readonly listensAt: () => Address | undefined;
}

/**
 * @param onLost told that nothing can be written any more: the data are not this process's, or their disk has failed.
 * @throws StartError
 */
export async function openData(options: DataOptions, onLost: () => void): Promise<Data> {
  const { db } = options;
  if (db === "memory") return ownData(openMemoryStore());
  if (!isPostgresUrl(db)) return ownData(await openFile(db, options, onLost));
  // Most servers need neither the client of PostgreSQL nor the other nodes.
  const { openClusterData } = await import("./cluster-data.ts");
  return openClusterData(options);
}

function ownData(store: Store): Data {
  return {
    store,
    createRuntime: (options) => createRuntime({ ...options, store }),
    tellOfActivities: () => Promise.resolve(),
    obstacle: () => undefined,
    close: () => store.close(),
  };
}

function makeFolderOf(file: string): void {
  const folder = dirname(file);
  try {
    makeFolder(folder);
  } catch (cause) {
    throw new StartError(
      `The folder ${folder} for the data cannot be made: ${reasonOf(cause)}. Name another file with --db`,
      { cause },
    );
  }
}

async function openFile(file: string, { log, masterKeys, notice }: DataOptions, onLost: () => void): Promise<Store> {
  makeFolderOf(file);
  try {
    return await openSqliteStore(file, {
      masterKeys,
      onProblem: (problem) => log(problem.message, problem),
      onNotice: notice,
      onLost(problem) {
        log(`${problem.message}. This server stops.`);
        onLost();
      },
    });
  } catch (cause) {
    throw new StartError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
