// Calls of a node to another over HTTP, on connections that are kept. One that meets a broken connection is sent once more as it
// is: the other node takes it once at most. An answer that does not come is told apart from a call that was never taken.
import { randomUUID } from "node:crypto";
import { Agent, type IncomingMessage, request as begin } from "node:http";
import type { ClusterNode } from "../store/cluster-store.ts";
import { errorReceived, PeerAnswerLostError, PeerRefusedError } from "./peer-errors.ts";
import {
  answerSignatureOf,
  digestOf,
  isSame,
  type PeerKey,
  peerKeyOf,
  type Signed,
  signatureOf,
} from "./peer-signature.ts";
import { longestAnswerMs, longestRunMs } from "./peers.ts";
import { decodeValue, encodeValue } from "./peer-values.ts";
import { callPath, headerNames, maxMessageBytes, refusedStatus } from "./peer-protocol.ts";

export interface PeerClientOptions {
  /** The database's own. */
  readonly secret: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** So long the answer to a call is waited for, and besides as long as what it asks for may take. */
  readonly timeoutMs?: number;
}

export interface PeerClient {
  /**
   * @throws PeerRefusedError when nothing was done.
   * @throws PeerAnswerLostError when nobody can say.
   * @throws Error the runtime's own, or one that says where to look.
   */
  call(to: ClusterNode, method: string, args: readonly unknown[]): Promise<unknown>;
  close(): void;
}

const connectionsEach = 128;
/** Those on which the ends of executions are waited for, for minutes. */
const runsEach = 256;

export function createPeerClient({ secret, now, timeoutMs = longestAnswerMs }: PeerClientOptions): PeerClient {
  const key = peerKeyOf(secret);
  const connections = (maxSockets: number): Agent => new Agent({ keepAlive: true, maxSockets, scheduling: "lifo" });
  const [calls, runs] = [connections(connectionsEach), connections(runsEach)];
  const from = randomUUID();
  let count = 0;
  return {
    async call(to, method, args) {
      if (to.url === undefined) throw new PeerRefusedError(`Node ${to.id} has no address for calls of other nodes.`);
      const body = encodeValue(args);
      const signed: Signed = { method, to: to.id, from, count: ++count, at: now(), digest: digestOf(body) };
      const call: OutgoingCall = { url: to.url, signed, signature: signatureOf(key, signed), body };
      const runMs = longestRunMs(method);
      const agent = runMs > 0 ? runs : calls;
      const signal = AbortSignal.timeout(timeoutMs + runMs);
      let answer: Answer;
      try {
        answer = await send(call, agent, signal);
      } catch (error) {
        if (!(error instanceof BrokenConnection) || signal.aborted) throw error;
        answer = await sendAgain(call, agent, signal);
      }
      return outcomeOf(answer, call, key);
    },
    close() {
      calls.destroy();
      runs.destroy();
    },
  };
}

interface OutgoingCall {
  readonly url: string;
  readonly signed: Signed;
  readonly signature: string;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly signature: string;
  readonly body: Buffer;
}

/** A kept connection had been closed, perhaps before the call was read. */
class BrokenConnection extends PeerAnswerLostError {}

function send({ url, signed, signature, body }: OutgoingCall, agent: Agent, signal: AbortSignal): Promise<Answer> {
  const headers = {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    [headerNames.to]: signed.to,
    [headerNames.from]: signed.from,
    [headerNames.count]: String(signed.count),
    [headerNames.at]: String(signed.at),
    [headerNames.digest]: signed.digest,
    [headerNames.signature]: signature,
  };
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const outgoing = begin(new URL(callPath(signed.method), url), { method: "POST", headers, agent, signal });
    outgoing.once("socket", (socket) => {
      if (outgoing.reusedSocket || !socket.connecting) isConnected = true;
      else socket.once("connect", () => (isConnected = true));
    });
    outgoing.once("response", (response) => {
      readAnswer(response).then(resolve, (cause: unknown) => reject(lost(url, cause)));
    });
    outgoing.once("error", (cause) => {
      if (!isConnected)
        reject(new PeerRefusedError(`The node at ${url} cannot be reached: ${cause.message}`, { cause }));
      else if (outgoing.reusedSocket && !signal.aborted) reject(new BrokenConnection(lostText(url), { cause }));
      else reject(lost(url, cause));
    });
    outgoing.end(body);
  });
}

/** Fails as lost in any case: the other node may have taken what was sent first. */
async function sendAgain(call: OutgoingCall, agent: Agent, signal: AbortSignal): Promise<Answer> {
  try {
    return await send(call, agent, signal);
  } catch (cause) {
    throw lost(call.url, cause);
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxMessageBytes) throw new Error(`The answer is longer than ${maxMessageBytes} bytes.`);
    chunks.push(chunk);
  }
  const signature = response.headers[headerNames.signature];
  return {
    status: response.statusCode ?? 0,
    signature: typeof signature === "string" ? signature : "",
    body: Buffer.concat(chunks),
  };
}

function outcomeOf({ status, signature, body }: Answer, call: OutgoingCall, key: PeerKey): unknown {
  const right = answerSignatureOf(key, call.signature, { status, digest: digestOf(body) });
  // Something else answers at that address: a proxy, or a server with another database.
  if (!isSame(signature, right)) {
    throw new PeerAnswerLostError(
      `The answer (status ${status}) at ${call.url} is not signed by a node of this cluster. Look at cluster.url of the ` +
        "node that says it is there, and whether the nodes' clocks agree.",
    );
  }
  const value = decodeValue(body.toString("utf8"));
  if (status === 200) return value;
  if (status === refusedStatus.replayed) throw lost(call.url, undefined);
  throw errorReceived(value, call.url);
}

const lostText = (url: string): string => `The answer of the node at ${url} did not come.`;

function lost(url: string, cause: unknown): PeerAnswerLostError {
  return new PeerAnswerLostError(lostText(url), { cause });
}
