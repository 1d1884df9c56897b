// Hints between nodes: NOTIFY on a connection of their own, after the commits that they tell of, gathered for a moment, so
// that no commit waits for the lock that NOTIFY takes. Nodes that cannot LISTEN, behind a pooler, hear only their own.
import { setTimeout as pause } from "node:timers/promises";
import type { HintKind, Hints } from "../cluster-store.ts";
import type { ExecutionChange } from "../journal.ts";
import type { Link, Statement } from "./link.ts";

export interface HintsOptions {
  /** Absent where the connections are shared, so that none can LISTEN. */
  readonly link: Link | undefined;
  /** Tells our own hints from those of others. */
  readonly writer: string;
  readonly partitionOf: (executionId: number) => number;
}

/** The hints that the store itself gives after its commits. */
export interface HintsAfterCommits {
  /** @param partition the one that was appended to. */
  appended(partition: number, changes: readonly ExecutionChange[]): void;
}

export interface OpenHints extends Hints, HintsAfterCommits {
  close(): Promise<void>;
}

const channel = "pawl";
const gatherMs = 10;
/** A payload of NOTIFY has less than 8,000 bytes. */
const mostPayload = 7_000;
const againMs = 1_000;

const kinds: ReadonlySet<string> = new Set<HintKind>(["signals", "offers", "catalogue", "journal", "partitions"]);
const notify: Statement = { name: "pawl-notify", text: `SELECT pg_notify('${channel}', $1)` };

type Hear = (kind: HintKind, key: string) => void;

export function openHints({ link, writer, partitionOf }: HintsOptions): OpenHints {
  const hearers = new Set<Hear>();
  const tell: Hear = (kind, key) => {
    for (const hear of hearers) hear(kind, key);
  };
  const sender = link === undefined ? undefined : new Sender(link, writer);
  const hint: Hear = (kind, key) => {
    tell(kind, key);
    sender?.send(kind, key);
  };
  const listening = link === undefined ? undefined : new Listener(link, writer, tell);
  return {
    hint,
    subscribe(hear) {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
    appended(partition, changes) {
      for (const { offers, signals } of changes) {
        for (const { activityArn } of offers) hint("offers", activityArn);
        for (const { executionId } of signals) {
          const target = partitionOf(executionId);
          if (target !== partition) hint("signals", String(target));
        }
      }
    },
    async close() {
      hearers.clear();
      listening?.end();
      await link?.close();
    },
  };
}

class Sender {
  readonly #link: Link;
  readonly #writer: string;
  readonly #gathered = new Set<string>();
  #isGathering = false;

  constructor(link: Link, writer: string) {
    this.#link = link;
    this.#writer = writer;
  }

  send(kind: HintKind, key: string): void {
    this.#gathered.add(`${kind} ${key}`);
    if (this.#isGathering) return;
    this.#isGathering = true;
    setTimeout(() => void this.#flush(), gatherMs).unref();
  }

  async #flush(): Promise<void> {
    this.#isGathering = false;
    const payloads = [this.#writer];
    for (const line of this.#gathered) {
      const last = payloads.length - 1;
      const longer = `${payloads[last] ?? ""}\n${line}`;
      if (longer.length < mostPayload) payloads[last] = longer;
      else payloads.push(`${this.#writer}\n${line}`);
    }
    this.#gathered.clear();
    try {
      await this.#link.hold(async (held) => {
        await Promise.all([
          held.run({ text: "BEGIN; SET LOCAL synchronous_commit = off" }),
          ...payloads.map((payload) => held.run(notify, [payload])),
          held.run({ text: "COMMIT" }),
        ]);
      });
    } catch {
      // It was only a hint: everybody looks now and then.
    }
  }
}

class Listener {
  readonly #link: Link;
  readonly #writer: string;
  readonly #tell: Hear;
  #isOver = false;

  constructor(link: Link, writer: string, tell: Hear) {
    this.#link = link;
    this.#writer = writer;
    this.#tell = tell;
    void this.#listen();
  }

  end(): void {
    this.#isOver = true;
  }

  /** Listens on one connection after the other, as they are lost. */
  async #listen(): Promise<void> {
    while (!this.#isOver) {
      try {
        const client = await this.#link.client();
        const ended = new Promise((resolve) => client.once("end", resolve));
        client.on("notification", ({ payload }) => this.#hear(payload ?? ""));
        await this.#link.run({ text: `LISTEN ${channel}` });
        await ended;
      } catch {
        // The database is away.
      }
      if (!this.#isOver) await pause(againMs, undefined, { ref: false });
    }
  }

  #hear(payload: string): void {
    const [from, ...lines] = payload.split("\n");
    if (from === this.#writer) return;
    for (const line of lines) {
      const [kind = "", ...key] = line.split(" ");
      if (kinds.has(kind)) this.#tell(kind as HintKind, key.join(" "));
    }
  }
}
