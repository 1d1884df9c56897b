// The only loop: a command for an execution is decided at once, what it brings about joins the next commit, and its
// effects are performed when that commit is durable.
import { decide } from "../engine/decide.ts";
import type { Effect } from "../engine/effect.ts";
import type { JournalEvent } from "../engine/event.ts";
import { pending } from "../engine/pending.ts";
import type { Command, Decision, Environment, Limits } from "../engine/turn.ts";
import { wakeAt } from "../engine/wake.ts";
import type { ExecutionChange, ExecutionRecord, ExecutionStatus } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import { CommitError, type Committer } from "./committer.ts";
import type { Resident, Residents } from "./residents.ts";
import { makeTaskToken } from "./task-token.ts";

export interface TurnsOptions {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly committer: Committer;
  readonly residents: Residents;
  readonly isKnownActivity: (activityArn: string) => boolean;
  /** Performs what a turn wants done outside; its events are durable by then. */
  readonly perform: (resident: Resident, effects: readonly Effect[]) => void;
  /** A durable change of an execution, after its commit. */
  readonly onCommitted: (resident: Resident, change: ExecutionChange) => void;
  /** An Express execution has ended; its history is on its way to the store. */
  readonly onEnded: (resident: Resident) => void;
  readonly log: (message: string, error: unknown) => void;
}

export interface Turned {
  /** Whether the command came in time and meant something. */
  readonly isAccepted: boolean;
  /** Settles when it is durable, and with it all that it is based on. */
  readonly committed: Promise<void>;
}

/** How long a command that must not be lost waits before it is tried again, when the store cannot write. */
const retryDelayMs = 500;

export class Turns {
  readonly #options: TurnsOptions;
  /** Executions that a bug of Pawl has stopped; they stand still until the next start. */
  readonly #quarantined = new Set<number>();
  #isStopped = false;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Hands a command to an execution that runs; `undefined` when there is none. */
  async deliver(
    executionId: number,
    command: Command,
    consumedSignalIds: readonly number[] = [],
  ): Promise<Turned | undefined> {
    const { residents } = this.#options;
    for (;;) {
      const resident = await residents.get(executionId);
      if (resident === undefined) return undefined;
      if (residents.peek(executionId) === resident) return this.turn(resident, command, consumedSignalIds);
    }
  }

  /** As `deliver`, for commands that nobody can send again: it keeps trying while the store cannot write. */
  async deliverSurely(executionId: number, command: Command, consumedSignalIds: readonly number[] = []): Promise<void> {
    while (!this.#isStopped) {
      try {
        const turned = await this.deliver(executionId, command, consumedSignalIds);
        await turned?.committed;
        return;
      } catch (error) {
        if (!(error instanceof CommitError))
          return this.#options.log(`Execution ${executionId} could not go on.`, error);
        const { clock } = this.#options;
        await new Promise<void>((resolve) => clock.callAt(clock.now() + retryDelayMs, resolve));
      }
    }
  }

  /** Decides a command for an execution that is in memory. */
  turn(resident: Resident, command: Command, consumedSignalIds: readonly number[] = []): Turned {
    if (this.#quarantined.has(resident.record.id)) return { isAccepted: false, committed: resident.committed };
    const isDurableStart =
      resident.volatile !== undefined && !resident.isStored && !resident.execution.identity.isSynchronous;
    const decision = this.#decide(resident, command, isDurableStart);
    if (decision === undefined) return { isAccepted: false, committed: resident.committed };
    const isAccepted = decision.events.length > 0;
    if (!isAccepted && consumedSignalIds.length === 0) return { isAccepted, committed: resident.committed };
    resident.record = recordAfter(resident);
    if (resident.volatile === undefined || isDurableStart) this.#commitTurn(resident, decision, consumedSignalIds);
    else this.#goOnVolatile(resident, resident.volatile, decision);
    return { isAccepted, committed: resident.committed };
  }

  /** @param isStartOnly for an asynchronous Express execution, whose start is durable before anything of it runs. */
  #decide(resident: Resident, command: Command, isStartOnly: boolean): Decision | undefined {
    const { clock, limits, isKnownActivity, residents, log } = this.#options;
    const { id } = resident.record;
    const environment: Environment = {
      now: clock.now(),
      limits: isStartOnly ? { ...limits, maxDecisionEvents: 1 } : limits,
      isKnownActivity,
      taskToken: ({ scheduledEventId }) => makeTaskToken({ executionId: id, scheduledEventId }),
    };
    try {
      return decide(resident.execution, command, environment);
    } catch (error) {
      // A bug of Pawl: what is in memory cannot be trusted. The execution stands still, the process goes on.
      this.#quarantined.add(id);
      residents.evict(id);
      log(`A bug in Pawl stopped the execution ${resident.execution.identity.arn}.`, error);
      return undefined;
    }
  }

  #commitTurn(resident: Resident, { events, effects }: Decision, consumedSignalIds: readonly number[]): void {
    this.#commit(resident, { events, effects, consumedSignalIds, isNew: !resident.isStored });
    resident.isStored = true;
  }

  /** What an Express execution does waits in memory for its end, and is then written without anybody waiting for it. */
  #goOnVolatile(resident: Resident, buffer: JournalEvent[], { events, effects }: Decision): void {
    buffer.push(...events);
    const { execution, record } = resident;
    if (execution.status !== "RUNNING") {
      resident.callOffTimer?.();
      this.#commit(resident, { events: buffer.splice(0), effects, consumedSignalIds: [], isNew: !resident.isStored });
      return this.#options.onEnded(resident);
    }
    this.#setVolatileTimer(resident, record);
    this.#options.perform(resident, effects);
  }

  #setVolatileTimer(resident: Resident, record: ExecutionRecord): void {
    resident.callOffTimer?.();
    if (record.wakeAt === undefined) return;
    const { clock } = this.#options;
    resident.callOffTimer = clock.callAt(record.wakeAt, () => void this.turn(resident, { kind: "Wake" }));
  }

  #commit(
    resident: Resident,
    part: Decision & { readonly consumedSignalIds: readonly number[]; readonly isNew: boolean },
  ): void {
    const { committer, residents, perform, onCommitted } = this.#options;
    const { record } = resident;
    const change: ExecutionChange = {
      record,
      isNew: part.isNew,
      events: part.events,
      offers: part.effects.flatMap((effect) =>
        effect.kind === "OfferActivityTask"
          ? [
              {
                activityArn: effect.activityArn,
                executionId: record.id,
                scheduledEventId: effect.attempt.scheduledEventId,
              },
            ]
          : [],
      ),
      signals: signalsOf(record),
      consumedSignalIds: part.consumedSignalIds,
    };
    resident.uncommitted += 1;
    resident.committed = committer.commit(change).then(() => {
      resident.uncommitted -= 1;
      perform(resident, part.effects);
      onCommitted(resident, change);
      if (resident.uncommitted === 0 && isParked(resident)) residents.evict(record.id);
    });
    // Whoever waits for the commit hears of its failure; nobody may wait for it.
    resident.committed.catch(() => undefined);
  }
}

/** Nothing in memory is needed for an execution that has ended or waits for a timer or a token. */
function isParked({ record, volatile }: Resident): boolean {
  return record.status !== "RUNNING" || (volatile === undefined && !record.isInFlight);
}

/** The end of a child goes to the attempt that waits for it in the commit of the end itself. */
function signalsOf({ id, parent, status }: ExecutionRecord): ExecutionChange["signals"] {
  if (parent === undefined || status === "RUNNING") return [];
  return [{ ...parent, childExecutionId: id }];
}

function recordAfter({ execution, record }: Resident): ExecutionRecord {
  return {
    ...record,
    status: execution.status as ExecutionStatus,
    startedAt: execution.startedAt,
    stoppedAt: execution.stoppedAt,
    wakeAt: wakeAt(execution),
    isInFlight: pending(execution).length > 0 || (record.type === "EXPRESS" && execution.status === "RUNNING"),
    lastEventId: execution.lastEventId,
  };
}
