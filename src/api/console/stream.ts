// One stream of the console: what it is about, what of the feed's rows concerns it, and in which messages it tells that.
import type { ServerResponse } from "node:http";
import { stateMachineArn } from "../../aws/arn.ts";
import type { StateMachineRecord } from "../../store/catalogue.ts";
import type { JournalRow } from "../../store/journal.ts";
import type { ConsoleContext, FoundExecution } from "./context.ts";
import type { StreamMessages } from "./contract.ts";
import { commentOf, EventStream, type EventStreamOptions, messageOf } from "./event-stream.ts";
import { executionRows } from "./executions.ts";
import type { FeedReader } from "./feed.ts";
import { showRow, type Showing } from "./shown-events.ts";
import type { Viewer } from "./viewer.ts";

export interface Subscription {
  /** By the number of the execution. */
  readonly executions: ReadonlyMap<number, { readonly arn: string; readonly showing: Showing }>;
  /** By the number of the machine. */
  readonly machines: ReadonlyMap<number, StateMachineRecord>;
  /** Whether it is told of changes of all machines. */
  readonly isOfAll: boolean;
}

export interface StreamOptions extends Pick<EventStreamOptions, "mostQueued"> {
  readonly subscription: Subscription;
  readonly viewer: Viewer;
  readonly context: ConsoleContext;
  /** The row behind which it begins. */
  readonly after: number;
  /** The client was connected before. */
  readonly isResumed: boolean;
  /** When the session ends, epoch milliseconds. */
  readonly expiresAt: number | undefined;
  /** Told once that the client has gone. */
  readonly onClose: (stream: ConsoleStream) => void;
}

const beatMs = 15_000;
/** A client that has read nothing for so many beats is cut off. */
const mostStillBeats = 4;
/** Changes of lists are told so much later, many at once. */
const gatherMs = 500;
const mostChanged = 100;

type Send = <Name extends keyof StreamMessages>(name: Name, data: StreamMessages[Name], id?: number) => void;

export class ConsoleStream implements FeedReader {
  readonly #events: EventStream;
  readonly #options: StreamOptions;
  readonly #callOffs = new Map<string, () => void>();
  #position: number;
  /** Executions that have changed and are still to be told of; `undefined` once they are too many. */
  #changed: Set<number> | undefined = new Set();
  #stillBeats = 0;

  constructor(response: ServerResponse, options: StreamOptions) {
    const { mostQueued } = options;
    this.#options = options;
    const onClose = (): void => this.#close();
    this.#events = new EventStream(response, { mostQueued, onClose, missed: () => this.#missed() });
    this.#position = options.after;
    this.#send("open", { row: options.after }, options.after);
    if (options.isResumed && this.#isOfMachines) this.#send("machines", {});
    this.#later("beat", beatMs, () => this.#beat());
    const { expiresAt, context } = options;
    if (expiresAt !== undefined) {
      this.#later("expiry", expiresAt - context.clock.now(), () => this.#events.end(messageOf("logout", "{}")));
    }
  }

  async take(rows: readonly JournalRow[]): Promise<void> {
    const { executions } = this.#options.subscription;
    for (const row of rows) {
      if (row.id <= this.#position) continue;
      this.#position = row.id;
      const named = executions.get(row.executionId);
      if (named !== undefined && row.events.length > 0)
        this.#send("journal", { executionArn: named.arn, ...showRow(row, named.showing) }, row.id);
      this.#noteChange(row.executionId);
    }
  }

  skip(row: number): void {
    this.#position = row;
    this.#send("resync", { row }, row);
  }

  end(): void {
    this.#events.end();
  }

  /** The message for a client that did not read fast enough. */
  #missed(): string {
    const row = this.#position;
    return messageOf("resync", JSON.stringify({ row }), row);
  }

  #close(): void {
    for (const callOff of this.#callOffs.values()) callOff();
    this.#callOffs.clear();
    this.#options.onClose(this);
  }

  get #isOfMachines(): boolean {
    const { machines, isOfAll } = this.#options.subscription;
    return isOfAll || machines.size > 0;
  }

  readonly #send: Send = (name, data, id) => this.#events.send(messageOf(name, JSON.stringify(data), id));

  #later(what: string, ms: number, act: () => void): void {
    if (this.#events.isClosed) return;
    this.#callOffs.get(what)?.();
    this.#callOffs.set(
      what,
      this.#options.context.clock.callAfter(Math.max(0, ms), () => {
        this.#callOffs.delete(what);
        act();
      }),
    );
  }

  #beat(): void {
    this.#stillBeats = this.#events.hasMissed ? this.#stillBeats + 1 : 0;
    if (this.#stillBeats >= mostStillBeats) return this.#events.destroy();
    this.#events.send(commentOf(this.#position));
    this.#later("beat", beatMs, () => this.#beat());
  }

  #noteChange(executionId: number): void {
    if (!this.#isOfMachines) return;
    this.#changed?.add(executionId);
    if ((this.#changed?.size ?? 0) > mostChanged) this.#changed = undefined;
    if (!this.#callOffs.has("changes")) this.#later("changes", gatherMs, () => void this.#tellChanges());
  }

  async #tellChanges(): Promise<void> {
    const changed = this.#changed;
    this.#changed = new Set();
    if (changed === undefined) return this.#send("machines", {});
    try {
      await this.#tellOf(changed);
    } catch {
      // The store could not be read: the client reads for itself, and hears why.
      this.#send("machines", {});
    }
  }

  async #tellOf(changed: Iterable<number>): Promise<void> {
    const { subscription, viewer, context } = this.#options;
    const { api, store } = context;
    const found: FoundExecution[] = [];
    const arns = new Set<string>();
    for (const executionId of changed) {
      const record = await store.journal.readRecord(executionId);
      if (record === undefined) continue;
      const named = subscription.machines.get(record.stateMachineId);
      if (named !== undefined) found.push({ record, stateMachine: named });
      const machine = subscription.isOfAll ? await api.catalogue.readStateMachine(record.stateMachineId) : undefined;
      const arn = machine && stateMachineArn(api.arnSpace, machine.name);
      if (arn !== undefined && viewer.may("ListExecutions", arn)) arns.add(arn);
    }
    if (found.length > 0) this.#send("executions", await executionRows(found, context));
    if (arns.size > 0) this.#send("machines", { stateMachineArns: [...arns] });
  }
}
