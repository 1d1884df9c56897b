// The words of the protocol between nodes, version 1: the path, the headers, and what statuses mean.

const prefix = "/cluster/1/";
export const callPath = (method: string): string => `${prefix}${method}`;

/** @returns the method that a path calls; undefined for the path of something else. */
export function methodOfPath(path: string): string | undefined {
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}

export const headerNames = {
  to: "pawl-to",
  from: "pawl-from",
  count: "pawl-count",
  at: "pawl-at",
  digest: "pawl-digest",
  signature: "pawl-signature",
} as const;

/** Longer than any call: a definition and an input in JSON, every character of which may take two. */
export const maxMessageBytes = 8 * 1024 * 1024;

export const refusedStatus = {
  /** The signature, or the form, is wrong: the answer is not signed either. */
  unsigned: 403,
  /** The call has come before. */
  replayed: 409,
  /** It failed with an error that travels, or whose reason does not. */
  failed: 500,
} as const;
