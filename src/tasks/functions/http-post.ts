// One POST of JSON: for functions behind a URL and for a Lambda API.
import { exchange } from "../../aws/exchange.ts";
import { maxReplyBytes } from "./invocation.ts";

export interface PostRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Counts from the moment the request has a connection. */
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

export type PostOutcome =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: "tooLarge" | "timedOut" | "aborted" }
  | { readonly kind: "unreachable"; readonly message: string };

export async function postJson({ url, headers, ...request }: PostRequest): Promise<PostOutcome> {
  const outcome = await exchange({
    ...request,
    method: "POST",
    url,
    target: `${url.pathname}${url.search}`,
    headers: { "content-type": "application/json", ...headers },
    maxBytes: maxReplyBytes,
  });
  return outcome.kind === "answered" ? { ...outcome, body: outcome.body.toString("utf8") } : outcome;
}
