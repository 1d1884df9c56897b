// The data of a node among others: a PostgreSQL database, which is waited for where it is away, the calls of the other nodes, and
// the runtime that owns a part of what they share.
import { randomUUID } from "node:crypto";
import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import { createServer } from "node:http";
import { type ClusterRuntime, createClusterRuntime } from "../cluster/cluster-runtime.ts";
import { createPeerClient } from "../cluster/peer-client.ts";
import { createPeerServer } from "../cluster/peer-server.ts";
import type { ClusterNode, ClusterStore } from "../store/cluster-store.ts";
import { NotOwnerError, StoreAwayError } from "../store/errors.ts";
import { openPostgresStore } from "../store/postgres/postgres-store.ts";
import { type ClusterSettings, usualCluster } from "./configuration/cluster-settings.ts";
import type { Data, DataOptions } from "./data.ts";
import { createHttpHandler } from "./http.ts";
import { type Address, isEveryAddress, listen, StartError, urlAt } from "./listen.ts";
import { version } from "./version.ts";

/** The call by which a node has another know that activities have come or gone. */
const activitiesMethod = "reloadActivities";
/** A database that is away is looked for again. */
const retryMs = 1_000;

/** @throws StartError */
export async function openClusterData(options: DataOptions): Promise<Data> {
  const { log } = options;
  const cluster = settingsOf(options);
  const store = await openOnceThere(options);
  const { secret } = store.shared;
  const node: ClusterNode = {
    id: randomUUID(),
    version,
    // The port may be known only once the server listens; the first beat comes after that.
    get url() {
      return cluster.url ?? reachable(options.listensAt());
    },
  };
  const client = createPeerClient({ secret, now: Date.now });
  let runtime: ClusterRuntime | undefined;
  let reloadActivities = (): Promise<void> => Promise.resolve();
  const perform = async (method: string, args: readonly unknown[]): Promise<unknown> => {
    if (method === activitiesMethod) return reloadActivities();
    if (runtime === undefined) throw new NotOwnerError("This node is starting.");
    return runtime.performForPeer(method, args);
  };
  return {
    store: store.shared,
    createRuntime({ reloadActivities: reload, ...rest }) {
      reloadActivities = reload;
      const { drainMs } = cluster;
      runtime = createClusterRuntime({ ...rest, store, node, peers: client, drainMs, onCatalogueChange: reload });
      return runtime;
    },
    async tellOfActivities() {
      const others = (runtime?.nodes ?? []).filter(({ id }) => id !== node.id);
      // One that cannot be reached hears of it at its next beat.
      await Promise.allSettled(others.map((other) => client.call(other, activitiesMethod, [])));
    },
    peers: createPeerServer({
      secret,
      nodeId: () => node.id,
      perform,
      now: Date.now,
      elapsed: () => performance.now(),
      log,
    }),
    obstacle: () => runtime?.obstacle,
    async close() {
      client.close();
      await store.close();
    },
  };
}

function settingsOf({ cluster }: DataOptions): ClusterSettings {
  return { ...usualCluster, ...cluster };
}

/** The other nodes may be on other machines: where a server listens at every address, one of them is told that they can reach. */
function reachable(address: Address | undefined): string | undefined {
  if (address === undefined) return undefined;
  const { host, port } = address;
  return urlAt(isEveryAddress(host) ? (outerAddress() ?? host) : host, port);
}

function outerAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ address, internal }) => !internal && isIPv4(address))?.address;
}

/** A server that waits for its database answers for itself meanwhile: whoever watches it would start it again and again. */
async function openOnceThere(options: DataOptions): Promise<ClusterStore> {
  const first = await tryToOpen(options);
  if (!(first instanceof StoreAwayError)) return first;
  const { log, notice = log, stopped } = options;
  log(`${first.message}. It is tried again every second.`);
  const waiting = await answerMeanwhile(options);
  let isStopped = false;
  void stopped?.then(() => (isStopped = true));
  try {
    for (;;) {
      await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, retryMs))]);
      if (isStopped) throw new StartError(`${first.message}. The server was asked to end before it was there.`);
      const opened = await tryToOpen(options);
      if (opened instanceof StoreAwayError) continue;
      notice("The database is there.");
      return opened;
    }
  } finally {
    await waiting.close();
  }
}

async function tryToOpen(options: DataOptions): Promise<ClusterStore | StoreAwayError> {
  const { db, masterKeys, log } = options;
  const { partitions, lanes, connections, leaseMs, pooler, commits } = settingsOf(options);
  try {
    return await openPostgresStore(db, {
      partitions,
      lanes,
      readers: connections,
      leaseMs,
      // Before the node is fenced.
      patienceMs: leaseMs / 2,
      isPooled: pooler === "transaction",
      allowsAsynchronousCommit: commits === "asynchronous",
      masterKeys,
      onProblem: (problem) => log(problem.message, problem),
    });
  } catch (cause) {
    if (cause instanceof StoreAwayError) return cause;
    throw new StartError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

const awayText = "The server's database is away; it is looked for again and again.";
const awayBody = JSON.stringify({ __type: "ServiceUnavailable", message: `${awayText} Send the request again later.` });

/** @returns what ends it. */
async function answerMeanwhile(options: DataOptions): Promise<{ close(): Promise<void> }> {
  const server = createServer(
    createHttpHandler({
      aws(request, response) {
        request.resume();
        response.writeHead(503, { "Content-Type": "application/x-amz-json-1.0" });
        response.end(awayBody);
      },
      knownProblem: () => awayText,
      readinessProblem: () => Promise.resolve(awayText),
      quarantined: () => 0,
      isStopped: () => true,
    }),
  );
  await listen(server, options);
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
