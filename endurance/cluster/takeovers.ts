// The steps by which others take over what a killed node had, as the database shows them to somebody who looks often: its lease
// ends, its partitions are taken, they are begun, and the first effect is taken up.
import { loadavg } from "node:os";
import { setTimeout as pass } from "node:timers/promises";
import { Client } from "pg";

interface Look {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly load: number;
  /** When each node was heard last, epoch milliseconds. */
  readonly heard: ReadonlyMap<string, number>;
  readonly partitions: ReadonlyMap<number, Partition>;
}

interface Partition {
  readonly owner: string | null;
  readonly epoch: number;
  /** Grows when an owner begins. */
  readonly nextBlock: number;
}

interface Row {
  readonly heard: Readonly<Record<string, number>> | null;
  readonly partitions: string | null;
}

const everyMs = 50;

const statement = `SELECT
  (SELECT json_object_agg(id, round(extract(epoch FROM renewed_at) * 1000)) FROM pawl.node) AS heard,
  (SELECT json_agg(json_build_array(id, owner, epoch, next_block) ORDER BY id)::text FROM pawl.partition) AS partitions`;

export class Takeovers {
  readonly #url: string;
  readonly #looks: Look[] = [];
  /** Those of the last look: most find them as they were. */
  #partitions: { readonly text: string; readonly read: ReadonlyMap<number, Partition> } = {
    text: "[]",
    read: new Map(),
  };
  #isOver = false;
  readonly #ended: Promise<void>;

  constructor(url: string) {
    this.#url = url;
    this.#ended = this.#look();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#ended;
  }

  /**
   * The steps after a kill, in words.
   * @param killedAt epoch milliseconds.
   */
  stepsAfter(killedAt: number, leaseMs: number): string {
    const before = this.#looks.findLast(({ at }) => at <= killedAt);
    const last = this.#looks.at(-1);
    if (before === undefined || last === undefined) return "the database was not to be seen";
    // The dead one is that which was not heard again.
    const dead = [...before.heard].find(([id, at]) => at > killedAt - leaseMs && this.#lastHeard(id) <= killedAt);
    if (dead === undefined) return "the database does not show whose lease ended";
    const had = [...before.partitions].filter(([, { owner }]) => owner === dead[0]);
    const changed = (isChanged: (now: Partition, then: Partition) => boolean): readonly number[] =>
      had
        .map(([id, then]) => this.#firstAt(killedAt, ({ partitions }) => isChanged(partitions.get(id) ?? then, then)))
        .filter((at) => at !== undefined)
        .map((at) => at - killedAt)
        .toSorted((a, b) => a - b);
    const taken = changed((now, then) => now.owner !== then.owner && now.owner !== null);
    const begun = changed((now, then) => now.epoch > then.epoch && now.nextBlock > then.nextBlock);
    const load = this.#looks.find(({ at }) => at > killedAt + leaseMs)?.load ?? last.load;
    return (
      `its lease ended after ${this.#lastHeard(dead[0]) + leaseMs - killedAt} ms; of its ${had.length} partitions ` +
      `${spanOf("were taken", taken)}, ${spanOf("were begun", begun)}; load ${load.toFixed(1)}`
    );
  }

  #lastHeard(id: string): number {
    return this.#looks.reduce((newest, { heard }) => Math.max(newest, heard.get(id) ?? 0), 0);
  }

  #firstAt(from: number, is: (look: Look) => boolean): number | undefined {
    return this.#looks.find((look) => look.at >= from && is(look))?.at;
  }

  /** Looks on one connection after the other, as the database goes and comes. */
  async #look(): Promise<void> {
    while (!this.#isOver) {
      const client = new Client({ connectionString: this.#url, connectionTimeoutMillis: 1_000 });
      client.on("error", () => undefined);
      try {
        await client.connect();
        while (!this.#isOver) {
          this.#keep((await client.query<Row>(statement)).rows[0]);
          await pass(everyMs);
        }
      } catch {
        await pass(everyMs);
      } finally {
        await client.end().catch(() => undefined);
      }
    }
  }

  #keep(row: Row | undefined): void {
    const text = row?.partitions ?? "[]";
    if (text !== this.#partitions.text) {
      const cells = JSON.parse(text) as readonly (readonly [number, string | null, number, number])[];
      const read = new Map(cells.map(([id, owner, epoch, nextBlock]) => [id, { owner, epoch, nextBlock }]));
      this.#partitions = { text, read };
    }
    const heard = new Map(Object.entries(row?.heard ?? {}));
    this.#looks.push({ at: Date.now(), load: loadavg()[0] ?? 0, heard, partitions: this.#partitions.read });
  }
}

function spanOf(what: string, times: readonly number[]): string {
  const [first, last] = [times[0], times.at(-1)];
  return first === undefined ? `none ${what}` : `${times.length} ${what} after ${first} to ${String(last)} ms`;
}
