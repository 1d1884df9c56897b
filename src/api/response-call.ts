// One request over HTTP as its action sees it: whether the caller has gone, and whether the answer has reached it, as far as
// this end of the network can know.
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Call } from "./context.ts";

export interface ResponseCall extends Call {
  /** To be called when the answer of the action has been given to the response. */
  answered(): void;
  /** To be called when the caller gets another answer than that of the action. */
  refused(): void;
}

type Tell = (isDelivered: boolean) => void;

/**
 * A caller that had gone when its answer was sent makes itself known by a reset, one way there and back later. One that has
 * read its answer closes in good order, or asks again.
 */
const resetMs = 500;

/** Answers that were sent and may still come back, one to a connection. */
const underWay = new WeakMap<Socket, Tell>();

export function callOf(response: ServerResponse): ResponseCall {
  const listeners: Tell[] = [];
  const tell: Tell = (isDelivered) => {
    for (const listener of listeners.splice(0)) listener(isDelivered);
  };
  const { socket } = response;
  // A caller that asks again on its connection has read what came before.
  if (socket !== null) underWay.get(socket)?.(true);
  return {
    goneSignal: () => goneSignal(response),
    onAnswered: (listener) => void listeners.push(listener),
    answered: () => {
      if (listeners.length > 0) watchDelivery(response, tell);
    },
    refused: () => tell(false),
  };
}

/** The signal is made only for the actions that wait for something. */
function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  if (response.destroyed) gone.abort();
  else response.once("close", () => gone.abort());
  return gone.signal;
}

function watchDelivery(response: ServerResponse, tell: Tell): void {
  const { socket } = response;
  if (response.destroyed || socket === null) return tell(false);
  response.once("close", () => {
    // Whether all of it went to the system is known by then.
    if (response.writableFinished) watchReset(socket, tell);
    else tell(false);
  });
}

function watchReset(socket: Socket, tell: Tell): void {
  if (socket.closed) return tell(socket.errored === null);
  const settle: Tell = (isDelivered) => {
    clearTimeout(timer);
    socket.off("close", closed);
    underWay.delete(socket);
    tell(isDelivered);
  };
  const closed = (hasError: boolean): void => settle(!hasError);
  const timer = setTimeout(() => settle(true), resetMs);
  socket.once("close", closed);
  underWay.set(socket, settle);
}
