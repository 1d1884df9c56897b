// Users with a home, and those who are a number alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { homeFolder } from "./home-folder.ts";

function failWith(facts: object): () => never {
  return () => {
    throw Object.assign(new Error("A system error occurred"), { code: "ERR_SYSTEM_ERROR" }, facts);
  };
}

test("a user that the system does not know has no home; what else goes wrong is told", () => {
  assert.equal(
    homeFolder(() => "/home/somebody"),
    "/home/somebody",
  );
  assert.equal(
    homeFolder(() => ""),
    undefined,
  );
  assert.equal(homeFolder(failWith({ syscall: "uv_os_homedir" })), undefined);
  assert.throws(() => homeFolder(failWith({ syscall: "read" })), /A system error/);
});
