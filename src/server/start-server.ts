// The composition root: store, runtime, connectors and API wired together behind one port.
import { createServer, type Server } from "node:http";
import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { validateDefinition } from "../asl/validate/validate.ts";
import { createApiHandler } from "../api/server.ts";
import type { ArnSpace } from "../engine/arn.ts";
import type { Limits } from "../engine/turn.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { createRuntime } from "../runtime/create-runtime.ts";
import { KnownActivities } from "../runtime/known-activities.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { startChild } from "../runtime/start-child.ts";
import { openMemoryStore } from "../store/memory/memory-store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Catalogue, Store } from "../store/store.ts";
import type { FunctionTargets } from "../tasks/functions/config.ts";
import { lambdaApiOf } from "../tasks/lambda-api.ts";
import { type Connectors, createConnectors } from "../tasks/registry.ts";
import { childOutcome } from "../tasks/states.ts";

export interface ServerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** A file, or `memory` for a store that ends with the process. */
  readonly db: string;
  readonly arns: ArnSpace;
  readonly functions: FunctionTargets;
  /** Where `AWS_ENDPOINT_URL` and the like are read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly limits?: Partial<Limits> | undefined;
  readonly unknownOutcome?: "perform" | "fail" | undefined;
  readonly clock?: Clock | undefined;
  readonly log: (message: string, error?: unknown) => void;
  /** Receives what local functions print. */
  readonly functionLog?: ((text: string) => void) | undefined;
}

export interface PawlServer {
  /** Such as `http://127.0.0.1:8083`. */
  readonly url: string;
  readonly runtime: Runtime;
  /** Settles when everything that the last stop left outstanding is under way again. */
  readonly recovered: Promise<void>;
  /** Later calls of function modules run fresh code. */
  reloadFunctions(): void;
  close(): Promise<void>;
}

/** Starts to listen, then takes up what was left outstanding. */
export async function startServer(options: ServerOptions): Promise<PawlServer> {
  const { arns, log, clock = systemClock } = options;
  const store = await openStore(options.db, log);
  const activities = new KnownActivities(arns);
  await activities.load(store);
  const connectors: Connectors = createConnectors({
    functions: options.functions,
    lambdaApi: lambdaApiOf(options.environment),
    startChild: (request) => startChild(runtime, store, request),
    now: () => clock.now(),
    log: options.functionLog,
  });
  const runtime: Runtime = createRuntime({
    store,
    clock,
    arns,
    limits: options.limits,
    unknownOutcome: options.unknownOutcome,
    isKnownActivity: (arn) => activities.has(arn),
    childOutcome,
    perform: async (task, signal) => {
      const connector = connectors.connectorFor(task.resource);
      if (connector === undefined) throw new Error(`Nothing performs ${task.resource.arn}.`);
      return connector.perform(task, signal);
    },
    log,
  });
  const server = createServer(
    { keepAliveTimeout: 65_000 },
    createApiHandler({
      runtime,
      catalogue: catalogueOf(store, activities),
      arnSpace: arns,
      validateDefinition: (text, type) => validateDefinition(text, { type }),
      pageTokenSecret: store.secret,
      now: () => clock.now(),
      reportFailure: ({ requestId, target, error }) => log(`${target} failed (request ${requestId}).`, error),
    }),
  );
  await listen(server, options);
  return {
    url: urlOf(server, options.host),
    runtime,
    recovered: runtime.recover().catch((error: unknown) => log("Not everything could be taken up again.", error)),
    reloadFunctions: () => connectors.reload(),
    async close() {
      server.close();
      server.closeAllConnections();
      await runtime.close();
      await connectors.close();
      await store.close();
    },
  };
}

function openStore(db: string, log: ServerOptions["log"]): Promise<Store> | Store {
  if (db === "memory") return openMemoryStore();
  mkdirSync(dirname(db), { recursive: true });
  return openSqliteStore(db, { onProblem: (problem) => log(problem.message, problem) });
}

function catalogueOf(store: Store, activities: KnownActivities): Catalogue {
  return {
    createStateMachine: (machine, revision) => store.createStateMachine(machine, revision),
    findStateMachine: (name) => store.findStateMachine(name),
    readStateMachine: (id) => store.readStateMachine(id),
    addRevision: (revision) => store.addRevision(revision),
    readRevision: (id) => store.readRevision(id),
    updateStateMachine: (id, change) => store.updateStateMachine(id, change),
    listStateMachines: (page) => store.listStateMachines(page),
    findActivity: (name) => store.findActivity(name),
    updateActivityTags: (name, tags) => store.updateActivityTags(name, tags),
    listActivities: (page) => store.listActivities(page),
    ...activities.watch(store),
  };
}

function listen(server: Server, { host, port }: Pick<ServerOptions, "host" | "port">): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
