// One process of a function, seen from the pool: its one call, that call's time limits, and what its end means. The link
// says how calls get to the process: over IPC, or through the Lambda Runtime API.
import { type FunctionClock, steadyClock } from "./function-clock.ts";
import { failedReply, type Reply, timedOutReply } from "./invocation.ts";
import type { PooledCall, PooledProcess, ProcessEvents } from "./process-pool.ts";

/** A process that was started, and the way to it. */
export interface ProcessLink {
  perform(call: PooledCall): void;
  /** Ends the process and what it started. Settles when it is gone. */
  close(): Promise<void>;
}

/** A link tells of the call that it was given last. */
export interface LinkEvents {
  /** The function is loaded and the call about to begin: its time runs from here. */
  readonly started: () => void;
  /** @param isReusable false when the process takes no further calls: the function could not be loaded, or is broken. */
  readonly ended: (reply: Reply, isReusable: boolean) => void;
  /** Something failed outside every call: `reply` says more than the end of the process, which follows. */
  readonly crashed: (reply: Reply) => void;
  /** The process is gone; `reason` in Lambda's words. */
  readonly exited: (reason: string) => void;
}

/** Told where the output of a call begins and ends. */
export interface CallMarks {
  begin(requestId: string): void;
  end(): void;
}

export interface FunctionProcessOptions {
  readonly timeoutSeconds: number;
  readonly marks: CallMarks;
  readonly events: ProcessEvents;
  readonly link: (events: LinkEvents) => ProcessLink;
  readonly clock?: FunctionClock | undefined;
}

/** Time for a process to load its function and begin a call; Lambda's own limit is 10 seconds on a machine of its own. */
const startTimeoutSeconds = 30;

export class FunctionProcess implements PooledProcess {
  readonly #options: FunctionProcessOptions;
  readonly #clock: FunctionClock;
  readonly #link: ProcessLink;
  #call: PooledCall | undefined;
  #isStarted = false;
  /** Whether it ever began a call. */
  #isLoaded = false;
  #crash: Reply | undefined;
  #callOffLimit: (() => void) | undefined;

  constructor(options: FunctionProcessOptions) {
    this.#options = options;
    this.#clock = options.clock ?? steadyClock;
    this.#link = options.link({
      started: () => this.#started(),
      ended: (reply, isReusable) => this.#ended(reply, isReusable),
      crashed: (reply) => (this.#crash = reply),
      exited: (reason) => this.#exited(reason),
    });
  }

  perform(call: PooledCall): void {
    this.#call = call;
    this.#isStarted = false;
    this.#options.marks.begin(call.invocation.requestId);
    this.#limit(startTimeoutSeconds, () => this.#startTimedOut(call));
    this.#link.perform(call);
  }

  async close(): Promise<void> {
    this.#takeCall();
    await this.#link.close();
  }

  #started(): void {
    const call = this.#call;
    if (call === undefined || this.#isStarted) return;
    this.#isStarted = true;
    this.#isLoaded = true;
    const { timeoutSeconds, events } = this.#options;
    this.#limit(timeoutSeconds, () => this.#timedOut(call, timeoutSeconds));
    events.began();
  }

  #ended(reply: Reply, isReusable: boolean): void {
    const call = this.#takeCall();
    if (call === undefined) return;
    if (!isReusable) void this.#link.close();
    call.settle(reply);
    if (isReusable) this.#options.events.freed();
  }

  /** The handler would go on running: its process ends with the call. */
  #timedOut(call: PooledCall, seconds: number): void {
    this.#takeCall();
    call.settle(timedOutReply(call.invocation.requestId, seconds));
    void this.#link.close();
  }

  /** Something that an earlier call left behind holds a warm process: the call is no part of that, and moves on. */
  #startTimedOut(call: PooledCall): void {
    if (!this.#isLoaded) this.#timedOut(call, startTimeoutSeconds);
    else void this.#link.close();
  }

  /** A call that had begun fails with the reason; one that had not never ran, and moves on. */
  #exited(reason: string): void {
    const isStarted = this.#isStarted;
    const call = this.#takeCall();
    const { events } = this.#options;
    if (call === undefined) {
      events.exited();
      return;
    }
    const reply = this.#crash ?? failedReply("Runtime.ExitError", `RequestId: ${call.invocation.requestId} ${reason}`);
    if (isStarted) call.settle(reply);
    events.exited(isStarted ? undefined : { call, reply });
  }

  #limit(seconds: number, callback: () => void): void {
    this.#callOffLimit?.();
    this.#callOffLimit = this.#clock.callAfter(seconds * 1000, callback);
  }

  #takeCall(): PooledCall | undefined {
    const call = this.#call;
    if (call === undefined) return undefined;
    this.#callOffLimit?.();
    this.#call = undefined;
    this.#isStarted = false;
    this.#options.marks.end();
    return call;
  }
}

/** In Lambda's words. */
export function exitReason(exitCode: number | null, signal: NodeJS.Signals | null): string {
  if (signal === "SIGABRT") return "Error: Runtime exited with error: signal: aborted";
  if (signal !== null) return `Error: Runtime exited with error: signal: ${signal === "SIGKILL" ? "killed" : signal}`;
  if (exitCode === 0) return "Error: Runtime exited without providing a reason";
  return `Error: Runtime exited with error: exit status ${exitCode}`;
}
