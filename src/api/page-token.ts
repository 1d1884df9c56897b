// Tokens of the next page: opaque, bound to one listing, sealed with a secret of the store, and valid for 24 hours. A
// token that was altered, is too old, or belongs to another listing is `Invalid Token: 'Invalid token'`.
import { createHmac, timingSafeEqual } from "node:crypto";
import { invalidToken } from "./errors.ts";

const validForMs = 24 * 60 * 60 * 1000;
const sealBytes = 16;
/** The number that AWS takes for `maxResults` 0 or absent. */
const defaultPageSize = 100;

/** A name, a number, or a time with an id. */
export type PageKey = string | number | readonly [at: number, id: number];

export interface PageTokens {
  /** @param listing what is listed, with all filters. */
  issue(listing: string, lastKey: PageKey): string;
  /** The last key of the page before; `undefined` without a token. */
  read(listing: string, token: string | undefined): PageKey | undefined;
}

export interface PageTokenOptions {
  readonly secret: string | Uint8Array;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export function createPageTokens({ secret, now }: PageTokenOptions): PageTokens {
  const sealOf = (listing: string, content: Uint8Array): Buffer =>
    createHmac("sha256", secret).update(listing).update("\0").update(content).digest().subarray(0, sealBytes);
  return {
    issue(listing, lastKey) {
      const content = Buffer.from(JSON.stringify([lastKey, now() + validForMs]), "utf8");
      return Buffer.concat([sealOf(listing, content), content]).toString("base64url");
    },
    read(listing, token) {
      if (token === undefined) return undefined;
      const bytes = Buffer.from(token, "base64url");
      const content = bytes.subarray(sealBytes);
      // The comparison of the text refuses the many spellings that the decoder takes for the same bytes.
      if (content.length === 0 || bytes.toString("base64url") !== token) throw invalidToken();
      if (!timingSafeEqual(bytes.subarray(0, sealBytes), sealOf(listing, content))) throw invalidToken();
      const [lastKey, expiresAt] = JSON.parse(content.toString("utf8")) as [PageKey, number];
      if (now() > expiresAt) throw invalidToken();
      return lastKey;
    },
  };
}

export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly members: { readonly nextToken?: string };
}

/** Cuts what was read, one item more than the page holds, to the page; a token follows only where more is there. */
export function cutPage<Item>(found: readonly Item[], size: number, tokenAfter: (last: Item) => string): PageOf<Item> {
  const items = found.slice(0, size);
  const last = items.at(-1);
  return { items, members: found.length > size && last !== undefined ? { nextToken: tokenAfter(last) } : {} };
}

export function pageSize(maxResults: number | undefined): number {
  return maxResults === undefined || maxResults === 0 ? defaultPageSize : maxResults;
}
