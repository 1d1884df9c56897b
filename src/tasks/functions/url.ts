// A function behind a URL: the event is posted as JSON, the answer's body is the result.
import { STATUS_CODES } from "node:http";
import { shownAddress } from "../../aws/endpoint.ts";
import type { UrlTarget } from "./config.ts";
import { postJson } from "./http-post.ts";
import { abandonedReply, excerpt, failedReply, type Invocation, isErrorPayload, isJson } from "./invocation.ts";
import { type Reply, timedOutReply, tooLargeReply } from "./invocation.ts";

export interface UrlOptions {
  readonly target: UrlTarget;
  readonly signal: AbortSignal;
}

const maxBodyLength = 1024;

/** Also understands the ways of Lambda's own endpoints: `X-Amz-Function-Error`, and an error payload under status 200. */
export async function callUrl(invocation: Invocation, { target, signal }: UrlOptions): Promise<Reply> {
  const { requestId, idempotencyKey, payload, functionArn } = invocation;
  const answer = await postJson({
    url: target.url,
    headers: {
      "idempotency-key": headerText(idempotencyKey),
      "lambda-runtime-aws-request-id": requestId,
      "lambda-runtime-invoked-function-arn": functionArn,
      ...target.headers,
    },
    body: payload,
    timeoutMs: target.timeoutSeconds * 1000,
    signal,
  });
  switch (answer.kind) {
    case "aborted":
      return abandonedReply();
    case "timedOut":
      return timedOutReply(requestId, target.timeoutSeconds);
    case "tooLarge":
      return tooLargeReply();
    case "unreachable":
      return failedReply("Http.Unreachable", `POST ${shownAddress(target.url)} failed: ${answer.message}`);
    case "answered":
  }
  const { status, headers, body } = answer;
  const text = body.trim();
  if (isErrorPayload(text)) return { kind: "failed", payload: text };
  if (status < 200 || status > 299) {
    const message = `POST ${shownAddress(target.url)} answered ${status} ${STATUS_CODES[status] ?? ""}`.trimEnd();
    return failedReply(
      `Http.StatusCode.${status}`,
      text === "" ? message : `${message}: ${excerpt(text, maxBodyLength)}`,
    );
  }
  if (headers["x-amz-function-error"] !== undefined) return { kind: "failed", payload: text };
  if (text === "") return { kind: "returned", payload: "null" };
  if (isJson(text)) return { kind: "returned", payload: text };
  return failedReply(
    "Http.InvalidBody",
    `POST ${shownAddress(target.url)} answered with something that is not JSON: ${excerpt(text, 200)}`,
  );
}

/** Names of executions may have letters that a header cannot hold. */
function headerText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURI(text);
}
