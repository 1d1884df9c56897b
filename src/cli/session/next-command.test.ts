import assert from "node:assert/strict";
import { test } from "node:test";
import { type Changes, commandWith } from "./next-command.ts";

test("the next command is the same one with other values, as a shell takes it", () => {
  const rows: readonly (readonly [args: readonly string[], changes: Changes, command: string])[] = [
    [["dev"], { "--port": "8084" }, "dev --port 8084"],
    [["dev", "./my flows"], { "--port": "8084", "--db": "memory" }, "dev './my flows' --port 8084 --db memory"],
    [["dev", "--port", "1", "w", "--db=a.db"], { "--port": "2", "--db": "memory" }, "dev w --port 2 --db memory"],
    [["serve", "-p", "1", "-c", "it's.json"], { "--port": "2" }, `serve -c 'it'\\''s.json' --port 2`],
    [["serve", "-p1", "--db", "a.db"], { "--port": "2" }, "serve --db a.db --port 2"],
    [["serve", "--port=1"], { "--port": undefined, "--db": "other.db" }, "serve --port=1 --db other.db"],
  ];
  for (const [args, changes, command] of rows) {
    assert.match(commandWith(args, changes), /^(pawl|npx pawl|npm run pawl --) /);
    assert.equal(commandWith(args, changes).replace(/^(pawl|npx pawl|npm run pawl --) /, ""), command);
  }
});
