// The recorded Lambda functions by what they do, behind one HTTP server: each has its own path.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isJsonObject, type Json, type JsonObject, memberOf, parseJson } from "../src/asl/json.ts";
import type { Case } from "./corpus.ts";
import { pythonJson } from "./python-json.ts";

export interface FunctionServer {
  /** Members for the `functions` of a configuration. */
  readonly targets: Readonly<Record<string, string>>;
  close(): void;
}

export async function startFunctions(cases: readonly Case[], speed: number): Promise<FunctionServer> {
  const functions = new Map(cases.flatMap(({ functions: own }) => [...own]));
  const server = createServer((request, response) => {
    const found = functions.get(decodeURIComponent((request.url ?? "").slice(1)));
    void answer(found?.tags ?? [], request, response, speed);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    targets: Object.fromEntries(
      [...functions.keys()].map((name) => [name, `http://127.0.0.1:${port}/${encodeURIComponent(name)}`]),
    ),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  tags: readonly Json[],
  request: IncomingMessage,
  response: ServerResponse,
  speed: number,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const event = Buffer.concat(chunks).toString("utf8");
  for (const [i, tag] of tags.entries()) {
    const next = tags[i + 1];
    const data: JsonObject = isJsonObject(next) ? next : {};
    switch (tag) {
      case "sleeps": {
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, (Number(data["seconds"]) * 1000) / speed);
        response.once("close", resolve);
        await promise;
        clearTimeout(timer);
        break;
      }
      case "raises":
        response.setHeader("x-amz-function-error", "Unhandled");
        response.end(pythonJson(raised(data, String(request.headers["lambda-runtime-aws-request-id"]))));
        return;
      case "returns-text":
        response.end(String(data["text"]));
        return;
      case "returns-large-string":
        response.end(JSON.stringify(String(data["char"]).repeat(Number(data["length"]))));
        return;
      case "returns-event":
        response.end(pythonJson(parseJson(event)));
        return;
      default:
    }
  }
  response.statusCode = 500;
  response.end();
}

function raised(data: JsonObject, requestId: string): Json {
  const trace = `  File "/var/task/handler.py", line ${String(data["line"])}, in handler\n    ${String(data["source_line"])}\n`;
  return {
    errorMessage: memberOf(data, "errorMessage") ?? "",
    errorType: memberOf(data, "errorType") ?? "Exception",
    requestId,
    stackTrace: [trace],
  };
}
