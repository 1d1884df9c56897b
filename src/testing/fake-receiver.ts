// An HTTP server of a test that notes what is posted to it: an AWS service, or somebody who wants to hear of events.
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The action of AWS JSON, such as `PutLogEvents`; empty for other requests. */
  readonly action: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ReceiverAnswer {
  readonly status?: number;
  readonly body?: object;
}

export interface FakeReceiver {
  readonly url: string;
  readonly received: Received[];
  /** The answer from now on; 200 and no members by default. */
  answer: (request: Received) => ReceiverAnswer;
  /** Settles when so many requests have been answered. */
  until(count: number): Promise<void>;
}

/** The server closes when the test ends. */
export async function startFakeReceiver(t: TestContext): Promise<FakeReceiver> {
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      const { headers, url: path = "" } = request;
      const action = String(headers["x-amz-target"] ?? "").split(".")[1] ?? "";
      const received = { path, headers, action, body: JSON.parse(text) as Received["body"] };
      receiver.received.push(received);
      const { status = 200, body = {} } = receiver.answer(received);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body), () => {
        for (const { count, resolve } of waiting) if (receiver.received.length >= count) resolve();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const receiver: FakeReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answer: () => ({}),
    until(count) {
      if (receiver.received.length >= count) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ count, resolve }));
    },
  };
  return receiver;
}
