// The warm processes of one function module. Handlers are asynchronous, so a process takes several calls; another one is
// started while all are busy, up to one per core.
import { availableParallelism } from "node:os";
import type { ModuleTarget } from "./config.ts";
import type { FunctionLogs } from "./function-logs.ts";
import { abandonedReply, type Invocation, type Reply } from "./invocation.ts";
import { type ModuleCall, ModuleProcess } from "./module-process.ts";

export interface ModulePoolOptions {
  readonly functionName: string;
  readonly target: ModuleTarget;
  readonly logs: FunctionLogs;
}

const maxProcesses = Math.max(2, availableParallelism());
/** Performances of one call when processes end under it; then it fails. */
const maxPerformances = 3;

export class ModulePool {
  readonly #options: ModulePoolOptions;
  /** Processes that take calls. */
  readonly #processes = new Set<ModuleProcess>();
  readonly #retired = new Set<ModuleProcess>();
  #lastCallId = 0;
  #isClosed = false;

  constructor(options: ModulePoolOptions) {
    this.#options = options;
  }

  call(invocation: Invocation, signal: AbortSignal): Promise<Reply> {
    return new Promise((resolve) => {
      const abandon = (): void => resolve(abandonedReply());
      if (signal.aborted || this.#isClosed) {
        abandon();
        return;
      }
      signal.addEventListener("abort", abandon, { once: true });
      const settle = (reply: Reply): void => {
        signal.removeEventListener("abort", abandon);
        resolve(reply);
      };
      this.#lastCallId += 1;
      this.#dispatch({ id: this.#lastCallId, invocation, signal, settle, isStarted: false, performances: 0 });
    });
  }

  /** Later calls load the module afresh; those in progress end where they run. */
  reload(): void {
    for (const moduleProcess of this.#processes) moduleProcess.retire();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#processes, ...this.#retired].map((moduleProcess) => moduleProcess.close()));
  }

  #dispatch(call: ModuleCall): void {
    this.#chooseProcess().perform(call);
  }

  #chooseProcess(): ModuleProcess {
    let idlest: ModuleProcess | undefined;
    for (const moduleProcess of this.#processes)
      if (idlest === undefined || moduleProcess.load < idlest.load) idlest = moduleProcess;
    if (idlest !== undefined && (idlest.load === 0 || this.#processes.size >= maxProcesses)) return idlest;
    const moduleProcess = new ModuleProcess({
      ...this.#options,
      onRetired: (retired) => {
        this.#processes.delete(retired);
        this.#retired.add(retired);
      },
      onExited: (exited) => this.#retired.delete(exited),
      onSurvivor: (call, reply) => this.#moveOn(call, reply),
    });
    this.#processes.add(moduleProcess);
    return moduleProcess;
  }

  #moveOn(call: ModuleCall, reply: Reply): void {
    if (this.#isClosed || call.signal.aborted) return;
    if (call.performances < maxPerformances) this.#dispatch(call);
    else call.settle(reply);
  }
}
