// `http:invoke`: a task that calls an HTTPS API. Facts: the Step Functions Developer Guide, "Call HTTPS APIs", and what AWS was
// recorded to send and to answer.
import type { PerformTask, TaskOutcome } from "../../engine/effect.ts";
import type { CallAws } from "../../aws/call.ts";
import type { Connector } from "../connector.ts";
import type { HttpExchange, Inspect } from "../ports.ts";
import { failed } from "../service-error.ts";
import { outcomeOf, shownStatus, tooLarge } from "./answer.ts";
import {
  createHttpClient,
  type Header,
  type HttpAnswer,
  type HttpClient,
  type HttpOutcome,
  type HttpRequest,
} from "./client.ts";
import {
  type Additions,
  type Composed,
  type ComposedRequest,
  composeRequest,
  noAdditions,
  withoutAdded,
} from "./compose.ts";
import type { Connection, ConnectionConfigurations } from "./connection.ts";
import { Connections } from "./connections.ts";
import { type InvokeParameters, parseInvokeParameters } from "./invoke-parameters.ts";
import { matchesHost, type Reach, reachOf, refusedAddressReason, shownHost } from "./reach.ts";

export interface HttpTasksOptions {
  readonly connections?: ConnectionConfigurations | undefined;
  /** The hosts that tasks may call. */
  readonly reach?: Reach | undefined;
  /** Where secrets of connections are. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Calls EventBridge and Secrets Manager for connections that are not configured. */
  readonly callAws?: CallAws | undefined;
  readonly client?: HttpClient | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** AWS's limit by default. */
  readonly timeoutMs?: number | undefined;
}

export interface HttpTasks extends Connector {
  close(): void;
}

type Failed = Extract<TaskOutcome, { readonly kind: "failed" }>;

const awsTimeoutMs = 60_000;
const maxAnswerBytes = 262_144;

export function httpInvokeConnector(options: HttpTasksOptions): HttpTasks {
  const { reach = {}, timeoutMs = awsTimeoutMs, client = createHttpClient(), now, callAws } = options;
  const { connections = new Map(), environment = {} } = options;
  const { plainHosts } = reach;
  const known = new Connections({ connections, environment, callAws, plainHosts, send: client.send, now, timeoutMs });
  return {
    parameterProblem(parameters) {
      const parsed = parseInvokeParameters(parameters);
      return "problem" in parsed ? parsed.problem : undefined;
    },
    async perform(task, signal, inspect) {
      const parsed = parseInvokeParameters(task.parameters);
      if ("problem" in parsed) return failed("States.Runtime", parsed.problem);
      const { parameters } = parsed;
      const call = new Invocation({ task, parameters, reach, client, connections: known, timeoutMs, inspect });
      return call.perform(signal);
    },
    close() {
      known.close();
      client.close();
    },
  };
}

interface InvocationOptions {
  readonly task: PerformTask;
  readonly parameters: InvokeParameters;
  readonly reach: Reach;
  readonly client: HttpClient;
  readonly connections: Connections;
  readonly timeoutMs: number;
  readonly inspect: Inspect | undefined;
}

/** One performance of a task. */
class Invocation {
  readonly #options: InvocationOptions;
  readonly #over = new AbortController();

  constructor(options: InvocationOptions) {
    this.#options = options;
  }

  /** Settles in time, whatever the connection or the API does. */
  perform(signal: AbortSignal): Promise<TaskOutcome> {
    const { timeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      const settle = (tell: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", giveUp);
        this.#over.abort();
        tell();
      };
      const giveUp = (): void => settle(() => resolve(givenUp));
      const timer = setTimeout(() => settle(() => resolve(timedOut(timeoutMs))), timeoutMs);
      signal.addEventListener("abort", giveUp, { once: true });
      if (signal.aborted) return giveUp();
      this.#call().then(
        (outcome) => settle(() => resolve(outcome)),
        (error: unknown) => settle(() => reject(error)),
      );
    });
  }

  async #call(): Promise<TaskOutcome> {
    const { parameters, reach, connections } = this.#options;
    const { url, connectionArn } = parameters;
    const reached = reachOf(url, reach);
    if (reached.kind === "refused") return notReached(reached.reason);
    const found = await connections.resolve(connectionArn, this.#over.signal);
    if (found.kind === "failed") return found;
    const { connection } = found;
    if (!isFor(connection, url)) return notReached(notItsHost(connectionArn, url));
    const { admits } = reached;
    const first = await this.#attempt(connection, admits);
    const last = first.isTokenStale ? await this.#attempt(connection, admits) : first;
    return last.outcome;
  }

  async #attempt(connection: Connection<string>, admits: HttpRequest["admits"]): Promise<Attempt> {
    const { parameters, connections, client, task, timeoutMs } = this.#options;
    const authorized = await connections.authorize(connection, parameters.connectionArn);
    if (authorized.kind === "failed") return final(authorized);
    const { additions, renew } = authorized;
    const composed = composeRequest(parameters, additions, regionOf(task));
    if (composed.kind === "notMerged") {
      const cause = "Cannot merge connection body authorization parameters with request body.";
      return final(failed("States.Runtime", cause));
    }
    if (composed.kind !== "composed") return final(tooLarge());
    const { request } = composed;
    this.#show(request, additions, undefined);
    const sent = { ...request, method: parameters.method, headers: withContentType(request) };
    const bounds = { timeoutMs, maxBytes: maxAnswerBytes, signal: this.#over.signal };
    const outcome = await client.send({ ...sent, admits, ...bounds });
    if (outcome.kind !== "answered") return final(this.#notAnswered(outcome));
    this.#show(request, additions, outcome);
    return { outcome: outcomeOf(outcome), isTokenStale: outcome.status === 401 && renew() };
  }

  #notAnswered(outcome: Exclude<HttpOutcome, HttpAnswer>): TaskOutcome {
    const { parameters, timeoutMs } = this.#options;
    const host = shownHost(parameters.url);
    switch (outcome.kind) {
      case "refused":
        return notReached(refusedAddressReason(host));
      case "timedOut":
        return timedOut(timeoutMs);
      case "aborted":
        return givenUp;
      case "unreachable":
        return failed("States.Http.Socket", `Calling ${host} failed: ${outcome.message}.`);
    }
  }

  #show(request: ComposedRequest, additions: Additions, answer: HttpAnswer | undefined): void {
    const { inspect, parameters, task } = this.#options;
    if (inspect === undefined) return;
    const whole: Composed = { kind: "composed", request };
    const bare = composeRequest(withoutAdded(parameters, additions), noAdditions, regionOf(task));
    const shown = inspect.revealSecrets ? whole : bare;
    if (shown.kind !== "composed") return;
    inspect.show({
      request: shownRequest(parameters.method, shown.request),
      response: answer && shownResponse(parameters.url, answer),
    });
  }
}

const givenUp: Failed = failed(
  "States.Http.Socket",
  "The call was given up because nobody waits for its outcome any more.",
);

interface Attempt {
  readonly outcome: TaskOutcome;
  /** The API did not take a token that was kept: it may take a new one. */
  readonly isTokenStale: boolean;
}

function final(outcome: TaskOutcome): Attempt {
  return { outcome, isTokenStale: false };
}

function isFor({ hosts }: Connection<string>, url: URL): boolean {
  return hosts === undefined || hosts.some((pattern) => matchesHost(pattern, url));
}

function notItsHost(connectionArn: string, url: URL): string {
  return `The connection ${connectionArn} is not for the host ${shownHost(url)}: it is not among its "hosts" in pawl.config.json.`;
}

function notReached(reason: string): Failed {
  return failed("States.Http.AccessDenied", reason);
}

function timedOut(timeoutMs: number): Failed {
  return failed("States.Http.Socket", `The HTTP request timed out after ${timeoutMs / 1000} seconds.`);
}

function regionOf({ stateMachineArn }: PerformTask): string {
  return stateMachineArn.split(":")[3] ?? "";
}

/** It belongs to the message rather than to the request, so that TestState does not show it. */
function withContentType({ headers, body }: ComposedRequest): readonly Header[] {
  const isGiven = headers.some(([name]) => name.toLowerCase() === "content-type");
  return body === undefined || isGiven ? headers : [...headers, ["Content-Type", "application/json; charset=UTF-8"]];
}

function shownRequest(method: string, { url, headers, body }: ComposedRequest): HttpExchange["request"] {
  return { protocol: protocolOf(url), method, url: url.href, headers: shownHeaders(headers), body };
}

function shownResponse(url: URL, answer: HttpAnswer): HttpExchange["response"] {
  return {
    protocol: protocolOf(url),
    statusCode: String(answer.status),
    statusMessage: shownStatus(answer),
    headers: shownHeaders(answer.headers),
    body: answer.body.toString("utf8"),
  };
}

function protocolOf({ protocol }: URL): string {
  return protocol.slice(0, -1);
}

function shownHeaders(headers: readonly Header[]): string {
  return `[${headers.map(([name, value]) => `${name}: ${value}`).join(", ")}]`;
}
