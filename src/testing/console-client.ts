// A client of the console on a real server: with a session or without, and with streams whose messages it waits for.
import assert from "node:assert/strict";
import { request as sendRequest, type ClientRequest } from "node:http";
import type { TestContext } from "node:test";
import { type PawlServer, type ServerOptions, startServer } from "../server/start-server.ts";
import { testServerOptions } from "./server-options.ts";

export interface ConsoleAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON of the answer. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface StreamMessage {
  readonly name: string;
  readonly id: number | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface OpenedStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Messages that have come, in order. */
  readonly messages: readonly StreamMessage[];
  /** The id that the next connection would send. */
  readonly lastEventId: () => number | undefined;
  /** Waits until the messages are as is wanted. */
  readonly until: (isThere: (messages: readonly StreamMessage[]) => boolean) => Promise<void>;
  /** Settles when the server has ended it, or it was killed. */
  readonly ended: Promise<void>;
  /** Cuts the connection, as a network does. */
  readonly kill: () => void;
}

export interface ConsoleClient {
  readonly server: PawlServer;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<ConsoleAnswer>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<ConsoleAnswer>;
  /** Performs an AWS action; fails the test where it is refused. */
  act(action: string, input: object): Promise<Readonly<Record<string, unknown>>>;
  /** Logs in: what follows is under that key. Answers with the header that has its cookie. */
  login(accessKeyId: string, secretAccessKey: string): Promise<Readonly<Record<string, string>>>;
  stream(path: string, headers?: Readonly<Record<string, string>>): Promise<OpenedStream>;
}

/** The server closes when the test ends. */
export async function openConsole(t: TestContext, options: Partial<ServerOptions> = {}): Promise<ConsoleClient> {
  const server = await startServer({ ...testServerOptions, ...options });
  t.after(() => server.close());
  return consoleClient(server);
}

export function consoleClient(server: PawlServer): ConsoleClient {
  let cookie: Readonly<Record<string, string>> = {};
  const send = async (
    method: string,
    path: string,
    body: string | undefined,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ConsoleAnswer> => {
    const type: Readonly<Record<string, string>> = body === undefined ? {} : { "content-type": "application/json" };
    const response = await fetch(`${server.url}/console/${path}`, {
      method,
      headers: { ...cookie, ...type, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as ConsoleAnswer["body"],
    };
  };
  const post: ConsoleClient["post"] = (path, body, headers) => send("POST", path, JSON.stringify(body), headers);
  return {
    server,
    get: (path, headers) => send("GET", path, undefined, headers),
    post,
    async act(action, input) {
      const { status, body } = await post(`actions/${action}`, input);
      assert.equal(status, 200, JSON.stringify(body));
      return body;
    },
    async login(accessKeyId, secretAccessKey) {
      const { status, headers, body } = await post("session", { accessKeyId, secretAccessKey });
      assert.equal(status, 200, JSON.stringify(body));
      cookie = { cookie: (headers.get("set-cookie") ?? "").split(";", 1).join("") };
      return cookie;
    },
    stream: (path, headers) => openStream(`${server.url}/console/${path}`, { ...cookie, ...headers }),
  };
}

function openStream(url: string, headers: Readonly<Record<string, string>>): Promise<OpenedStream> {
  const messages: StreamMessage[] = [];
  const waiting = new Set<() => void>();
  const ended = Promise.withResolvers<void>();
  let lastId: number | undefined;
  let text = "";
  const receive = (chunk: string): void => {
    text += chunk;
    for (let end = text.indexOf("\n\n"); end !== -1; end = text.indexOf("\n\n")) {
      const lines = text.slice(0, end).split("\n");
      text = text.slice(end + 2);
      const field = (name: string): string | undefined =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const id = field("id");
      if (id !== undefined) lastId = Number(id);
      const [name, data] = [field("event"), field("data")];
      if (name !== undefined && data !== undefined)
        messages.push({
          name,
          id: id === undefined ? undefined : Number(id),
          data: JSON.parse(data) as StreamMessage["data"],
        });
    }
    for (const look of waiting) look();
  };
  const until: OpenedStream["until"] = (isThere) =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!isThere(messages)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return new Promise((resolve, reject) => {
    const request: ClientRequest = sendRequest(url, { headers }, (response) => {
      response.setEncoding("utf8");
      response.on("data", receive);
      response.on("error", () => undefined);
      response.on("close", () => ended.resolve());
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        messages,
        lastEventId: () => lastId,
        until,
        ended: ended.promise,
        kill: () => request.destroy(),
      });
    });
    request.on("error", reject);
    request.end();
  });
}
