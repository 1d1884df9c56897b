// The origin of a request that a browser sends: which pages may call this server.
import type { IncomingMessage } from "node:http";
import { ApiError } from "./errors.ts";

/**
 * Refuses what a page of another origin sends. Browsers send `Origin` with every POST and give a page no means to leave it
 * out. A loopback origin must be this very host and port. Any other must be configured even where it equals Host: a page whose
 * name was rebound to this machine sends both alike.
 * @throws CrossOriginException
 */
export function requireOwnOrigin({ headers }: IncomingMessage, origins: readonly string[]): void {
  const { origin, host } = headers;
  if (origin === undefined || origins.includes(origin)) return;
  if (!isOfHost(origin, host) || !isLoopbackAuthority(host)) throw foreignOrigin(origin);
}

/**
 * Refuses what is not sent by a page of this server, reading included: a page can read what it gets from its own name, rebound.
 * @param hasKeys where a session is asked for, a rebound name is harmless: the cookie of a session belongs to the true one.
 * @throws CrossOriginException
 */
export function requireOwnPage(
  { headers }: IncomingMessage,
  { origins, hasKeys }: { readonly origins: readonly string[]; readonly hasKeys: boolean },
): void {
  const { origin, host } = headers;
  const site = headers["sec-fetch-site"];
  // Pages of other ports of the same host are of the same site, and have its cookies sent.
  if (site !== undefined && site !== "same-origin" && site !== "none") throw foreignOrigin(origin ?? "another origin");
  if (origin !== undefined && !origins.includes(origin) && !isOfHost(origin, host)) throw foreignOrigin(origin);
  const isConfigured = origins.some((each) => isOfHost(each, host));
  if (!hasKeys && !isConfigured && !isLoopbackAuthority(host)) throw foreignHost(host ?? "");
}

function isOfHost(origin: string, host: string | undefined): host is string {
  return origin.slice(origin.indexOf("://") + 3).toLowerCase() === host?.toLowerCase();
}

const loopbackAuthority = /^(?:(?:[a-z0-9-]+\.)*localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?::\d{1,5})?$/;

function isLoopbackAuthority(host: string | undefined): boolean {
  return host !== undefined && loopbackAuthority.test(host.toLowerCase());
}

const foreignOrigin = (origin: string): ApiError =>
  new ApiError(
    "CrossOriginException",
    `Pages of ${origin} may not call this server. Add the origin to the allowed ones if they should.`,
  );
const foreignHost = (host: string): ApiError =>
  new ApiError(
    "CrossOriginException",
    `Without keys the console is there for this machine alone: open it at localhost or 127.0.0.1, not at '${host}'.`,
  );
