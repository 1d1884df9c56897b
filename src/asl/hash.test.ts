// The digests against the platform's own, over the lengths where padding changes shape.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { hashAlgorithms, hashHex, isHashAlgorithm } from "./hash.ts";

const platformNames = { MD5: "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512" };

for (const algorithm of hashAlgorithms) {
  test(`${algorithm} equals the platform's digest for every length around its block size`, () => {
    for (let length = 0; length < 260; length++) {
      const text = "aé€😀z".repeat(length).slice(0, length);
      const expected = createHash(platformNames[algorithm]).update(Buffer.from(text, "utf8")).digest("hex");
      assert.equal(hashHex(algorithm, text), expected, `length ${length}`);
    }
  });
}

test("SHA-1 of the recorded text is the recorded digest", () => {
  assert.equal(hashHex("SHA-1", "input data"), "aaff4a450a104cd177d28d18d74485e8cae074b7");
});

test("algorithm names are exact", () => {
  assert.equal(isHashAlgorithm("SHA-1"), true);
  assert.equal(isHashAlgorithm("sha-1"), false);
  assert.equal(isHashAlgorithm("toString"), false);
});
