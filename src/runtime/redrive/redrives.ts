// Redrives: whether an execution may go on after its end, and that one client token makes it do so once.
import { assert } from "../../asl/assert.ts";
import { repeatedRedrive } from "../../engine/redrive.ts";
import type { StateMachineRecord } from "../../store/catalogue.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { Deletions } from "../deletions.ts";
import { createKeyedQueue } from "../keyed-queue.ts";
import type { OpenExecutions } from "../starts/open-executions.ts";
import { redriveStatus } from "./redrive-status.ts";
import type { LiveExecution } from "../executions/live-execution.ts";
import type { LiveExecutions } from "../executions/live-executions.ts";
import type { RedriveOutcome } from "../runtime.ts";
import type { Turned, Loop } from "../executions/loop.ts";

export interface RedrivesOptions {
  readonly store: Pick<Store, "journal" | "catalogue">;
  readonly clock: Clock;
  readonly maxHistoryEvents: number;
  readonly liveExecutions: LiveExecutions;
  readonly loop: Loop;
  readonly deletions: Pick<Deletions, "hasBegun">;
  readonly openExecutions: Pick<OpenExecutions, "isKnown" | "ask" | "refusal">;
}

export class Redrives {
  readonly #options: RedrivesOptions;
  readonly #queue = createKeyedQueue();

  constructor(options: RedrivesOptions) {
    this.#options = options;
  }

  /** Redrives of one execution happen one at a time; `undefined` when there is no such execution. */
  redrive(executionId: number, clientToken: string | undefined): Promise<RedriveOutcome | undefined> {
    return this.#queue(`${executionId}`, () => this.#redriveOnce(executionId, clientToken));
  }

  async #redriveOnce(executionId: number, clientToken: string | undefined): Promise<RedriveOutcome | undefined> {
    const { store, liveExecutions, loop, openExecutions } = this.#options;
    const record = await store.journal.readRecord(executionId);
    if (record === undefined) return undefined;
    const repeated = await this.#repeatedRedrive(record, clientToken);
    if (repeated !== undefined) return { kind: "redriven", redrivenAt: repeated };
    const machine = await store.catalogue.readStateMachine(record.stateMachineId);
    const reasonAgainst = (known: ExecutionRecord): string | undefined => this.#reasonAgainst(known, machine?.status);
    // Most that cannot be redriven need not be read for it.
    const reason = reasonAgainst(record);
    if (reason !== undefined) return notRedrivable(reason);
    if (!openExecutions.isKnown) await openExecutions.ask();
    for (;;) {
      const live = await liveExecutions.getEnded(executionId);
      if (live === undefined) return undefined;
      const outcome = await loop.inTurn(live, () => {
        // Nothing comes between this look and the turn: a deletion that begins later counts the execution as running.
        const newReason = reasonAgainst(live.record);
        const refusal = newReason === undefined ? openExecutions.refusal : notRedrivable(newReason);
        if (refusal === undefined)
          return { redriven: redriven(live, loop.turn(live, { kind: "Redrive", clientToken })) };
        liveExecutions.release(live);
        return { refusal };
      });
      if (outcome !== undefined) return "refusal" in outcome ? outcome.refusal : outcome.redriven;
    }
  }

  #reasonAgainst(record: ExecutionRecord, machineStatus: StateMachineRecord["status"] | undefined) {
    if (record.mapRun !== undefined) return "Execution is a child of a Map Run: redrive the execution that started it";
    const { deletions, clock, maxHistoryEvents } = this.#options;
    const stateMachineStatus = deletions.hasBegun(record.stateMachineId) ? "DELETING" : machineStatus;
    return redriveStatus(record, { stateMachineStatus, maxHistoryEvents, now: clock.now() }).redriveStatusReason;
  }

  /** When the redrive of the same token happened. The fold knows the tokens, so they outlive the process. */
  async #repeatedRedrive({ id, redrive }: ExecutionRecord, clientToken: string | undefined) {
    const { liveExecutions, clock } = this.#options;
    if (clientToken === undefined || redrive === undefined) return undefined;
    const live = await liveExecutions.getEnded(id);
    if (live === undefined) return undefined;
    const repeated = repeatedRedrive(live.execution, clientToken, clock.now());
    // An answer that says so must not be quicker than the redrive itself is durable.
    if (repeated !== undefined) await live.committed;
    liveExecutions.release(live);
    return repeated;
  }
}

const notRedrivable = (reason: string): RedriveOutcome => ({ kind: "notRedrivable", reason });

async function redriven({ execution }: LiveExecution, { committed }: Turned): Promise<RedriveOutcome> {
  const { redrivenAt } = execution;
  await committed;
  assert(redrivenAt !== undefined, "what may be redriven is redriven");
  return { kind: "redriven", redrivenAt };
}
