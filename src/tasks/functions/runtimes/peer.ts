// Whose connection one on the loopback interface is: other users of the machine can reach every port on it, and must not get
// the events of functions.
import { readFile } from "node:fs/promises";
import { endianness } from "node:os";
import type { Socket } from "node:net";

type Connection = Pick<Socket, "remoteAddress" | "remotePort" | "localAddress" | "localPort">;

/** The kernel's lists of connections; one from a socket that takes both kinds of addresses is in the second. */
const lists = ["/proc/net/tcp", "/proc/net/tcp6"];

/** Whether the other end belongs to the user of this process, or to root. Where the system has no such list, it counts as such. */
export async function isOwnPeer(connection: Connection, read = readList): Promise<boolean> {
  const user = process.getuid?.();
  if (user === undefined) return true;
  let isListed = false;
  for (const list of lists) {
    const text = await read(list);
    if (text === undefined) continue;
    isListed = true;
    const owner = ownerIn(text, connection);
    if (owner !== undefined) return owner === user || owner === 0;
  }
  return !isListed;
}

/** The user in the row of the socket at the other end, which is on this machine too. */
export function ownerIn(text: string, connection: Connection): number | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = connection;
  const local = shown(remoteAddress, remotePort);
  const remote = shown(localAddress, localPort);
  if (local === undefined || remote === undefined) return undefined;
  // An IPv4 address among those of IPv6 has this before it.
  const mapped = "(?:0000000000000000FFFF0000|00000000000000000000FFFF)?";
  const row = new RegExp(`^ *\\d+: ${mapped}${local} ${mapped}${remote} [\\dA-F]{2} \\S+ \\S+ \\S+ +(\\d+) `, "m");
  const user = row.exec(text)?.[1];
  return user === undefined ? undefined : Number(user);
}

/** As the kernel writes an IPv4 address and a port: the address as the processor holds it. */
function shown(address: string | undefined, port: number | undefined): string | undefined {
  const octets = address?.split(".").map(Number);
  if (octets?.length !== 4 || port === undefined) return undefined;
  const hex = (endianness() === "LE" ? octets.toReversed() : octets).map((octet) => inHex(octet, 2));
  return `${hex.join("")}:${inHex(port, 4)}`;
}

function inHex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}

async function readList(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "latin1");
  } catch {
    // Another system has no such file.
    return undefined;
  }
}
