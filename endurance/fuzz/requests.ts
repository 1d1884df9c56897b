// One request and what came of it. A request is plain data, so that it can be shown and sent again.
import { Agent, request as begin } from "node:http";
import { connect } from "node:net";

export interface WireRequest {
  /** Sent in X-Amz-Target, after the service's name. */
  readonly action: string;
  readonly body: string;
  /** The body has one byte a character. */
  readonly isBinary?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly path?: string;
  /** Bytes that are sent as they are, one a character, in place of all else. */
  readonly bytes?: string;
}

export interface WireAnswer {
  /** 0 when the connection was closed without an answer. */
  readonly status: number;
  readonly text: string;
  readonly tookMs: number;
}

/** No answer is waited for longer. */
const patienceMs = 60_000;
const shortPatienceMs = 100;
/** Calls that may rightly take long are called off, by action. */
const callOffsMs: Readonly<Record<string, number>> = { GetActivityTask: shortPatienceMs, StartSyncExecution: 10_000 };
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/** @throws Error when the server is gone or does not answer. */
export async function sendRequest(url: string, request: WireRequest): Promise<WireAnswer> {
  const start = performance.now();
  const answer = request.bytes === undefined ? await sendHttp(url, request) : await sendBytes(url, request.bytes);
  return { ...answer, tookMs: performance.now() - start };
}

function sendHttp(url: string, request: WireRequest): Promise<Omit<WireAnswer, "tookMs">> {
  const { action, body, isBinary = false, headers = {}, method = "POST", path = "/" } = request;
  const sent = Buffer.from(body, isBinary ? "latin1" : "utf8");
  const callOffMs = callOffsMs[action];
  return new Promise((resolve, reject) => {
    const outgoing = begin(url, {
      agent,
      method,
      path,
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `AWSStepFunctions.${action}`,
        "content-length": sent.length,
        ...headers,
      },
    });
    const timer = setTimeout(() => {
      outgoing.destroy();
      if (callOffMs !== undefined) resolve({ status: 200, text: "{}" });
      else reject(new Error(`${action} was not answered in ${patienceMs / 1000} s`));
    }, callOffMs ?? patienceMs);
    outgoing.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      // A server that refuses a request early may close while the rest is still sent.
      if (error.code === "EPIPE" || error.code === "ECONNRESET") resolve({ status: 0, text: error.code });
      else reject(error);
    });
    outgoing.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.once("close", () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    outgoing.end(sent);
  });
}

/** Bytes that are no HTTP are answered by closing, or by an answer of which the first line is looked at. */
function sendBytes(url: string, bytes: string): Promise<Omit<WireAnswer, "tookMs">> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), hostname);
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({
        status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0),
        text: text.slice(text.indexOf("\r\n\r\n") + 4),
      });
    };
    const timer = setTimeout(finish, shortPatienceMs);
    socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    socket.once("close", finish);
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") reject(error);
      else finish();
    });
    socket.end(Buffer.from(bytes, "latin1"));
  });
}

export function hangUp(): void {
  agent.destroy();
}
