// The database as one life of a node sees it: calls take their time and are cut short with the node, writes are refused or their
// answers lost, and hints come late, twice or never.
import type { ClusterStore, HintKind, Hints, Ownership, PartitionLease } from "../../store/cluster-store.ts";
import { NotOwnerError, OutcomeUnknownError } from "../../store/errors.ts";
import type { ExecutionChange } from "../../store/journal.ts";
import type { Store } from "../../store/store.ts";
import type { SimulatedWorld } from "../simulated-world.ts";
import type { ClusterFaults } from "./cluster-faults.ts";
import type { NodeLife } from "./node-life.ts";
import type { SimulatedDatabase } from "./simulated-database.ts";

export interface LifeStoreOptions {
  readonly world: SimulatedWorld;
  readonly faults: ClusterFaults;
  readonly database: SimulatedDatabase;
  readonly life: NodeLife;
}

/** The database refuses: no bug of the runtime. */
export class DrawnRefusal extends Error {
  constructor() {
    super("The database was drawn to refuse.");
  }
}

export function lifeStore(options: LifeStoreOptions): ClusterStore {
  const { database, life } = options;
  const { cluster } = database;
  const { isMoved } = cluster;
  const { journal, offers, catalogue, versions, mapRuns, quarantines, ...rest } = cluster.shared;
  return {
    partitions: cluster.partitions,
    ownership: lifeOwnership(options),
    hints: lifeHints(options),
    shared: {
      ...rest,
      journal: through(life, journal),
      offers: through(life, offers),
      catalogue: through(life, catalogue),
      versions: through(life, versions),
      mapRuns: through(life, mapRuns),
      quarantines: through(life, quarantines),
    },
    isMoved: isMoved && through(life, { isMoved }).isMoved,
    async own(lease) {
      await life.pass();
      const owned = await cluster.own(lease);
      await life.pass();
      return ownedStore(options, owned, lease);
    },
    close: () => cluster.close(),
  };
}

function ownedStore(options: LifeStoreOptions, owned: Store, lease: PartitionLease): Store {
  const { database, life } = options;
  const newId = (otherwise: () => number): number => database.takeMovedId(lease.partition) ?? otherwise();
  const { journal, offers, signals, jobs, mapRuns, quarantines, catalogue, versions } = owned;
  return {
    ...owned,
    journal: {
      ...through(life, journal),
      newExecutionId: () => newId(() => journal.newExecutionId()),
      append: (changes) => append(options, { owned, lease, changes }),
    },
    offers: through(life, offers),
    signals: through(life, signals),
    jobs: through(life, jobs),
    mapRuns: { ...through(life, mapRuns), newMapRunId: () => newId(() => mapRuns.newMapRunId()) },
    quarantines: through(life, quarantines),
    catalogue: through(life, catalogue),
    versions: through(life, versions),
  };
}

/** These are answered at once, without the database. */
const uncut: ReadonlySet<string | symbol> = new Set(["newExecutionId", "newMapRunId", "encode", "running"]);

function through<Role extends object>(life: NodeLife, role: Role): Role {
  const members = Object.entries(role).map(([name, member]: [string, unknown]) => {
    if (typeof member !== "function" || uncut.has(name)) return [name, member];
    if (name === "eachRow")
      return [
        name,
        (...given: readonly unknown[]) =>
          rows(life, () => Reflect.apply(member, role, given) as AsyncIterable<unknown>),
      ];
    const call = async (...given: readonly unknown[]): Promise<unknown> => {
      await life.pass();
      const answer: unknown = await Reflect.apply(member, role, given);
      await life.pass();
      return answer;
    };
    return [name, call];
  });
  return Object.fromEntries(members) as Role;
}

async function* rows(life: NodeLife, read: () => AsyncIterable<unknown>): AsyncIterable<unknown> {
  for await (const row of read()) {
    await life.pass();
    yield row;
  }
}

interface Append {
  readonly owned: Store;
  readonly lease: PartitionLease;
  readonly changes: readonly ExecutionChange[];
}

const longestDelayMs = 12_000;

async function append({ world, faults, database, life }: LifeStoreOptions, given: Append): Promise<void> {
  const { owned, lease, changes } = given;
  await life.pass();
  // Much arrives while one batch is written.
  if (world.random() < 0.3) await world.pause(200);
  if (faults.happens("slow")) await world.pause(longestDelayMs);
  if (faults.happens("refusal")) throw new DrawnRefusal();
  const write = async (): Promise<void> => {
    try {
      await database.append(owned, lease, changes);
    } catch (error) {
      if (!(error instanceof NotOwnerError)) world.failures.push(error);
      throw error;
    }
  };
  if (faults.happens("commitUnknown")) {
    const fate = world.random();
    // Nobody knows, but no later owner reads before it is decided.
    if (fate < 0.4) await write();
    else if (fate < 0.7)
      void world
        .pause(longestDelayMs)
        .then(write)
        .catch(() => undefined);
    throw new OutcomeUnknownError("The answer to a commit was drawn to be lost.");
  }
  await write();
  await life.pass();
}

function lifeOwnership({ world, faults, database, life }: LifeStoreOptions): Ownership {
  const { ownership } = database.cluster;
  return {
    leaseMs: ownership.leaseMs,
    async beat(node, wish) {
      await life.pass();
      if (faults.happens("slow")) await world.pause(longestDelayMs);
      if (faults.happens("beatRefused")) throw new DrawnRefusal();
      const beat = await database.beat(node, wish);
      if (faults.happens("beatUnanswered")) throw new DrawnRefusal();
      await life.pass();
      return beat;
    },
    async leave(node) {
      await life.pass();
      await ownership.leave(node);
      await life.pass();
    },
  };
}

function lifeHints({ world, faults, database, life }: LifeStoreOptions): Hints {
  const { hints } = database.cluster;
  return {
    hint(kind, key) {
      if (!life.isDead) hints.hint(kind, key);
    },
    subscribe(hear) {
      const hears = life.hears((kind: HintKind, key: string) => hear(kind, key));
      return hints.subscribe((kind, key) => {
        if (life.isDead || faults.happens("hintLost")) return;
        const times = faults.happens("hintDoubled") ? 2 : 1;
        for (let time = 0; time < times; time++) void world.pause(50).then(() => hears(kind, key));
      });
    },
  };
}
