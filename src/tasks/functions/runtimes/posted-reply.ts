// The reply of a function in what its runtime has posted: its result, or the error that it names.
import { failedReply, isErrorPayload, parseJsonObject, type Reply } from "../invocation.ts";

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The body of a streamed response may end with an error, in trailers: then it is none. */
export function responseReply(body: string, trailers: Headers): Reply {
  const errorType = oneOf(trailers, "lambda-runtime-function-error-type");
  if (errorType === undefined) return { kind: "returned", payload: body };
  const encoded = oneOf(trailers, "lambda-runtime-function-error-body") ?? "";
  const payload = Buffer.from(encoded, "base64").toString("utf8");
  return isErrorPayload(payload) ? { kind: "failed", payload } : failedReply(errorType, payload);
}

const withCause = "application/vnd.aws.lambda.error.cause+json";

/** The body is the error payload, as it is. Where there is none, the type in the header is what is known. */
export function errorReply(body: string, headers: Headers): Reply {
  const value = parseJsonObject(body);
  if (value === undefined)
    return failedReply(oneOf(headers, "lambda-runtime-function-error-type") ?? "Runtime.Unknown", body);
  if (oneOf(headers, "content-type") !== withCause) return { kind: "failed", payload: body };
  // The cause that comes with it is for X-Ray.
  const { errorMessage, errorType, stackTrace } = value;
  return { kind: "failed", payload: JSON.stringify({ errorMessage, errorType, stackTrace }) };
}

function oneOf(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
