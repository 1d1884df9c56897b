// The composition root: store, runtime, connectors and API wired together behind one port.
import { randomBytes } from "node:crypto";
import type { TaskResource } from "../asl/resource.ts";
import { validateDefinition } from "../asl/validate/validate.ts";
import type { AccessKey } from "../api/authentication.ts";
import type { RateLimits } from "../api/rate-limit.ts";
import { type Api, createApi } from "../api/aws-json.ts";
import { signedHeadersOf } from "../aws/sigv4.ts";
import type { ArnSpace } from "../aws/arn.ts";
import { type CallerOptions, createCallers } from "../aws/create-caller.ts";
import type { ServiceSettings } from "../aws/targets.ts";
import type { JobService } from "../engine/effect.ts";
import type { Limits } from "../engine/turn.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { KnownActivities } from "../runtime/workers/known-activities.ts";
import type { MockFile } from "../runtime/mocks/mock-file.ts";
import { withMocks } from "../runtime/mocks/mocked-tasks.ts";
import type { Quotas } from "../runtime/starts/quotas.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { startChild } from "../runtime/starts/start-child.ts";
import { type Watch, watchAll } from "../runtime/executions/watch.ts";
import { createStateTester, type StateTesterOptions } from "../runtime/state-test.ts";
import { mapRunnerOn } from "../mapruns/create-map-runner.ts";
import type { MasterKey } from "../store/envelope.ts";
import type { FunctionTarget, FunctionTargets } from "../tasks/functions/config.ts";
import type { ServerFacts } from "../tasks/functions/environment.ts";
import type { FunctionLine } from "../tasks/functions/printed.ts";
import type { FunctionLimits } from "../tasks/functions/process-bound.ts";
import type { ConnectionConfigurations } from "../tasks/http/connection.ts";
import type { Reach } from "../tasks/http/reach.ts";
import { type LoadProblem, loadProblems } from "../tasks/functions/load-check.ts";
import { type Connectors, createConnectors } from "../tasks/registry.ts";
import { isUnknownAction } from "../tasks/services/aws-sdk.ts";
import { childOutcome } from "../tasks/states.ts";
import type { Tracing } from "../telemetry/tracing/start-tracing.ts";
import { keysWanted } from "./configuration/access.ts";
import type { ClusterSettings } from "./configuration/cluster-settings.ts";
import type { ConnectionLimits } from "./connections.ts";
import { type Data, openData, type ServedStore } from "./data.ts";
import { isLoopback } from "./configuration/configuration.ts";
import { type HttpServer, openHttpServer } from "./http-server.ts";
import { addressOf, listen, StartError, urlOf } from "./listen.ts";
import { lambdaPlace } from "./lambda-place.ts";
import { mapRunData } from "./map-run-data.ts";
import { readMockFile } from "./configuration/mock-file.ts";
import { Readiness } from "./readiness.ts";
import { version } from "./version.ts";
import { isOwnAddress, openTelemetryTargets, type TelemetryTargets } from "./telemetry-targets.ts";
import type { TelemetryConfiguration } from "./configuration/telemetry-settings.ts";
import type { TracingConfiguration } from "./configuration/tracing-settings.ts";

export interface ServerOptions extends TelemetryConfiguration {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** A file, `memory` for a store that ends with the process, or the address of a PostgreSQL database. */
  readonly db: string;
  /** Says how the server is a node of those that share its database. */
  readonly cluster?: Partial<ClusterSettings> | undefined;
  readonly arns: ArnSpace;
  readonly functions: FunctionTargets;
  /** Where services are that tasks call, by their names as in `aws-sdk` ARNs. */
  readonly services?: ReadonlyMap<string, ServiceSettings> | undefined;
  /** Where `AWS_ENDPOINT_URL` and the like are read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly limits?: Partial<Limits & Quotas & ConnectionLimits & FunctionLimits> | undefined;
  /** The connections of HTTP tasks. */
  readonly connections?: ConnectionConfigurations | undefined;
  /** How far HTTP tasks reach. */
  readonly httpTasks?: Reach | undefined;
  readonly unknownOutcome?: "perform" | "fail" | undefined;
  /** Without it everybody who reaches the port may do everything, so that only a loopback host is taken. */
  readonly auth?: { readonly keys: readonly AccessKey[] } | undefined;
  /** Names of variables that hold secrets of the server: functions do not get them. */
  readonly secretVariables?: readonly string[] | undefined;
  /** Ids of the keys of the server: none of them is one of AWS. */
  readonly ownKeyIds?: readonly string[] | undefined;
  readonly rateLimits?: RateLimits | undefined;
  /** Local folders that stand for buckets: absolute paths by their names. */
  readonly buckets?: ReadonlyMap<string, string> | undefined;
  readonly tracing?: TracingConfiguration | undefined;
  /** A mock file. */
  readonly mocks?: string | undefined;
  /** Encrypt the file, the first one from now on; none leaves it plain. */
  readonly masterKeys?: readonly MasterKey[] | undefined;
  readonly clock?: Clock | undefined;
  readonly log: (message: string, error?: unknown) => void;
  /** Told of what takes its time before the server listens. */
  readonly notice?: ((message: string) => void) | undefined;
  /** Settles when nobody wants the server any more, which may be before it is there. */
  readonly stopped?: Promise<void> | undefined;
  /** Receives what local functions print. */
  readonly functionLog?: ((line: FunctionLine) => void) | undefined;
  /** Without the console. */
  readonly isHeadless?: boolean | undefined;
  /** Told of what executions do. */
  readonly watch?: Watch | undefined;
}

/** Gives the headers of a request to this server those of its signature; the process that started it needs no key. */
export type SignOwn = (headers: Readonly<Record<string, string>>, body: string) => Readonly<Record<string, string>>;

export interface PawlServer {
  /** Such as `http://127.0.0.1:8083`. */
  readonly url: string;
  readonly runtime: Runtime;
  readonly signOwn: SignOwn;
  /** The address at which functions are called that are not configured, where there is one. */
  readonly lambdaApi: string | undefined;
  /** Settles when everything that the last stop left outstanding is under way again. */
  readonly recovered: Promise<void>;
  /** Settles when the data are another process's, or gone: what is left to do is to close. */
  readonly lost: Promise<void>;
  /** Later calls of function modules run fresh code, those of other targets where these are given. */
  reloadFunctions(targets?: FunctionTargets): void;
  /** @param signal aborts when nobody wants to know any more. */
  functionProblems(signal: AbortSignal): Promise<readonly LoadProblem[]>;
  close(): Promise<void>;
}

/**
 * Starts to listen, then takes up what was left outstanding.
 * @throws StartError when the data or the port cannot be had; nothing is held open then.
 */
export async function startServer(given: ServerOptions): Promise<PawlServer> {
  if (!isLoopback(given.host) && given.auth === undefined) throw new StartError(keysWanted("host", given.host));
  const ownKey: AccessKey = { accessKeyId: ownKeyId(), secretAccessKey: randomBytes(32).toString("base64") };
  const options: ServerOptions = { ...given, auth: given.auth && { keys: [...given.auth.keys, ownKey] } };
  const mocks = options.mocks === undefined ? undefined : readMockFile(options.mocks);
  const lost = Promise.withResolvers<void>();
  let opened: Wired | undefined;
  const data = await openData(
    { ...options, listensAt: () => opened && addressOf(opened.server, options.host) },
    lost.resolve,
  );
  const { store, obstacle } = data;
  const readiness = new Readiness({ store, obstacle, elapsed: () => performance.now(), log: options.log });
  void lost.promise.then(() => readiness.enter("lost"));
  let isStoreClosed = false;
  try {
    opened = await wire({ data, mocks, readiness, isStoreClosed: () => isStoreClosed }, options);
    await listen(opened.server, options);
  } catch (error) {
    await opened?.connectors.close();
    await Promise.all([opened?.telemetryTargets.close(), opened?.tracing?.close()]);
    await data.close();
    throw error;
  }
  const { server, runtime, api, connectors, telemetryTargets, functions, tracing } = opened;
  const { log, clock = systemClock } = options;
  const url = urlOf(server, options.host);
  const recovered = runtime
    .recover()
    .catch((error: unknown) => log("Not everything could be taken up again.", error))
    .then(() => readiness.enter("open"));
  return {
    url,
    runtime,
    signOwn: signOwn(url, ownKey, options),
    lambdaApi: lambdaApi(options)?.endpoint.href,
    lost: lost.promise,
    recovered,
    reloadFunctions(targets) {
      if (targets !== undefined) {
        functions.clear();
        for (const [name, target] of targets) functions.set(name, target);
      }
      connectors.reload();
    },
    functionProblems: (signal) => loadProblems(functions, { signal, server: factsOf(options, () => url) }),
    async close() {
      readiness.enter("stopping");
      api.stop();
      server.close();
      const consoleStopped = opened.console.stop();
      await runtime.close();
      // Answers to the last commit, and to long polls, are on their way out.
      await new Promise((resolve) => setImmediate(resolve));
      server.closeAllConnections();
      // By then the last answers are known to have arrived, or not to.
      await new Promise((resolve) => setImmediate(resolve));
      await connectors.close();
      // Readers and writers of the store must not find it closed.
      const readers = Promise.all([recovered, api.settled(), consoleStopped]);
      await Promise.all([telemetryTargets.close(), tracing?.close(), within(closeWithinMs, readers, clock)]);
      isStoreClosed = true;
      await data.close();
    },
  };
}

/** How long a server that stops waits for what is being performed. */
const closeWithinMs = 3000;

async function within(ms: number, settling: Promise<unknown>, clock: Clock): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const callOff = clock.callAfter(ms, resolve);
  await Promise.race([settling, late]);
  callOff();
}

function signOwn(url: string, key: AccessKey, { auth, arns, clock = systemClock }: ServerOptions): SignOwn {
  if (auth === undefined) return (headers) => headers;
  const { region } = arns;
  return (headers, body) =>
    signedHeadersOf({ url, headers, body, region, service: "states", epochMs: clock.now(), ...key });
}

/** No key of a configuration has a name like it. */
const ownKeyId = (): string => `pawl:${randomBytes(8).toString("hex")}`;

interface Wired extends HttpServer {
  readonly api: Api;
  readonly runtime: Runtime;
  readonly connectors: Connectors;
  readonly telemetryTargets: TelemetryTargets;
  /** The functions that the connectors know; `reloadFunctions` changes them. */
  readonly functions: Map<string, FunctionTarget>;
  readonly tracing: Tracing | undefined;
}

interface Held {
  readonly data: Data;
  readonly mocks: MockFile | undefined;
  readonly readiness: Readiness;
  readonly isStoreClosed: () => boolean;
}

/** Others compare signatures and what expires with the time of the world, whatever time executions have. */
const outside = (): number => Date.now();

function callsOf(options: ServerOptions): CallerOptions {
  const { environment, services = new Map(), arns, ownKeyIds, port } = options;
  const isOwn = (address: string): boolean => isOwnAddress(address, port);
  return { environment, services, region: arns.region, isOwnAddress: isOwn, ownKeyIds, now: outside };
}

async function wire({ data, mocks, readiness, isStoreClosed }: Held, options: ServerOptions): Promise<Wired> {
  const { arns, log, clock = systemClock } = options;
  const { store, peers, tellOfActivities } = data;
  const telemetryTargets = openTelemetryTargets({ ...options, clock });
  const functions = new Map(options.functions);
  const activities = new KnownActivities(arns);
  await activities.load(store.catalogue);
  const calls = callsOf(options);
  const connectors: Connectors = createConnectors({
    functions,
    server: factsOf(options, () => (http.server.listening ? urlOf(http.server, options.host) : undefined)),
    maxFunctionProcesses: options.limits?.maxFunctionProcesses,
    lambdaApi: lambdaApi(options),
    startChild: (request) => startChild({ runtime, store, arns }, request),
    callAction: (action, input, signal) => api.callAction(action, input, signal),
    ...createCallers(calls),
    http: { connections: options.connections, reach: options.httpTasks, environment: options.environment },
    now: () => clock.now(),
    log: options.functionLog,
  });
  const engine: StateTesterOptions = {
    clock,
    limits: options.limits,
    parameterProblem: (resource, parameters) => connectors.connectorFor(resource)?.parameterProblem?.(parameters),
    perform: withMocks(mocks, performWith(connectors)),
    log,
  };
  const tracing = await openTracing(store, options);
  const watches = [options.watch, tracing?.watch, ...telemetryTargets.watches].filter((watch) => watch !== undefined);
  const runtime: Runtime = data.createRuntime({
    version,
    ...engine,
    arns,
    unknownOutcome: options.unknownOutcome,
    isKnownActivity: (arn) => activities.has(arn),
    reloadActivities: () => activities.load(store.catalogue),
    childOutcome,
    createMapRunner: mapRunnerOn(mapRunData({ ...calls, folders: options.buckets ?? new Map() })),
    jobs: jobsOf(connectors),
    watch: watchAll(watches, log),
  });
  const api = createApi({
    runtime,
    catalogue: { ...store.catalogue, ...activities.watch(store.catalogue, tellOfActivities) },
    versions: store.versions,
    arnSpace: arns,
    validateDefinition: (text, type) => validateDefinition(text, { type, isUnknownAction }),
    isUnknownAction,
    testState: createStateTester(engine),
    mocks,
    pageTokenSecret: store.secret,
    now: () => clock.now(),
    auth: options.auth,
    rateLimits: options.rateLimits,
    limits: options.limits,
    admitLogging: (logGroupArn, stateMachineArn) => telemetryTargets.admitLogging(logGroupArn, stateMachineArn),
    reportFailure({ requestId, target, error }) {
      // A request that still runs then is not waited for, and finds nothing any more.
      if (!isStoreClosed()) log(`${target} failed (request ${requestId}).`, error);
    },
  });
  const http = openHttpServer({ api, runtime, store, readiness, clock, peers }, options);
  return { ...http, api, runtime, connectors, telemetryTargets, functions, tracing };
}

function performWith(connectors: Connectors): StateTesterOptions["perform"] {
  return async (task, signal, inspect) => {
    const connector = connectors.connectorFor(task.resource);
    if (connector === undefined) throw new Error(`Nothing performs ${task.resource.arn}.`);
    return connector.perform(task, signal, inspect);
  };
}

/** The facts that functions learn of the server. */
function factsOf({ arns, auth, secretVariables = [] }: ServerOptions, url: ServerFacts["url"]): ServerFacts {
  return { region: arns.region, url, hasKeys: auth !== undefined, secretVariables };
}

function jobsOf({ connectorFor }: Connectors): JobService {
  const gone = (resource: TaskResource) =>
    Promise.resolve({
      kind: "unavailable",
      message: `Nothing knows jobs of ${resource.arn}.`,
      isThrottled: false,
    } as const);
  return {
    look: (job, signal) => connectorFor(job.resource)?.look?.(job, signal) ?? gone(job.resource),
    stop: (job, signal) => connectorFor(job.resource)?.stop?.(job, signal) ?? gone(job.resource),
  };
}

/** Its libraries are loaded by those who use it. */
async function openTracing(store: ServedStore, options: ServerOptions): Promise<Tracing | undefined> {
  const { tracing, arns, clock = systemClock, log } = options;
  if (tracing === undefined) return undefined;
  const { startTracing } = await import("../telemetry/tracing/start-tracing.ts");
  return startTracing({ ...tracing, version, store, arns, clock, log });
}

function lambdaApi(options: ServerOptions): ReturnType<typeof lambdaPlace> {
  return lambdaPlace({ ...options, now: outside });
}
