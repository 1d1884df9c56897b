// The settings of where the data are, and of a node among others on a PostgreSQL database: `db` and `cluster`.
import { address, number, path } from "./kinds.ts";
import { group, type Kind, oneOf, resolveFields, type Resolved } from "./walk.ts";

const advice =
  "Give the name of a file, memory, or the address of a PostgreSQL database, such as postgres://pawl@db.example.com/pawl.";
const file = path(advice);

/** A file, `memory`, or the address of a PostgreSQL database, whose password no message repeats. */
export const database: Kind<string> = {
  is: "path or address",
  read: (value, place) =>
    typeof value === "string" && (value === "memory" || isPostgresUrl(value)) ? value : file.read(value, place),
};

/** Whether it is the address of a database of PostgreSQL: with a name, and a host that may be left to the environment. */
export function isPostgresUrl(db: string): boolean {
  const url = URL.parse(db);
  return url !== null && /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1;
}

/** The database in words for logs and terminals: an address without its password and options. */
export function shownDatabase(db: string): string {
  if (!isPostgresUrl(db)) return db;
  const { protocol, username, host, pathname } = new URL(db);
  return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname}`;
}

const between = (least: number, most: number, what = "whole number"): Kind<number> =>
  number(
    `Give a ${what} from ${least} to ${most}.`,
    (value) => Number.isSafeInteger(value) && value >= least && value <= most,
  );

export const cluster = group(
  {
    url: {
      kind: address(
        "address",
        "Give the one at which the other nodes reach this server, such as http://10.0.0.7:8083, without a name and password.",
      ),
      variables: ["PAWL_CLUSTER_URL"],
      otherwise: "[where the server listens](cluster.md#how-nodes-reach-each-other)",
      says: "address at which the other nodes reach this one",
    },
    partitions: {
      kind: between(1, 1_024),
      default: 64,
      says: "[partitions](cluster.md#sizing) of a database that Pawl makes; a database keeps what it was made with",
    },
    lanes: {
      kind: between(1, 8),
      default: 2,
      says: "connections that a node writes on, each with a transaction at a time; the first does it until much waits",
    },
    connections: { kind: between(1, 64), default: 4, says: "connections that a node reads on" },
    pooler: {
      kind: oneOf(
        ["none", "transaction"],
        'Give "transaction" where a pooler lends connections for one transaction each, else "none".',
      ),
      default: "none",
      says: "the [pooler](cluster.md#poolers) between the nodes and PostgreSQL",
    },
    commits: {
      kind: oneOf(
        ["durable", "asynchronous"],
        'Give "durable", or "asynchronous" to work with synchronous_commit off, where a crash of PostgreSQL loses what was acknowledged.',
      ),
      default: "durable",
      says: "whether a database with `synchronous_commit` off is refused ([what it may lose](cluster.md#failover))",
    },
    leaseMs: {
      kind: between(1_000, 600_000, "number of milliseconds"),
      default: 4_000,
      says: "milliseconds without a sign of life after which others [take over](cluster.md#a-node-dies) what a node has; the same for all nodes",
    },
    drainMs: {
      kind: between(0, 600_000, "number of milliseconds"),
      default: 5_000,
      says: "milliseconds that a node which is asked to end waits for calls that are under way",
    },
  },
  '{ "url": "http://10.0.0.7:8083" }',
);

export type ClusterSettings = Resolved<typeof cluster.fields>;

/** The settings of a server that is told none. */
export const usualCluster: ClusterSettings = resolveFields(
  cluster.fields,
  {},
  { flags: {}, environment: {}, directory: "", report: () => undefined },
);
