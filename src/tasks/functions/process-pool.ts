// The processes of all functions. A process has one call at a time, as an execution environment of Lambda has; a function
// gets more of them as its calls have to wait, all functions together so many; warm ones are used again, the last used
// first, and ended when nobody has called them for a while, or when another function needs their place.
import { type FunctionClock, steadyClock } from "./function-clock.ts";
import { abandonedReply, type Invocation, type Reply } from "./invocation.ts";
import { LaneGrowth } from "./lane-growth.ts";
import { longWaitText } from "./long-wait.ts";

/** One call on its way through processes: it moves to another one when its process ends before it began. */
export interface PooledCall {
  readonly invocation: Invocation;
  readonly signal: AbortSignal;
  /** Only the first reply counts. */
  readonly settle: (reply: Reply) => void;
  readonly waitsSince: number;
  performances: number;
}

export interface PooledProcess {
  /** Hands over a call; only while the process has none. */
  perform(call: PooledCall): void;
  /** Ends it at once: a call in progress is not answered. Settles when the process is gone. */
  close(): Promise<void>;
}

/** A process tells its pool what becomes of it. */
export interface ProcessEvents {
  /** Its call has begun: the process has loaded the function. */
  readonly began: () => void;
  /** Its call has ended, and it takes another. */
  readonly freed: () => void;
  /** It is gone; `survivor` is a call that did not begin, and what became of its process. */
  readonly exited: (survivor?: Survivor) => void;
}

export interface Survivor {
  readonly call: PooledCall;
  readonly reply: Reply;
}

/** The processes of one function. */
export interface LaneOptions {
  readonly functionName: string;
  readonly concurrency?: number | undefined;
  /** Whether a process performs more than one call. */
  readonly isReused: boolean;
  readonly start: (events: ProcessEvents) => PooledProcess;
}

export interface ProcessPoolOptions {
  readonly maxProcesses: number;
  /** Processes of one function that are started without asking whether they are of use: as many as there are processors. */
  readonly parallelStarts: number;
  readonly clock?: FunctionClock | undefined;
  /** Takes a line about the calls of a function that have waited long. */
  readonly say: (line: { readonly functionName: string; readonly text: string }) => void;
}

interface Worker {
  readonly process: PooledProcess;
  readonly lane: Lane;
  state: "starting" | "busy" | "idle" | "ending";
  /** It runs code that has changed since. */
  isStale: boolean;
  idleSince: number;
}

/** Performances of one call when processes end under it; then it fails. */
const maxPerformances = 3;
/** A wait that is worth a look at whether more processes would help. */
const lookAfterMs = 20;
const idleMs = 5 * 60_000;
const longWaitMs = 5_000;
const tellAgainMs = 60_000;

export class Lane {
  readonly options: LaneOptions;
  readonly waiting = new Set<PooledCall>();
  /** Calls whose process ended before they began: they come first. */
  readonly returned = new Set<PooledCall>();
  readonly workers = new Set<Worker>();
  /** The last used one is the last. */
  readonly idle: Worker[] = [];
  starting = 0;
  /** Workers that are about to end. */
  ending = 0;
  growth: LaneGrowth | undefined;
  toldAt = Number.NEGATIVE_INFINITY;

  constructor(options: LaneOptions) {
    this.options = options;
  }

  get next(): PooledCall | undefined {
    for (const call of this.returned) return call;
    for (const call of this.waiting) return call;
    return undefined;
  }

  get waits(): number {
    return this.returned.size + this.waiting.size;
  }

  /** Workers that stay. */
  get size(): number {
    return this.workers.size - this.ending;
  }

  remove(call: PooledCall): void {
    this.returned.delete(call);
    this.waiting.delete(call);
  }
}

export class ProcessPool {
  readonly #options: ProcessPoolOptions;
  readonly #clock: FunctionClock;
  /** Those with calls that wait. */
  readonly #waiting = new Set<Lane>();
  readonly #workers = new Set<Worker>();
  #ending = 0;
  #callOffLook: (() => void) | undefined;
  #callOffSweep: (() => void) | undefined;
  #isClosed = false;

  constructor(options: ProcessPoolOptions) {
    this.#options = options;
    this.#clock = options.clock ?? steadyClock;
  }

  call(lane: Lane, invocation: Invocation, signal: AbortSignal): Promise<Reply> {
    return new Promise((resolve) => {
      if (signal.aborted || this.#isClosed) {
        resolve(abandonedReply());
        return;
      }
      const abandon = (): void => {
        this.#forget(lane, call);
        resolve(abandonedReply());
      };
      const settle = (reply: Reply): void => {
        signal.removeEventListener("abort", abandon);
        resolve(reply);
      };
      const call: PooledCall = { invocation, signal, settle, waitsSince: this.#clock.now(), performances: 0 };
      signal.addEventListener("abort", abandon, { once: true });
      lane.waiting.add(call);
      if (!this.#waiting.has(lane)) this.#growthOf(lane).begin(lane.size);
      this.#waiting.add(lane);
      this.#serve();
    });
  }

  /** Processes that have begun may be those of code that has changed: none of them takes a further call. */
  reload(): void {
    for (const worker of this.#workers) {
      worker.isStale = true;
      if (worker.state === "idle") this.#end(worker);
    }
  }

  /** Ends all processes. Calls that wait are given up; those in progress are not answered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#callOffLook?.();
    this.#callOffSweep?.();
    for (const lane of this.#waiting)
      for (const call of [...lane.returned, ...lane.waiting]) call.settle(abandonedReply());
    this.#waiting.clear();
    await Promise.all([...this.#workers].map(({ process }) => process.close()));
  }

  #forget(lane: Lane, call: PooledCall): void {
    lane.remove(call);
    if (lane.waits === 0) this.#waiting.delete(lane);
  }

  /** Gives calls to whom can take them, and looks again as long as some wait. */
  #serve(): void {
    if (this.#isClosed) return;
    for (const lane of this.#waiting) {
      for (let worker = lane.idle.pop(); worker !== undefined; worker = lane.idle.pop()) {
        this.#give(worker);
        if (lane.waits === 0) break;
      }
    }
    for (let lane = this.#neediest(); lane !== undefined && this.#hasPlace(); lane = this.#neediest())
      this.#start(lane);
    if (this.#waiting.size === 0 || this.#callOffLook !== undefined) return;
    this.#callOffLook = this.#clock.callAfter(lookAfterMs, () => {
      this.#callOffLook = undefined;
      this.#lookAtGrowth();
      this.#tellLongWaits();
      this.#serve();
    });
  }

  #lookAtGrowth(): void {
    const now = this.#clock.now();
    for (const lane of this.#waiting) {
      const { next, size, starting, ending } = lane;
      const growth = this.#growthOf(lane);
      if (starting > 0 || ending > 0) growth.restart();
      else if (size >= growth.limit && now - (next?.waitsSince ?? now) >= lookAfterMs) growth.look(now, size);
    }
  }

  #growthOf(lane: Lane): LaneGrowth {
    return (lane.growth ??= new LaneGrowth(this.#options.parallelStarts));
  }

  /** When there is none, the place of a process that has idled longest becomes one, as soon as it is gone. */
  #hasPlace(): boolean {
    if (this.#workers.size < this.#options.maxProcesses) return true;
    if (this.#ending > 0) return false;
    let longest: Worker | undefined;
    for (const worker of this.#workers)
      if (worker.state === "idle" && (longest === undefined || worker.idleSince < longest.idleSince)) longest = worker;
    if (longest !== undefined) this.#end(longest);
    return false;
  }

  /** The function that should get the next process: the one that has fewest, and of those the one that waits longest. */
  #neediest(): Lane | undefined {
    let neediest: Lane | undefined;
    for (const lane of this.#waiting) {
      if (!this.#wantsMore(lane)) continue;
      if (
        neediest === undefined ||
        lane.size < neediest.size ||
        (lane.size === neediest.size && isLonger(lane, neediest))
      )
        neediest = lane;
    }
    return neediest;
  }

  #wantsMore(lane: Lane): boolean {
    const { concurrency = Number.POSITIVE_INFINITY, isReused } = lane.options;
    if (lane.waits === 0 || lane.size >= concurrency) return false;
    return !isReused || lane.size < this.#growthOf(lane).limit;
  }

  #start(lane: Lane): void {
    const events: ProcessEvents = {
      began: () => this.#began(worker),
      freed: () => this.#freed(worker),
      exited: (survivor) => this.#exited(worker, survivor),
    };
    const process = lane.options.start(events);
    const worker: Worker = { process, lane, state: "starting", isStale: false, idleSince: 0 };
    lane.workers.add(worker);
    lane.starting += 1;
    this.#workers.add(worker);
    this.#give(worker);
  }

  #give(worker: Worker): void {
    const { lane, process } = worker;
    const call = lane.next;
    if (call === undefined) return;
    this.#forget(lane, call);
    if (worker.state === "idle") worker.state = "busy";
    call.performances += 1;
    process.perform(call);
  }

  #began(worker: Worker): void {
    if (worker.state !== "starting") return;
    worker.state = "busy";
    worker.lane.starting -= 1;
  }

  #freed(worker: Worker): void {
    if (worker.state === "ending" || this.#isClosed) return;
    this.#began(worker);
    const { lane } = worker;
    const growth = this.#growthOf(lane);
    growth.ended();
    const isTooMany = lane.waits > 0 && (lane.size > growth.limit || this.#owesPlace(lane));
    if (worker.isStale || isTooMany) {
      this.#end(worker);
      return;
    }
    worker.state = "idle";
    if (lane.waits > 0) {
      this.#give(worker);
      return;
    }
    worker.idleSince = this.#clock.now();
    lane.idle.push(worker);
    this.#sweepLater();
    if (this.#waiting.size > 0) this.#serve();
  }

  /**
   * Whether a process for which calls wait makes room for another function's all the same: not while there are places, and only
   * towards equal shares, where it stops. A function that has none gets one in the order in which calls have come.
   */
  #owesPlace(lane: Lane): boolean {
    if (this.#ending > 0 || this.#workers.size < this.#options.maxProcesses || this.#waiting.size === 0) return false;
    const other = this.#neediest();
    if (other === undefined || other === lane) return false;
    return other.size + 1 < lane.size || (other.size === 0 && isLonger(other, lane));
  }

  #end(worker: Worker): void {
    const { lane, state, process } = worker;
    if (state === "ending") return;
    if (state === "starting") lane.starting -= 1;
    if (state === "idle") lane.idle.splice(lane.idle.indexOf(worker), 1);
    worker.state = "ending";
    lane.ending += 1;
    this.#ending += 1;
    void process.close();
  }

  #exited(worker: Worker, survivor: Survivor | undefined): void {
    const { lane, state } = worker;
    if (!this.#workers.delete(worker)) return;
    lane.workers.delete(worker);
    if (state === "starting") lane.starting -= 1;
    if (state === "idle") lane.idle.splice(lane.idle.indexOf(worker), 1);
    if (state === "ending") {
      lane.ending -= 1;
      this.#ending -= 1;
    }
    if (survivor !== undefined) this.#moveOn(lane, survivor);
    this.#serve();
  }

  #moveOn(lane: Lane, { call, reply }: Survivor): void {
    if (this.#isClosed || call.signal.aborted) return;
    if (call.performances >= maxPerformances) {
      call.settle(reply);
      return;
    }
    lane.returned.add(call);
    this.#waiting.add(lane);
  }

  #sweepLater(): void {
    this.#callOffSweep ??= this.#clock.callAfter(idleMs, () => this.#sweep());
  }

  #sweep(): void {
    this.#callOffSweep = undefined;
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const worker of this.#workers) {
      if (worker.state !== "idle") continue;
      if (now - worker.idleSince >= idleMs) this.#end(worker);
      else next = Math.min(next, worker.idleSince + idleMs - now);
    }
    if (Number.isFinite(next)) this.#callOffSweep = this.#clock.callAfter(next, () => this.#sweep());
  }

  #tellLongWaits(): void {
    const now = this.#clock.now();
    for (const lane of this.#waiting) {
      const waitedMs = now - (lane.next?.waitsSince ?? now);
      if (waitedMs < longWaitMs || now - lane.toldAt < tellAgainMs) continue;
      lane.toldAt = now;
      const { maxProcesses } = this.#options;
      const { size, starting, waits } = lane;
      const isFull = this.#workers.size >= maxProcesses;
      const { functionName, concurrency } = lane.options;
      const text = longWaitText({ concurrency, waits, waitedMs, size, starting, maxProcesses, isFull });
      this.#options.say({ functionName, text });
    }
  }
}

function isLonger(lane: Lane, other: Lane): boolean {
  const never = Number.POSITIVE_INFINITY;
  return (lane.next?.waitsSince ?? never) < (other.next?.waitsSince ?? never);
}
