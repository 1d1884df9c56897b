// The console's own part of the API, below `/console/`: a table of routes. A request comes from a page of this server, and
// under the key of a session where there are keys.
import type { IncomingMessage, ServerResponse } from "node:http";
import { isJsonObject, type Json, memberOf } from "../../asl/json.ts";
import type { Clock } from "../../runtime/clock.ts";
import { WaitingTasks } from "../../runtime/workers/waiting-tasks.ts";
import type { SharedStore } from "../../store/cluster-store.ts";
import { type ApiParts, performAction } from "../aws-json.ts";
import type { AccessKey } from "../authentication.ts";
import type { Answer } from "../context.ts";
import { loginRequired, nothingInConsole } from "../errors.ts";
import { type Exchange, parseBody } from "../exchange.ts";
import { performers } from "../operations/registry.ts";
import { requireOwnPage } from "../origin.ts";
import type { ConsoleCall, ConsoleContext } from "./context.ts";
import type { Session } from "./contract.ts";
import { describeExecution, listExecutions } from "./executions.ts";
import { readEventData, readJournal } from "./journal.ts";
import { unusable } from "./query.ts";
import { type OpenSession, sessionCookie, Sessions } from "./session.ts";
import { Streams } from "./streams.ts";
import { listMachines, readSummary } from "./summary.ts";
import { Viewer } from "./viewer.ts";
import { actionForAnswer, listWaiting } from "./waiting.ts";

export interface ConsoleOptions {
  readonly parts: ApiParts;
  readonly store: Pick<SharedStore, "journal" | "mapRuns" | "offers" | "quarantines" | "catalogue" | "secret">;
  readonly clock: Clock;
  /** The version of Pawl. */
  readonly version: string;
  readonly auth?: { readonly keys: readonly AccessKey[] } | undefined;
  readonly origins?: readonly string[];
  readonly onError: (error: unknown) => void;
  /** Streams that may be open, and bytes that may wait for the client of one. */
  readonly streams?: { readonly most?: number; readonly mostQueued?: number } | undefined;
}

export interface ConsoleApi {
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** Ends the streams; settles when nothing of the store is read for them any more. */
  readonly stop: () => Promise<void>;
}

export function createConsole(options: ConsoleOptions): ConsoleApi {
  const { parts, store, clock, version, auth, origins = [] } = options;
  const { context: api, exchanges } = parts;
  const context: ConsoleContext = {
    api,
    store,
    clock,
    version,
    waitingTasks: new WaitingTasks({ store, arns: api.arnSpace }),
  };
  const sessions =
    auth && new Sessions({ keys: auth.keys, arnSpace: api.arnSpace, secret: store.secret, now: api.now });
  const streams = new Streams({ context, onError: options.onError, ...options.streams });
  const desk: Desk = { parts, context, sessions, streams };
  const table = routesOf(desk);
  return {
    handler(request, response) {
      const { method = "", url = "" } = request;
      const open = sessions?.of(request);
      const exchange = exchanges.open(request, response, {
        target: `${method} ${url.split("?", 1)[0] ?? ""}`.slice(0, 2_000),
        accessKeyId: open?.accessKeyId ?? "",
        headers: jsonHeaders,
      });
      // A client that has sent all of its request waits for the answer: it is not among the connections that give way.
      if (method !== "POST") request.resume();
      try {
        requireOwnPage(request, { origins, hasKeys: sessions !== undefined });
        const { route, path, query } = findRoute(table, request);
        if (sessions !== undefined && open === undefined && route.isForStrangers !== true) throw loginRequired();
        const viewer = new Viewer(open?.caller);
        route.take({ exchange, call: { viewer, session: sessionOf(sessions, open), path, query, body: null } });
      } catch (error) {
        exchanges.refuse(exchange, error);
      }
    },
    stop: () => streams.stop(),
  };
}

const jsonHeaders = Object.entries({
  "Content-Type": "application/json",
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
}).flat();

interface Desk {
  readonly parts: ApiParts;
  readonly context: ConsoleContext;
  readonly sessions: Sessions | undefined;
  readonly streams: Streams;
}

interface Visit {
  readonly exchange: Exchange;
  readonly call: ConsoleCall;
}

interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** The segments of the path; `*` stands for any. */
  readonly path: readonly string[];
  readonly isForStrangers?: true;
  /** Answers, at once or later. @throws ApiError */
  readonly take: (visit: Visit) => void;
}

function routesOf(desk: Desk): readonly Route[] {
  const { context } = desk;
  const get = (path: string, read: (call: ConsoleCall, context: ConsoleContext) => Promise<Answer>): Route => ({
    method: "GET",
    path: path.split("/"),
    take: ({ exchange, call }) => answer(desk, exchange, async () => read(call, context)),
  });
  const stream = (path: string): Route => ({
    method: "GET",
    path: path.split("/"),
    take: ({ exchange, call }) => openStream(desk, exchange, call),
  });
  return [
    { ...get("session", async ({ session }) => session), isForStrangers: true },
    { method: "POST", path: ["session"], isForStrangers: true, take: (visit) => login(desk, visit) },
    { method: "DELETE", path: ["session"], isForStrangers: true, take: (visit) => logout(desk, visit) },
    get("summary", readSummary),
    get("machines", listMachines),
    get("executions", listExecutions),
    get("executions/*", describeExecution),
    get("executions/*/journal", readJournal),
    get("executions/*/events/*/data", readEventData),
    stream("executions/*/stream"),
    stream("stream"),
    get("waiting", listWaiting),
    { method: "POST", path: ["waiting", "*", "*"], take: (visit) => answerTask(desk, visit) },
    { method: "POST", path: ["actions", "*"], take: (visit) => act(desk, visit) },
  ];
}

interface FoundRoute {
  readonly route: Route;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

/** @throws ConsoleResourceNotFound, and ValidationException for a body of another type than JSON. */
function findRoute(table: readonly Route[], { method = "", url = "", headers }: IncomingMessage): FoundRoute {
  const [path = "", query = ""] = splitOnce(url, "?");
  const segments = path.split("/").slice(2).map(decoded);
  const asked = method === "HEAD" ? "GET" : method;
  const route = table.find((each) => each.method === asked && matches(each.path, segments));
  if (route === undefined) throw nothingInConsole("The console's API has nothing of that path and method.");
  // A form of another page cannot send this type.
  const type = headers["content-type"] ?? "";
  if (asked === "POST" && !/^application\/json\s*(;|$)/i.test(type))
    throw unusable("content-type", "it is not application/json");
  const open = segments.filter((_, i) => route.path[i] === "*");
  return { route, path: open as readonly string[], query: new URLSearchParams(query) };
}

function matches(path: readonly string[], segments: readonly (string | undefined)[]): boolean {
  return (
    path.length === segments.length && path.every((part, i) => (part === "*" ? segments[i] : part === segments[i]))
  );
}

function splitOnce(text: string, separator: string): readonly [before: string, behind: string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** `undefined` for what no encoder has made. */
function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function answer({ parts: { exchanges } }: Desk, exchange: Exchange, perform: () => Promise<Answer>): void {
  const performing = async (): Promise<Answer> => {
    exchanges.requireOpen();
    return perform();
  };
  exchanges.answer(exchange, performing());
}

function readJson({ parts: { exchanges } }: Desk, exchange: Exchange, take: (body: Json) => void): void {
  exchanges.readBody(exchange, (bytes) => {
    try {
      take(parseBody(bytes));
    } catch (error) {
      exchanges.refuse(exchange, error);
    }
  });
}

function openStream({ parts: { exchanges }, streams }: Desk, exchange: Exchange, call: ConsoleCall): void {
  const opening = async (): Promise<void> => {
    try {
      exchanges.requireOpen();
      await streams.open(call, exchange);
    } catch (error) {
      exchanges.refuse(exchange, error);
    }
  };
  void opening();
}

function sessionOf(sessions: Sessions | undefined, open: OpenSession | undefined): Session {
  if (open === undefined) return { isAuthOn: sessions !== undefined };
  const { accessKeyId, userArn, expiresAt, actions } = open;
  return { isAuthOn: true, login: { accessKeyId, userArn, expiresAt, actions } };
}

function login(desk: Desk, { exchange }: Visit): void {
  const { sessions } = desk;
  const { request, response } = exchange;
  readJson(desk, exchange, (body) => {
    answer(desk, exchange, async () => {
      if (sessions === undefined) throw unusable("accessKeyId", "this server has no keys, and needs no login");
      const given = {
        accessKeyId: textOf(body, "accessKeyId"),
        secretAccessKey: textOf(body, "secretAccessKey"),
      };
      const [open, token] = sessions.begin(given, request.socket.remoteAddress ?? "");
      response.setHeader("Set-Cookie", sessionCookie(token, request));
      return sessionOf(sessions, open);
    });
  });
}

function logout(desk: Desk, { exchange }: Visit): void {
  const { request, response } = exchange;
  request.resume();
  response.setHeader("Set-Cookie", sessionCookie(undefined, request));
  answer(desk, exchange, async () => sessionOf(desk.sessions, undefined));
}

/** @throws ValidationException */
function textOf(body: Json, name: string): string {
  const value = isJsonObject(body) ? memberOf(body, name) : undefined;
  if (typeof value !== "string" || value.length > 1_024)
    throw unusable(name, "it is no text of at most 1024 characters");
  return value;
}

function act({ parts }: Desk, { exchange, call }: Visit): void {
  const target = `AWSStepFunctions.${call.path[0] ?? ""}`;
  performAction({ ...exchange, target }, parts, parts.guard?.caller(call.viewer.caller));
}

/** The answer to a task is the AWS action, under the same permissions and limits as if it had been sent. */
function answerTask(desk: Desk, { exchange, call }: Visit): void {
  const { parts, context } = desk;
  readJson(desk, exchange, (body) => {
    answer(desk, exchange, async () => {
      const { action, input } = await actionForAnswer({ ...call, body }, context);
      const target = `AWSStepFunctions.${action}`;
      parts.guard?.caller(call.viewer.caller)(target, nothing)(input);
      const perform = performers.get(target);
      if (perform === undefined) throw new Error(`${target} is no action`);
      return perform(input, parts.context, exchange.call);
    });
  });
}

const nothing = Buffer.alloc(0);
