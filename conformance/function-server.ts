// The recorded Lambda functions by what they do, behind one HTTP server: each has its own path, and the Lambda API has
// them all, for what only Lambda does: to miss a function, and to hand out its log.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isJsonObject, type Json, type JsonObject, memberOf, parseJson, stringifyJson } from "../src/asl/json.ts";
import type { ArnSpace } from "../src/aws/arn.ts";
import type { Case } from "./corpus.ts";
import { pythonJson } from "./python-json.ts";

export interface FunctionServer {
  /** Members for the `functions` of a configuration. */
  readonly targets: Readonly<Record<string, string>>;
  /** The address of the Lambda API. */
  readonly url: string;
  close(): void;
}

const invocationPath = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

export async function startFunctions(
  cases: readonly Case[],
  { speed, arns }: { readonly speed: number; readonly arns: ArnSpace },
): Promise<FunctionServer> {
  const functions = new Map(cases.flatMap(({ functions: own }) => [...own]));
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    const [, invoked] = invocationPath.exec(path) ?? [];
    const name = decodeURIComponent(invoked ?? path.slice(1))
      .split(":")
      .at(-1);
    const found = functions.get(name ?? "");
    if (invoked !== undefined && found !== undefined) describeInvocation(request, response);
    if (found !== undefined) void answer(found.tags, request, response, speed);
    else missing(`arn:${arns.partition}:lambda:${arns.region}:${arns.account}:function:${name}`, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const mapped = cases.filter(({ definitions }) => !definitions.some((one) => stringifyJson(one).includes("LogType")));
  return {
    url,
    targets: Object.fromEntries(
      mapped.flatMap((one) => [...one.functions.keys()].map((name) => [name, `${url}/${encodeURIComponent(name)}`])),
    ),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function describeInvocation(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("x-amz-executed-version", "$LATEST");
  if (request.headers["x-amz-log-type"] !== "Tail") return;
  const requestId = String(request.headers["amz-sdk-invocation-id"]);
  response.setHeader(
    "x-amz-log-result",
    Buffer.from(`START RequestId: ${requestId} Version: $LATEST\n`).toString("base64"),
  );
}

function missing(arn: string, response: ServerResponse): void {
  response.statusCode = 404;
  response.setHeader("x-amzn-errortype", "ResourceNotFoundException");
  response.end(JSON.stringify({ Type: "User", Message: `Function not found: ${arn}:$LATEST` }));
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
