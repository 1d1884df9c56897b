// The server of the one port: the API, the console and the probes, and how long connections may wait.
import { createServer, type Server } from "node:http";
import type { AccessKey } from "../api/authentication.ts";
import type { Api } from "../api/aws-json.ts";
import { type ConsoleApi, createConsole } from "../api/console/console.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { boundConnections, type ConnectionLimits } from "./connections.ts";
import { builtConsole, consoleFiles } from "./console-files.ts";
import type { ServedStore } from "./data.ts";
import { createHttpHandler, type HttpOptions } from "./http.ts";
import type { Readiness } from "./readiness.ts";
import { version } from "./version.ts";

export interface HttpParts {
  readonly api: Api;
  readonly runtime: Runtime;
  readonly store: ServedStore;
  readonly readiness: Readiness;
  readonly clock: Clock;
  /** Takes calls of other nodes. */
  readonly peers?: HttpOptions["peers"];
}

export interface HttpServerOptions {
  readonly auth?: { readonly keys: readonly AccessKey[] } | undefined;
  /** The API alone. */
  readonly isHeadless?: boolean | undefined;
  readonly limits?: Partial<ConnectionLimits> | undefined;
  readonly log: (message: string, error?: unknown) => void;
}

export interface HttpServer {
  readonly server: Server;
  readonly console: ConsoleApi;
}

export function openHttpServer(parts: HttpParts, options: HttpServerOptions): HttpServer {
  const { api, runtime, store, readiness, clock, peers } = parts;
  const { auth, isHeadless = false, limits, log } = options;
  const consoleApi = createConsole({
    parts: api.parts,
    store,
    clock,
    version,
    auth,
    onError: (error) =>
      log("A stream of the console could not read the journal; it goes on, or its page connects again.", error),
  });
  const server = createServer(
    { keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 60_000 },
    createHttpHandler({
      aws: api.handler,
      ...(isHeadless ? {} : { console: consoleApi.handler, files: consoleFiles({ folder: builtConsole }) }),
      peers,
      knownProblem: () => readiness.known,
      readinessProblem: () => readiness.problem(),
      quarantined: () => runtime.quarantined,
      isStopped: api.isStopped,
    }),
  );
  boundConnections(server, { most: limits?.maxConnections, log });
  return { server, console: consoleApi };
}
