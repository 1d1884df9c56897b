// Addresses that HTTP tasks do not call: those behind which machines of a cloud find their own credentials, and those that
// name no single machine. An IPv6 address that stands for an IPv4 one is judged as that.
import { BlockList, isIP } from "node:net";

/** By IPv4 prefixes of so many bits. */
const refusedIpv4: readonly (readonly [prefix: string, bits: number])[] = [
  // No host: Linux takes it for loopback.
  ["0.0.0.0", 8],
  // Link-local, with the metadata services of AWS, Azure, Google Cloud and most others, and the credentials of ECS and EKS.
  ["169.254.0.0", 16],
  // Metadata of Alibaba Cloud, of Oracle Cloud, and of Azure's host.
  ["100.100.100.200", 32],
  ["192.0.0.192", 32],
  ["168.63.129.16", 32],
  // Multicast, reserved, broadcast.
  ["224.0.0.0", 3],
];

const refusedIpv6: readonly (readonly [prefix: string, bits: number])[] = [
  ["::", 128],
  ["fe80::", 10],
  ["ff00::", 8],
  // Metadata of AWS and of Google Cloud.
  ["fd00:ec2::", 32],
  ["fd20:ce::", 32],
];

const refused = new BlockList();
for (const [prefix, bits] of refusedIpv4) {
  // It also judges IPv4-mapped addresses.
  refused.addSubnet(prefix, bits, "ipv4");
  const hex = prefix
    .split(".")
    .map((byte) => Number(byte).toString(16).padStart(2, "0"))
    .join("")
    .replace(/(....)(....)/, "$1:$2");
  // IPv4 within NAT64, also that of a network of one's own, 6to4, and the translated and compatible forms of old.
  for (const start of ["64:ff9b::", "64:ff9b:1::", "::ffff:0:"]) {
    refused.addSubnet(`${start}${hex}`, 96 + bits, "ipv6");
  }
  refused.addSubnet(`2002:${hex}::`, 16 + bits, "ipv6");
  // Loopback is compatible with 0.0.0.1.
  if (prefix !== "0.0.0.0") refused.addSubnet(`::${hex}`, 96 + bits, "ipv6");
}
for (const [prefix, bits] of refusedIpv6) refused.addSubnet(prefix, bits, "ipv6");

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** @param address of IPv4 or IPv6, without brackets. */
export function isRefusedAddress(address: string): boolean {
  return isIn(refused, address);
}

export function isLoopbackAddress(address: string): boolean {
  return isIn(loopback, address);
}

function isIn(list: BlockList, address: string): boolean {
  const [plain = ""] = address.split("%", 1);
  const version = isIP(plain);
  return version !== 0 && list.check(plain, version === 4 ? "ipv4" : "ipv6");
}

/** The address that a URL names, in its one canonical form however it was written; `undefined` where it names a host. */
export function addressIn({ hostname }: URL): string | undefined {
  const plain = hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(plain) === 0 ? undefined : plain;
}
