// Tells of changes below a folder. Directories are watched one by one: Node.js's recursive watch looks at every file on
// Linux, those of node_modules too.
import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import { entriesOf, isSkippedDirectory } from "../definitions/definition-file.ts";

export interface FolderWatchOptions {
  readonly directory: string;
  /** Receives the absolute paths that have changed; one call at a time. It is called once at the beginning, with none. */
  readonly changed: (paths: ReadonlySet<string>) => Promise<void>;
  readonly onProblem: (error: unknown) => void;
}

/** An editor writes a file in several steps: what follows within this time is one save. */
const settleMs = 60;

export class FolderWatch {
  readonly #options: FolderWatchOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  #paths = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #last = Promise.resolve();

  constructor(options: FolderWatchOptions) {
    this.#options = options;
    // Files that were saved before the watch began are seen too.
    this.#timer = setTimeout(() => this.#flush(), 0);
    this.#watchDirectories();
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #flush(): void {
    this.#watchDirectories();
    const paths = this.#paths;
    this.#paths = new Set();
    const { changed, onProblem } = this.#options;
    this.#last = this.#last.then(() => changed(paths)).catch(onProblem);
  }

  /** Those that are there now, no more and no less. */
  #watchDirectories(): void {
    const present = new Set(directoriesFrom(this.#options.directory));
    for (const [directory, watcher] of this.#watchers) {
      if (present.has(directory)) continue;
      watcher.close();
      this.#watchers.delete(directory);
    }
    for (const directory of present) if (!this.#watchers.has(directory)) this.#watch(directory);
  }

  #watch(directory: string): void {
    try {
      const watcher = watch(directory, (_event, name) => this.#saw(join(directory, name ?? "")));
      // A directory that is removed may end its watch with an error; what is there is looked at anew.
      watcher.on("error", () => this.#forget(directory));
      this.#watchers.set(directory, watcher);
    } catch (error) {
      this.#options.onProblem(error);
    }
  }

  #forget(directory: string): void {
    this.#watchers.get(directory)?.close();
    this.#watchers.delete(directory);
    this.#saw(directory);
  }

  #saw(path: string): void {
    this.#paths.add(path);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#flush(), settleMs);
  }
}

function* directoriesFrom(directory: string): Generator<string> {
  yield directory;
  for (const entry of entriesOf(directory)) {
    if (entry.isDirectory() && !isSkippedDirectory(entry.name)) yield* directoriesFrom(join(directory, entry.name));
  }
}
