// The warm threads of one function module. Handlers are asynchronous, so a thread takes several calls; a new thread is
// started while every other one is busy, up to one per core.
import { availableParallelism } from "node:os";
import type { ModuleTarget } from "./config.ts";
import { abandonedReply, failedReply, type Invocation, type Reply } from "./invocation.ts";
import { type ModuleCall, ModuleThread } from "./module-thread.ts";

export interface ModulePoolOptions {
  readonly functionName: string;
  readonly target: ModuleTarget;
  readonly log: (text: string) => void;
}

const maxThreads = Math.max(4, availableParallelism());
/** Performances of one call when threads end under it; then it fails. */
const maxPerformances = 3;

export class ModulePool {
  readonly #options: ModulePoolOptions;
  /** Threads that take calls. */
  readonly #threads = new Set<ModuleThread>();
  readonly #retired = new Set<ModuleThread>();
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
    for (const thread of this.#threads) thread.retire();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#threads, ...this.#retired].map((thread) => thread.close()));
  }

  #dispatch(call: ModuleCall): void {
    this.#chooseThread().perform(call);
  }

  #chooseThread(): ModuleThread {
    let idlest: ModuleThread | undefined;
    for (const thread of this.#threads) if (idlest === undefined || thread.load < idlest.load) idlest = thread;
    if (idlest !== undefined && (idlest.load === 0 || this.#threads.size >= maxThreads)) return idlest;
    const thread = new ModuleThread({
      ...this.#options,
      onRetired: (retired) => {
        this.#threads.delete(retired);
        this.#retired.add(retired);
      },
      onExited: (exited) => this.#retired.delete(exited),
      onSurvivors: (calls) => this.#moveOn(calls),
    });
    this.#threads.add(thread);
    return thread;
  }

  #moveOn(calls: readonly ModuleCall[]): void {
    if (this.#isClosed) return;
    for (const call of calls) {
      if (call.signal.aborted) continue;
      if (call.performances < maxPerformances) this.#dispatch(call);
      else call.settle(failedReply("Runtime.ExitError", endedTooOften(call.invocation.requestId)));
    }
  }
}

function endedTooOften(requestId: string): string {
  return `RequestId: ${requestId} Error: the thread of the function ended ${maxPerformances} times before this call did`;
}
