// The data that open scopes hold are measured once, however many scopes are opened after that.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Payload } from "../asl/payload.ts";
import type { Scope } from "./execution.ts";
import { HeldData } from "./held-data.ts";

const payload = (characters: number): Payload => Payload.ofText(`"${"x".repeat(characters - 2)}"`);
const scopeOf = (id: number, data: Payload): [number, Scope] => [id, { id, data } as Scope];

test("open scopes hold much once their data are more than a few megabytes, the same data counted once", () => {
  const shared = payload(1024 * 1024);
  const scopes = new Map(Array.from({ length: 100 }, (_, id) => scopeOf(id, shared)));
  let looks = 0;
  const values = scopes.values.bind(scopes);
  scopes.values = () => {
    looks++;
    return values();
  };
  const held = new HeldData({ scopes });
  assert.equal(held.isMuch, false);
  for (let id = 100; id < 130; id++) {
    const data = payload(1024 * 1024);
    scopes.set(...scopeOf(id, data));
    held.add(data);
    assert.equal(held.isMuch, false);
  }
  for (let i = 0; i < 2; i++) held.add(payload(1024 * 1024));
  assert.equal(held.isMuch, true);
  assert.equal(looks, 1);
  assert.equal(new HeldData({ scopes }).isMuch, false, "those that were only added are not open");
});

test("few scopes never hold much", () => {
  const held = new HeldData({ scopes: new Map([scopeOf(0, payload(64 * 1024 * 1024))]) });
  assert.equal(held.isMuch, false);
});
