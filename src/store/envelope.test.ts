// A sealed text opens with its key, in its cell, unchanged, and in no other way.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dataKeyIdOf, masterKeyOf, newDataKey, open, seal, unwrapDataKey, wrapDataKey } from "./envelope.ts";

const key = newDataKey(7);

test("every text opens as it was sealed, and names its data key", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string(), (text, place) => {
      const sealed = seal(key, place, text);
      assert.equal(dataKeyIdOf(sealed), 7);
      assert.equal(open(key, place, sealed)?.toString(), text);
    }),
  );
  const long = "0123456789abcdef€".repeat(200_000);
  assert.equal(open(key, "p", seal(key, "p", long))?.toString(), long);
});

test("a sealed text opens with no other key, at no other place, and not when any bit of it is another", () => {
  const sealed = seal(key, "journal.events/1/2", "a text");
  assert.equal(open(key, "journal.events/1/3", sealed), undefined);
  assert.equal(open(newDataKey(7), "journal.events/1/2", sealed), undefined);
  // Before that stand the format and the id of the data key, which say how it is to be opened.
  for (let bit = 40; bit < sealed.length * 8; bit++) {
    const changed = Uint8Array.from(sealed);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(open(key, "journal.events/1/2", changed), undefined, String(bit));
  }
  for (let length = 0; length < sealed.length; length++) {
    const cut = sealed.subarray(0, length);
    assert.equal(open(key, "journal.events/1/2", cut), undefined);
    if (length < 33) assert.equal(dataKeyIdOf(cut), undefined);
  }
});

test("a data key comes out of its wrap with its master key and its id only", () => {
  const [master, other] = [1, 2].map((byte) => masterKeyOf(new Uint8Array(32).fill(byte)));
  assert.ok(master && other);
  const wrapped = wrapDataKey(key, master);
  const unwrapped = unwrapDataKey(7, wrapped, master);
  assert.ok(unwrapped);
  assert.equal(open(unwrapped, "p", seal(key, "p", "text"))?.toString(), "text");
  assert.equal(unwrapDataKey(8, wrapped, master), undefined);
  assert.equal(unwrapDataKey(7, wrapped, other), undefined);
  assert.equal(unwrapDataKey(7, wrapped.subarray(1), master), undefined);
  assert.notDeepEqual(wrapDataKey(key, master), wrapped);
});

test("a fingerprint tells keys apart and stays the same", () => {
  // Stores that are there refer to it.
  assert.equal(masterKeyOf(new Uint8Array(32).fill(1)).fingerprint, "5e62422ffd404c61");
  assert.notEqual(masterKeyOf(new Uint8Array(32).fill(2)).fingerprint, masterKeyOf(new Uint8Array(32)).fingerprint);
});

test("what an older version sealed and wrapped opens", () => {
  const master = masterKeyOf(new Uint8Array(32).fill(1));
  const wrapped = Buffer.from(
    "ar9VMz6PV93qZ6fJ/5W5k2uhcMElNv+zjiSfKG87FzFTPfqfxp2usTqPv8aWnelpg0VJMy20e3fKAHB3",
    "base64",
  );
  const sealed = Buffer.from("AQAAAAeWeg1nfz8RN1hsqzFL343SkXFLMKoFAkkmlVX8rM2DvnDO4Y4c", "base64");
  const unwrapped = unwrapDataKey(7, wrapped, master);
  assert.ok(unwrapped);
  assert.equal(open(unwrapped, "journal.events/1/2", sealed)?.toString(), "as it was");
});
