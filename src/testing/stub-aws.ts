// Services of AWS that speak AWS JSON 1.1, as a test wants them: each action is answered by a function, and every request is
// kept.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

export interface StubRequest {
  /** Such as `AWSGlue.StartJobRun`. */
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface StubAws {
  readonly url: string;
  readonly requests: readonly StubRequest[];
  /** Answers an action from now on; a promise that stays open leaves the caller without an answer. */
  on(action: string, answer: (input: StubRequest["input"]) => object | Promise<object>): void;
  countOf(action: string): number;
}

export async function startStubAws(t: TestContext): Promise<StubAws> {
  const requests: StubRequest[] = [];
  const answers = new Map<string, (input: StubRequest["input"]) => object | Promise<object>>();
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const action = String(request.headers["x-amz-target"]);
      const input = JSON.parse(body) as StubRequest["input"];
      requests.push({ action, input });
      const answer = answers.get(action);
      const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "stub" };
      if (answer === undefined) {
        response.writeHead(400, headers).end('{"__type":"UnknownOperationException","message":"not in this test"}');
        return;
      }
      void Promise.resolve(answer(input)).then((value) => response.writeHead(200, headers).end(JSON.stringify(value)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    on: (action, answer) => void answers.set(action, answer),
    countOf: (action) => requests.filter((request) => request.action === action).length,
  };
}
