// AWS's own runtime for Node.js, the npm package `aws-lambda-ric`, in a process: 3.3.0 is what nodejs22.x behaves as, 4.0.2 what
// nodejs24.x does. Its native part is replaced (`rapid-client.mjs`); what it sends by HTTP itself is served here.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import {
  call,
  environmentOf,
  type FunctionSetting,
  handlerName,
  type Outcome,
  type RuntimeProcess,
  Waiting,
} from "./runtime-process.ts";

const client = fileURLToPath(new URL("rapid-client.mjs", import.meta.url));
const main = {
  "nodejs22.x": fileURLToPath(new URL("../../../node_modules/ric-nodejs22/bin/index.mjs", import.meta.url)),
  "nodejs24.x": fileURLToPath(new URL("../../../node_modules/ric-nodejs24/index.mjs", import.meta.url)),
};

export async function startAwsRuntime(setting: FunctionSetting): Promise<RuntimeProcess> {
  const { runtime, folder, file, exportName } = setting;
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, ["--import", client, main[runtime], handlerName(file, exportName)], {
    cwd: folder,
    env: { ...environmentOf(setting), AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const asked = new Waiting(child);
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    void outcomeOf(request).then((outcome) => {
      response.writeHead(202).end();
      if (request.url?.endsWith("/init/error") === true) asked.end(outcome);
      else asked.settle(outcome);
    });
  });
  const line = new Line(child.stdio[3] as Duplex, (outcome) => asked.settle(outcome));
  child.once("close", () => server.close());
  return {
    isAlive: () => !asked.isOver,
    close: () => void child.kill("SIGKILL"),
    call(event) {
      line.give({ bodyJson: event, headers: headers() });
      return asked.outcome();
    },
  };
}

type Message = { readonly kind: "next" } | Extract<Outcome, { readonly payload: string }>;

/** An event is given when it is asked for: a process that ends before has nothing unread, which would cut it off. */
class Line {
  readonly #stream: Duplex;
  #isAsked = false;
  #event: string | undefined;

  constructor(stream: Duplex, settle: (outcome: Outcome) => void) {
    this.#stream = stream;
    let begun = "";
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (begun + chunk).split("\n");
      begun = lines.pop() ?? "";
      for (const message of lines.map((line) => JSON.parse(line) as Message)) {
        if (message.kind === "next") {
          this.#isAsked = true;
          this.#pass();
        } else settle(message);
      }
    });
    stream.on("error", () => undefined);
  }

  give(event: object): void {
    this.#event = JSON.stringify(event);
    this.#pass();
  }

  #pass(): void {
    if (!this.#isAsked || this.#event === undefined) return;
    this.#stream.write(`${this.#event}\n`);
    this.#isAsked = false;
    this.#event = undefined;
  }
}

function headers(): Readonly<Record<string, unknown>> {
  return {
    "lambda-runtime-deadline-ms": Date.now() + 60_000,
    "lambda-runtime-aws-request-id": call.requestId,
    "lambda-runtime-trace-id": call.traceHeader,
    "lambda-runtime-invoked-function-arn": call.functionArn,
    "lambda-runtime-client-context": call.clientContext,
  };
}

/** A stream that fails says so after its text, in a trailer. */
async function outcomeOf(request: IncomingMessage): Promise<Outcome> {
  const payload = await text(request);
  if (request.url?.endsWith("/error") === true) return { kind: "failed", payload };
  const error = request.trailers["lambda-runtime-function-error-body"];
  if (error === undefined) return { kind: "returned", payload };
  return { kind: "failed", payload: Buffer.from(error, "base64").toString("utf8") };
}
