// The routes of the one port: the AWS API, the probes of monitors, the console's own API, and the console's files.
import type { IncomingMessage, ServerResponse } from "node:http";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface HttpOptions {
  /** Takes `POST /`. */
  readonly aws: Handler;
  /** Takes calls of other nodes; answers false where a request is none. */
  readonly peers?: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Takes everything below `/console/`. */
  readonly console?: Handler | undefined;
  /** Takes what else is asked for with GET; answers false where it has nothing for the path. */
  readonly files?: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Told at GET /health: why this server cannot do its work as far as it knows, `undefined` when it can. */
  readonly knownProblem: () => string | undefined;
  /** Asked at GET /ready: why this server cannot do its work, `undefined` when it can. */
  readonly readinessProblem: () => Promise<string | undefined>;
  /** The number of executions that a bug of Pawl has stopped. */
  readonly quarantined: () => number;
  /** Once it is true, no connection is kept. */
  readonly isStopped: () => boolean;
}

interface Route {
  readonly matches: (method: string, path: string) => boolean;
  /** @returns false where the route has nothing for the path after all. */
  readonly take: (request: IncomingMessage, response: ServerResponse) => boolean | void;
}

export function createHttpHandler(options: HttpOptions): Handler {
  const routes = routesOf(options);
  return (request, response) => {
    if (options.isStopped()) response.shouldKeepAlive = false;
    const { method = "", url = "" } = request;
    const [path = ""] = url.split("?", 1);
    const isTaken = routes.some((route) => route.matches(method, path) && route.take(request, response) !== false);
    if (isTaken) return;
    request.resume();
    respondJson(response, 404, nothingThere);
  };
}

function routesOf({
  aws,
  peers,
  console,
  files,
  knownProblem,
  readinessProblem,
  quarantined,
}: HttpOptions): readonly Route[] {
  const isRead = (method: string): boolean => method === "GET" || method === "HEAD";
  return [
    { matches: (method, path) => method === "POST" && (path === "/" || path === ""), take: aws },
    ...(peers === undefined ? [] : [{ matches: (method: string) => method === "POST", take: peers }]),
    // Monitors may ask with HEAD, and write something behind the path.
    {
      matches: (method, path) => isRead(method) && path === "/health",
      take(request, response) {
        request.resume();
        const reason = knownProblem();
        respondJson(response, 200, {
          status: "ok",
          ready: reason === undefined,
          ...(reason !== undefined && { reason }),
        });
      },
    },
    {
      matches: (method, path) => isRead(method) && path === "/ready",
      take(request, response) {
        request.resume();
        void readinessProblem().then((reason) => {
          // A number that is not 0 is news for whoever watches the server.
          const news = quarantined() === 0 ? {} : { quarantined: quarantined() };
          if (reason === undefined) respondJson(response, 200, { status: "ready", ...news });
          else respondJson(response, 503, { status: "unavailable", reason });
        });
      },
    },
    ...(console === undefined
      ? []
      : [{ matches: (_: string, path: string) => path.startsWith("/console/"), take: console }]),
    ...(files === undefined ? [] : [{ matches: isRead, take: files }]),
  ];
}

function respondJson(response: ServerResponse, status: number, answer: object): void {
  if (response.destroyed) return;
  const body = JSON.stringify(answer);
  response.writeHead(status, {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Content-Type-Options": "nosniff",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}

const nothingThere = {
  __type: "UnknownOperationException",
  message:
    "Send AWS JSON 1.0 requests as POST to /; GET /health tells whether the server runs, GET /ready whether it can work.",
};
