// Leads a call to the node that owns what it is about. A call is made anew, at another node, only where nothing was done for it.
import { CommitError, StoppingError } from "../runtime/executions/committer.ts";
import type { OwningRuntime } from "../runtime/runtime.ts";
import type { ClusterNode } from "../store/cluster-store.ts";
import { NotOwnerError } from "../store/errors.ts";
import type { LocalCalls } from "./local-calls.ts";
import type { Membership } from "./membership.ts";
import { PeerAnswerLostError, PeerRefusedError } from "./peer-errors.ts";
import type { PeerCalls, Peers } from "./peers.ts";

export interface RouterOptions {
  readonly node: ClusterNode;
  readonly membership: Pick<Membership, "last" | "news">;
  readonly local: LocalCalls;
  readonly peers: Peers;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsed: () => number;
  /** How long an owner is waited for. */
  readonly patienceMs: number;
}

/** Nobody owns what a call is about; nothing was done for it. */
export class NoOwnerError extends CommitError {
  constructor() {
    const message = "No node owns for now what the call is about.";
    super(message, { cause: new NotOwnerError(message) });
  }
}

export interface Call<Method extends keyof PeerCalls> {
  /** `undefined` where any will do. */
  readonly partition: number | undefined;
  /** Makes the call here. */
  readonly here: (runtime: OwningRuntime) => ReturnType<PeerCalls[Method]>;
  readonly method: Method;
  readonly args: () => Parameters<PeerCalls[Method]>;
  /** It runs an execution: something may have been done for it though its owner stopped before the end. */
  readonly isRun?: boolean;
  /** Made twice it does no more than made once: it may be made again after its answer was lost. */
  readonly isRepeatable?: boolean;
}

type Answer<Method extends keyof PeerCalls> = Awaited<ReturnType<PeerCalls[Method]>>;

export class Router {
  readonly #options: RouterOptions;
  #isStopped = false;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /** Nothing is waited for any more. */
  stop(): void {
    this.#isStopped = true;
  }

  async route<Method extends keyof PeerCalls>(call: Call<Method>): Promise<Answer<Method>> {
    const { elapsed, membership, patienceMs } = this.#options;
    const until = elapsed() + patienceMs;
    for (;;) {
      if (this.#isStopped) throw new StoppingError();
      try {
        const made = this.#make(call);
        if (made !== undefined) return await made;
      } catch (error) {
        if (!mayBeMadeAgain(error, call)) throw error;
      }
      if (elapsed() >= until) throw new NoOwnerError();
      await membership.news();
    }
  }

  #make<Method extends keyof PeerCalls>(call: Call<Method>): Promise<Answer<Method>> | undefined {
    const { local, membership, node, peers } = this.#options;
    const runtime = call.partition === undefined ? local.anyRuntime() : local.runtime(call.partition);
    if (runtime !== undefined) return call.here(runtime) as Promise<Answer<Method>>;
    const owners = membership.last?.owners;
    const owner =
      call.partition === undefined
        ? [...(owners?.values() ?? [])].find(({ id }) => id !== node.id)
        : owners?.get(call.partition);
    if (owner === undefined || owner.id === node.id) return undefined;
    return peers.call(owner, call.method, call.args()) as Promise<Answer<Method>>;
  }
}

/** Whether nothing was done for the call, or nothing that it would do again. */
function mayBeMadeAgain<Method extends keyof PeerCalls>(error: unknown, call: Call<Method>): boolean {
  const { isRun = false, isRepeatable = false } = call;
  if (error instanceof StoppingError) return !isRun;
  if (error instanceof PeerAnswerLostError) return isRepeatable;
  return error instanceof NotOwnerError || error instanceof PeerRefusedError;
}
