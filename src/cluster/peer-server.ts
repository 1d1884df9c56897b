// Takes calls of other nodes over HTTP. Nothing of a body is read before the signature of its headers is known to be right; a
// call is taken once.
import type { IncomingMessage, ServerResponse } from "node:http";
import { errorToSend, PeerRefusedError } from "./peer-errors.ts";
import { headerNames, maxMessageBytes, methodOfPath, refusedStatus } from "./peer-protocol.ts";
import {
  answerSignatureOf,
  digestOf,
  isSame,
  mostSkewMs,
  type PeerKey,
  peerKeyOf,
  Replays,
  type Signed,
  signatureOf,
} from "./peer-signature.ts";
import { decodeArguments, encodeValue } from "./peer-values.ts";

export interface PeerServerOptions {
  /** The database's own. */
  readonly secret: string;
  /** The id by which other nodes know this one now. */
  readonly nodeId: () => string;
  readonly perform: (method: string, args: readonly unknown[]) => Promise<unknown>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsed: () => number;
  readonly log: (message: string, error?: unknown) => void;
}

/** @returns false for a request that is no call of a node. */
export type PeerHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Calls that are being taken at a time: each may hold as much as a message. */
const mostCalls = 512;

export function createPeerServer(options: PeerServerOptions): PeerHandler {
  const key = peerKeyOf(options.secret);
  const replays = new Replays();
  let calls = 0;
  return (request, response) => {
    const [path = ""] = (request.url ?? "").split("?", 1);
    const method = methodOfPath(path);
    if (method === undefined) return false;
    const call = request.method === "POST" ? signedCallOf(request, { key, method, ...options }) : undefined;
    if (call === undefined) refuseUnsigned(request, response);
    else {
      const isRoom = calls < mostCalls;
      calls += 1;
      void take({ request, response, key, replays, isRoom }, call, options).finally(() => (calls -= 1));
    }
    return true;
  };
}

interface Taken extends Signed {
  readonly signature: string;
  readonly length: number;
}

interface Received {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly key: PeerKey;
  readonly replays: Replays;
  readonly isRoom: boolean;
}

async function take(
  { request, response, key, replays, isRoom }: Received,
  call: Taken,
  options: PeerServerOptions,
): Promise<void> {
  const { log, elapsed, nodeId, perform } = options;
  const answer = (status: number, value: unknown): void => {
    const body = encodeValue(value);
    respond(response, {
      status,
      body,
      signature: answerSignatureOf(key, call.signature, { status, digest: digestOf(body) }),
    });
  };
  try {
    if (!isRoom) throw new PeerRefusedError("The node takes as many calls of other nodes as it may.");
    const body = await readBody(request, call.length);
    if (body === undefined) return void response.destroy();
    if (digestOf(body) !== call.digest) return refuseUnsigned(request, response);
    if (!replays.admit(call.from, call.count, elapsed())) return answer(refusedStatus.replayed, undefined);
    if (call.to !== nodeId()) throw new PeerRefusedError("The node that was called is another one, or has begun anew.");
    answer(200, await perform(call.method, decodeArguments(body.toString("utf8"))));
  } catch (error) {
    const travelling = errorToSend(error);
    if (travelling === undefined) log(`A call of another node (${call.method}) failed.`, error);
    answer(refusedStatus.failed, travelling);
    request.resume();
  }
}

/** @returns undefined for a request that no node with the key has made, or not lately. */
function signedCallOf(
  { headers }: IncomingMessage,
  {
    key,
    method,
    now,
    log,
  }: Pick<PeerServerOptions, "now" | "log"> & { readonly key: PeerKey; readonly method: string },
): Taken | undefined {
  const text = (name: string): string => {
    const { [name]: value } = headers;
    return typeof value === "string" ? value.slice(0, 200) : "";
  };
  const signed: Signed = {
    method,
    to: text(headerNames.to),
    from: text(headerNames.from),
    count: Number(text(headerNames.count)),
    at: Number(text(headerNames.at)),
    digest: text(headerNames.digest),
  };
  const signature = text(headerNames.signature);
  const length = Number(text("content-length") || Number.NaN);
  const isFormed = Number.isSafeInteger(signed.count) && signed.count > 0 && Number.isSafeInteger(signed.at);
  if (!isFormed || !(length >= 0 && length <= maxMessageBytes)) return undefined;
  if (!isSame(signature, signatureOf(key, signed))) return undefined;
  const skewMs = Math.abs(now() - signed.at);
  if (skewMs <= mostSkewMs) return { ...signed, signature, length };
  log(
    `A call of another node was refused: its clock and this one's are ${Math.round(skewMs / 1000)} s apart, and no more than ` +
      `${mostSkewMs / 1000} s are allowed. Set the clocks of the machines, with NTP.`,
  );
  return undefined;
}

/** @returns undefined for a body that is longer than it said, or breaks off. */
async function readBody(request: IncomingMessage, length: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > length) return undefined;
      chunks.push(chunk);
    }
  } catch {
    // The caller has gone, and knows that its call may not have been taken.
    return undefined;
  }
  return bytes === length ? Buffer.concat(chunks) : undefined;
}

/** Says nothing to strangers, and reads nothing of theirs. */
function refuseUnsigned(request: IncomingMessage, response: ServerResponse): void {
  response.shouldKeepAlive = false;
  respond(response, { status: refusedStatus.unsigned, body: "{}", signature: "" });
  response.once("finish", () => request.destroy());
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly signature: string;
}

function respond(response: ServerResponse, { status, body, signature }: Answer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    ...(signature === "" ? {} : { [headerNames.signature]: signature }),
  });
  response.end(body);
}
