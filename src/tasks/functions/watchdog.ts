// Ends the functions of a server that was killed. Nobody can do so in the process that dies: a shell beside it holds the other
// end of a pipe, hears which process groups there are, and kills those that are left when the pipe ends, however it ends.
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";

/** Reads `+ <group>` and `- <group>`. Ctrl-C in the terminal reaches it too, and must not end it before its time. */
const script = `
trap '' INT TERM HUP
groups=' '
while read -r change group; do
  case $change in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;; esac ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
`;

class Watchdog {
  #process: ChildProcess | undefined;
  /** A shell that comes after one that ended is told of all of them. */
  readonly #groups = new Set<number>();

  /**
   * @param child the leader of a process group of its own. The group is watched until nobody holds the pipes of the child any
   * more: what it started may outlive it.
   */
  watch(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined || process.platform === "win32") return;
    this.#groups.add(pid);
    this.#tell(`+ ${pid}`);
    child.once("close", () => {
      this.#groups.delete(pid);
      this.#tell(`- ${pid}`);
    });
  }

  #tell(line: string): void {
    if (this.#process === undefined) {
      this.#process = this.#start();
      for (const group of this.#groups) this.#process.stdin?.write(`+ ${group}\n`);
      return;
    }
    this.#process.stdin?.write(`${line}\n`);
  }

  #start(): ChildProcess {
    const child = spawn("/bin/sh", ["-c", script], { detached: true, stdio: ["pipe", "ignore", "ignore"], env: {} });
    const forget = (): void => {
      if (this.#process === child) this.#process = undefined;
    };
    // Without a shell functions are as mortal as they were; the next one tries again.
    child.on("error", forget).on("exit", forget);
    child.stdin?.on("error", forget);
    // It keeps no process alive.
    child.unref();
    (child.stdin as Socket | null)?.unref();
    return child;
  }
}

/** One for the process: a shell costs a megabyte, and nothing for each call. */
export const watchdog = new Watchdog();
