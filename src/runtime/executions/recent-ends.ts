// The ends of journals: the input of an execution, and its output or failure. A client that starts an execution soon asks how it
// ended, often many times; so the ends of those that were written or read not long ago stay in memory.
import { Payload } from "../../asl/payload.ts";
import type { Failure, JournalEvent } from "../../engine/journal/event.ts";
import type { ExecutionChange, ExecutionRecord, Journal } from "../../store/journal.ts";
import { RecentlyUsed } from "../recently-used.ts";
import type { ExecutionListener } from "./listener.ts";
import type { LiveExecution } from "./live-execution.ts";

export interface JournalEnds {
  readonly input: Payload;
  readonly output?: Payload | undefined;
  readonly failure?: Failure | undefined;
}

interface Kept {
  readonly input: Payload;
  /** How the execution ended with the event of this id: a redrive gives it another end. */
  end?: End & { readonly lastEventId: number };
}

type End = Omit<JournalEnds, "input">;

/** Characters of text. */
const mostWeight = 4 * 1024 * 1024;
const mostEntries = 1_000;
/** Longer ones would push too many others out. */
const longestText = 64 * 1024;

export class RecentEnds implements ExecutionListener {
  readonly #journal: Pick<Journal, "readEvents">;
  readonly #kept = new RecentlyUsed<Kept>({ mostEntries, mostWeight });

  constructor({ journal }: { readonly journal: Pick<Journal, "readEvents"> }) {
    this.#journal = journal;
  }

  /** @throws StoreDamagedError */
  async of(record: ExecutionRecord): Promise<JournalEnds> {
    const { id, status, lastEventId } = record;
    const kept = this.#kept.get(id);
    if (kept !== undefined && status === "RUNNING") return { input: kept.input };
    if (kept?.end?.lastEventId === lastEventId) return { input: kept.input, ...kept.end };
    const events = await this.#journal.readEvents(id, status === "RUNNING" ? "first" : "ends");
    const [first] = events;
    if (first?.kind !== "ExecutionStarted") throw new Error(`The journal of execution ${id} has no beginning.`);
    this.#keep(record, first, events.at(-1));
    return { input: first.input, ...endOf(events.at(-1)) };
  }

  committed(_live: LiveExecution, { record, events }: ExecutionChange): void {
    if (record.type === "STANDARD") this.#keep(record, events[0], events.at(-1));
  }

  #keep({ id, status, lastEventId }: ExecutionRecord, first?: JournalEvent, last?: JournalEvent): void {
    let kept = this.#kept.get(id);
    if (kept === undefined && first?.kind === "ExecutionStarted" && isShort(first.input)) {
      kept = { input: withoutValue(first.input) };
      this.#kept.add(id, kept, kept.input.text.length);
    }
    if (kept === undefined || status === "RUNNING") return;
    const end = endOf(last);
    if (end === undefined || (end.output !== undefined && !isShort(end.output))) return;
    kept.end = { output: end.output && withoutValue(end.output), failure: end.failure, lastEventId };
    this.#kept.grow(id, kept, (end.output?.text.length ?? 0) + (end.failure?.cause?.length ?? 0));
  }
}

/** `undefined` for an event that ends no execution. */
function endOf(last: JournalEvent | undefined): End | undefined {
  switch (last?.kind) {
    case "ExecutionSucceeded":
      return { output: last.output };
    case "ExecutionFailed":
    case "ExecutionTimedOut":
    case "ExecutionAborted":
      return { failure: { error: last.error, cause: last.cause } };
    default:
      return undefined;
  }
}

const isShort = ({ text }: Payload): boolean => text.length <= longestText;

/** The text alone: the value of it takes several times the memory. */
const withoutValue = ({ text }: Payload): Payload => Payload.ofText(text);
