import assert from "node:assert/strict";
import { test } from "node:test";
import { isHostPattern, type Reach, reachOf } from "./reach.ts";

const metadata = "169.254.169.254";
const cases: readonly (readonly [url: string, reach: Reach, admitted: readonly string[] | RegExp])[] = [
  ["https://api.example.com/a", {}, ["10.0.0.1", "127.0.0.1", "8.8.8.8"]],
  ["https://10.0.0.1/a", {}, ["10.0.0.1", "127.0.0.1", "8.8.8.8"]],
  [`https://${metadata}/a`, {}, /^The host 169\.254\.169\.254 has an address that HTTP tasks do not call/],
  ["https://2852039166/a", {}, /^The host 169\.254\.169\.254 has an address/],
  ["https://[::ffff:169.254.169.254]/", {}, /has an address that HTTP tasks do not call/],
  [`https://${metadata}/a`, { hosts: [metadata] }, ["10.0.0.1", "127.0.0.1", "8.8.8.8", metadata]],
  [`https://${metadata}/a`, { hosts: ["*.254"] }, /is not among those that HTTP tasks may call/],
  ["https://a.example.com/", { hosts: ["a.example.com"] }, ["10.0.0.1", "127.0.0.1", "8.8.8.8"]],
  ["https://A.Example.com./", { hosts: ["a.example.COM"] }, ["10.0.0.1", "127.0.0.1", "8.8.8.8"]],
  ["https://x.y.example.com/", { hosts: ["*.example.com"] }, ["10.0.0.1", "127.0.0.1", "8.8.8.8"]],
  ["https://example.com/", { hosts: ["*.example.com"] }, /^The host example\.com is not among those/],
  ["https://badexample.com/", { hosts: ["*.example.com"] }, /is not among those/],
  ["https://example.com.evil.net/", { hosts: ["example.com"] }, /is not among those/],
  ["https://example.com:8443/", { hosts: ["example.com"] }, ["10.0.0.1", "127.0.0.1", "8.8.8.8"]],
  ["https://example.com:8443/", { hosts: ["example.com:443"] }, /"httpTasks": \{ "hosts": \["example\.com:8443"\] \}/],
  ["https://example.com/", { hosts: ["example.com:443"] }, ["10.0.0.1", "127.0.0.1", "8.8.8.8"]],
  ["http://localhost:3000/", {}, ["127.0.0.1"]],
  ["http://127.0.0.1:3000/", {}, ["127.0.0.1"]],
  ["http://[::1]:3000/", {}, ["127.0.0.1"]],
  ["http://api.internal/", {}, /can be called by https:\/\/ alone.*"plainHosts": \["api\.internal"\]/],
  ["http://10.0.0.1/", {}, /can be called by https:\/\/ alone/],
  ["http://api.internal/", { plainHosts: ["*.internal"] }, ["10.0.0.1", "127.0.0.1", "8.8.8.8"]],
  ["http://localhost.evil.net/", {}, /can be called by https:\/\/ alone/],
];
for (const [url, reach, admitted] of cases) {
  test(`${url} with ${JSON.stringify(reach)}`, () => {
    const reached = reachOf(new URL(url), reach);
    if (admitted instanceof RegExp) {
      assert.ok(reached.kind === "refused");
      assert.match(reached.reason, admitted);
    } else {
      assert.ok(reached.kind === "allowed");
      assert.deepEqual(["10.0.0.1", "127.0.0.1", "8.8.8.8", metadata].filter(reached.admits), admitted);
    }
  });
}

test("a pattern is a host, with a port or names below it, and nothing else", () => {
  const good = ["a", "a.example.com", "*.example.com", "10.0.0.7:8443", "[::1]", "[::1]:80", "my_host"];
  const bad = ["", "*", "https://a", "a/b", "a b", "a:b", "*.*", "a*.b", "user@a", "a:99999", "?", "[::1"];
  assert.deepEqual([...good, ...bad].filter(isHostPattern), good);
});
