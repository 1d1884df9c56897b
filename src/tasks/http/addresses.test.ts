import assert from "node:assert/strict";
import { test } from "node:test";
import { addressIn, isLoopbackAddress, isRefusedAddress } from "./addresses.ts";

const addresses: readonly (readonly [address: string, isRefused: boolean])[] = [
  ["169.254.169.254", true],
  ["169.254.170.2", true],
  ["169.254.0.1", true],
  ["100.100.100.200", true],
  ["192.0.0.192", true],
  ["168.63.129.16", true],
  ["0.0.0.0", true],
  ["0.1.2.3", true],
  ["224.0.0.1", true],
  ["255.255.255.255", true],
  ["fe80::1", true],
  ["fe80::1%eth0", true],
  ["febf::1", true],
  ["fd00:ec2::254", true],
  ["fd20:ce::254", true],
  ["ff02::1", true],
  ["::", true],
  ["::ffff:169.254.169.254", true],
  ["::ffff:a9fe:a9fe", true],
  ["::ffff:0.0.0.0", true],
  ["::169.254.169.254", true],
  ["64:ff9b::169.254.169.254", true],
  ["64:ff9b:1::a9fe:a9fe", true],
  ["::ffff:0:a9fe:a9fe", true],
  ["2002:a9fe:a9fe::1", true],
  ["127.0.0.1", false],
  ["::1", false],
  ["10.0.0.1", false],
  ["172.16.0.1", false],
  ["192.168.1.1", false],
  ["100.64.0.1", false],
  ["fd12:3456::1", false],
  ["8.8.8.8", false],
  ["::ffff:8.8.8.8", false],
  ["64:ff9b::8.8.8.8", false],
  ["2606:4700::1111", false],
  ["169.253.0.1", false],
  ["169.255.0.1", false],
];
for (const [address, isRefused] of addresses) {
  test(`${address} is ${isRefused ? "" : "not "}refused`, () => assert.equal(isRefusedAddress(address), isRefused));
}

test("every spelling of an address is the one address", () => {
  const spellings = [
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "169.254.43518",
    "169.254.169.254.",
    "①⑥⑨.254.169.254",
  ];
  for (const spelling of spellings) {
    assert.equal(addressIn(new URL(`https://${spelling}/`)), "169.254.169.254", spelling);
  }
  assert.equal(addressIn(new URL("https://[::ffff:169.254.169.254]/")), "::ffff:a9fe:a9fe");
  assert.equal(addressIn(new URL("https://api.example.com/")), undefined);
});

test("loopback is all of 127.0.0.0/8 and ::1, also within IPv6", () => {
  assert.deepEqual(
    ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "10.0.0.1", "::2", "no address"].filter(isLoopbackAddress),
    ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"],
  );
});
