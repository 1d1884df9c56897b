// How far HTTP tasks reach: which hosts they may call, which of them without TLS, and which addresses a host may have.
import { addressIn, isLoopbackAddress, isRefusedAddress } from "./addresses.ts";

export interface Reach {
  /** The only hosts that may be called, such as `api.example.com`, `*.example.com` and `10.0.0.7:8443`; all when absent. */
  readonly hosts?: readonly string[] | undefined;
  /** The hosts that may be called without TLS, beside loopback. */
  readonly plainHosts?: readonly string[] | undefined;
}

export type Reached =
  /** `admits` judges each address that the host turns out to have. */
  | { readonly kind: "allowed"; readonly admits: (address: string) => boolean }
  /** A reason is a whole sentence. */
  | { readonly kind: "refused"; readonly reason: string };

export function reachOf(url: URL, { hosts, plainHosts = [] }: Reach): Reached {
  const host = shownHost(url);
  if (hosts !== undefined && !hosts.some((pattern) => matchesHost(pattern, url))) {
    return refused(
      `The host ${host} is not among those that HTTP tasks may call. Add it to pawl.config.json: ` +
        `"httpTasks": { "hosts": [${JSON.stringify(host)}] }.`,
    );
  }
  const address = addressIn(url);
  const isNamed = address !== undefined && hosts?.some((pattern) => hostOf(pattern) === address) === true;
  if (address !== undefined && isRefusedAddress(address) && !isNamed) return refused(refusedAddressReason(host));
  const isPlain = url.protocol === "http:" && !plainHosts.some((pattern) => matchesHost(pattern, url));
  if (!isPlain) return { kind: "allowed", admits: (each) => isNamed || !isRefusedAddress(each) };
  if (address === undefined ? isLocalName(url) : isLoopbackAddress(address)) {
    return { kind: "allowed", admits: isLoopbackAddress };
  }
  return refused(
    `The host ${host} can be called by https:// alone. To call it without TLS, where everybody in between reads what is ` +
      `sent, add it to pawl.config.json: "httpTasks": { "plainHosts": [${JSON.stringify(host)}] }.`,
  );
}

function refused(reason: string): Reached {
  return { kind: "refused", reason };
}

export function refusedAddressReason(host: string): string {
  return (
    `The host ${host} has an address that HTTP tasks do not call: one of this machine's link, of a cloud's metadata, or of no ` +
    `single machine.`
  );
}

/** A name and port for messages, which is also the pattern of a setting. */
export function shownHost({ host }: URL): string {
  return host;
}

function isLocalName({ hostname }: URL): boolean {
  return /^(?:.+\.)?localhost\.?$/.test(hostname);
}

const port = /:(\d{1,5})$/;
const hostText = /^(?:\*\.)?(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

export function isHostPattern(pattern: string): boolean {
  return hostText.test(pattern) && hostOf(pattern) !== undefined;
}

/** `*.` stands for one name or several; a pattern without a port is for every port. */
export function matchesHost(pattern: string, url: URL): boolean {
  const wanted = hostOf(pattern);
  if (wanted === undefined) return false;
  const usualPort = url.protocol === "http:" ? "80" : "443";
  const [, wantedPort] = port.exec(pattern) ?? [];
  if (wantedPort !== undefined && wantedPort !== (url.port || usualPort)) return false;
  const name = withoutBrackets(url.hostname);
  return pattern.startsWith("*.") ? name.endsWith(`.${wanted}`) : name === wanted;
}

/** The host of a pattern in its canonical form, as URLs have it. */
function hostOf(pattern: string): string | undefined {
  const url = URL.parse(`https://${pattern.replace(/^\*\./, "")}`);
  return url === null ? undefined : withoutBrackets(url.hostname);
}

/** A dot at the end says that the name is whole. */
function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}
