// One POST and its answer. That nobody answers is a value, as is an answer that says no.

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

export type Posted =
  | { readonly kind: "answered"; readonly status: number; readonly body: string }
  | { readonly kind: "unreachable"; readonly message: string };

/** The rest of an answer is not read. */
const maxAnswerBytes = 1024 * 1024;

export async function post({ url, headers, body, signal }: Post): Promise<Posted> {
  try {
    // A request that is signed for one address must not be sent to another.
    const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
    return { kind: "answered", status: response.status, body: await textOf(response) };
  } catch (error) {
    return { kind: "unreachable", message: messageOf(error) };
  }
}

async function textOf({ body }: Response): Promise<string> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) break;
  }
  return text;
}

/** `fetch` says only that it failed; the reason is its cause, an AggregateError where the host has several addresses. */
function messageOf(error: unknown): string {
  // A header that no request can carry: the message would quote it, and it may be a credential.
  if (error instanceof TypeError && error.cause === undefined)
    return "a header cannot be sent; are there line breaks or foreign letters in the credentials of the environment?";
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(reason instanceof Error)) return String(reason);
  const [first] = reason instanceof AggregateError ? reason.errors : [];
  return reason.message || (first instanceof Error ? first.message : reason.name);
}
