// The API on a real port of the loopback interface before a fake backend, with a clock that a test moves.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import type { ValidateDefinition } from "../api/context.ts";
import type { GuardOptions } from "../api/guard.ts";
import { createApi } from "../api/aws-json.ts";
import type { ApiFailure, HeldLimits } from "../api/exchange.ts";
import type { Diagnostic } from "../asl/validate/diagnostic.ts";
import { systemClock } from "../runtime/clock.ts";
import type { Quotas } from "../runtime/starts/quotas.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { createStateTester } from "../runtime/state-test.ts";
import { createHttpHandler } from "../server/http.ts";
import { createFakeBackend, type FakeBackend } from "./fake-backend.ts";

export interface FakeServer extends FakeBackend {
  readonly url: string;
  readonly port: number;
  /** Failures that were reported instead of shown. */
  readonly failures: ApiFailure[];
  /** The findings of the validator from now on. */
  diagnostics: readonly Diagnostic[];
  /** Epoch milliseconds. */
  now: number;
  /** The chance that chooses the version that an alias starts. */
  random: number;
  /** Closes the door, as a server that stops does first. */
  stop(): void;
  /** Connections that are open. */
  countConnections(): Promise<number>;
  /** Sends one request of AWS JSON 1.0; the body may be anything. */
  send(action: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<FakeAnswer>;
}

export interface FakeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export const fakeArnSpace = { partition: "aws", region: "us-east-1", account: "000000000000" };

export interface FakeServerOptions extends GuardOptions {
  readonly activityPollMs?: number;
  readonly knownProblem?: (() => string | undefined) | undefined;
  readonly readinessProblem?: () => Promise<string | undefined>;
  readonly limits?: Partial<Quotas & HeldLimits>;
  /** Gives the findings of the validator; those that the test sets by default. */
  readonly validateDefinition?: ValidateDefinition;
  /** Gives the runtime other answers than the fake's. */
  readonly change?: (runtime: Runtime) => Runtime;
}

/** The server closes when the test ends. */
export async function startFakeServer(t: TestContext, options: FakeServerOptions = {}): Promise<FakeServer> {
  const { activityPollMs = 5, change = (runtime) => runtime } = options;
  const failures: ApiFailure[] = [];
  let ids = 0;
  const { validateDefinition = givenFindings } = options;
  function* givenFindings(): ReturnType<ValidateDefinition> {
    yield;
    return fake.diagnostics;
  }
  const backend = createFakeBackend({ arnSpace: fakeArnSpace, now: () => fake.now });
  const { handler, stop, isStopped } = createApi({
    runtime: change(backend.runtime),
    catalogue: backend.catalogue,
    versions: backend.versions,
    arnSpace: fakeArnSpace,
    validateDefinition,
    testState: createStateTester({
      clock: systemClock,
      perform: async ({ parameters }) => ({ kind: "succeeded", output: parameters }),
      parameterProblem: () => undefined,
      log: () => undefined,
    }),
    pageTokenSecret: "of this test",
    reportFailure: (failure) => failures.push(failure),
    now: () => fake.now,
    newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`,
    random: () => fake.random,
    activityPollMs,
    auth: options.auth,
    rateLimits: options.rateLimits,
    limits: options.limits,
  });
  const { knownProblem = () => undefined, readinessProblem = () => Promise.resolve(undefined) } = options;
  const probes = { knownProblem, readinessProblem, quarantined: () => 0 };
  const server = createServer(createHttpHandler({ aws: handler, ...probes, isStopped }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const fake: FakeServer = {
    ...backend,
    url,
    port,
    failures,
    diagnostics: [],
    now: 1_700_000_000_123,
    random: 0,
    stop,
    countConnections: promisify(server.getConnections.bind(server)),
    async send(action, body, headers = {}) {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": `AWSStepFunctions.${action}`,
          ...headers,
        },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      const answer = (await response.json()) as Readonly<Record<string, unknown>>;
      return { status: response.status, headers: response.headers, body: answer };
    },
  };
  return fake;
}
