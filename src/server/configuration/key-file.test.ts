// Which key files are taken, what is said of the others, and that no message shows a key.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { masterKeyOf } from "../../store/envelope.ts";
import { ConfigurationError } from "./configuration.ts";
import { newKeyFile, newKeyLine, readMasterKeys, isOpenToOthers } from "./key-file.ts";

function directoryOf(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "pawl-key-"));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

const secrets = [1, 2].map((byte) => new Uint8Array(32).fill(byte));
const [a = "", b = ""] = secrets.map((secret) => Buffer.from(secret).toString("base64"));
const fingerprints = secrets.map((secret) => masterKeyOf(secret).fingerprint);

test("the first key is the current one, whatever comments and empty lines there are", (t) => {
  const file = join(directoryOf(t), "pawl.key");
  for (const text of [`${a}\n${b}\n`, `# now\r\n${a}\r\n\r\n  ${b} # before\r\n`, `\uFEFF${a}\n\n${b}`]) {
    writeFileSync(file, text, { mode: 0o600 });
    assert.deepEqual(
      readMasterKeys(file).map(({ fingerprint }) => fingerprint),
      fingerprints,
      text,
    );
  }
});

test("a new key file is taken as it is made, and no two are alike", (t) => {
  const file = join(directoryOf(t), "pawl.key");
  writeFileSync(file, `${newKeyLine()}${newKeyFile("2026-01-01")}`, { mode: 0o600 });
  assert.equal(new Set(readMasterKeys(file).map(({ fingerprint }) => fingerprint)).size, 2);
});

test("what is no key is refused by its line, and shown to nobody", (t) => {
  const file = join(directoryOf(t), "pawl.key");
  const rows: readonly (readonly [text: string, message: RegExp])[] = [
    ["", /^\S+pawl\.key: holds no key\. Make one: pawl key$/],
    ["# nothing\n", /holds no key/],
    [`${a}\nnonsense-${b}\n`, /^\S+pawl\.key:2: is no key: it must be base64 of 32 bytes/],
    [a.slice(0, 40), /:1: is no key/],
    [`${a.slice(0, -1)}`, /:1: is no key/],
    [`${a} ${b}`, /:1: is no key/],
    [`${a}\n# again\n${b}\n${a}`, /:4: is the same key as line 1\. Leave one of them out\.$/],
    [`x\ny\n`, /:1: is no key.*\n\S+:2: is no key/],
  ];
  for (const [text, message] of rows) {
    writeFileSync(file, text, { mode: 0o600 });
    assert.throws(
      () => readMasterKeys(file),
      (error: unknown) => {
        assert.ok(error instanceof ConfigurationError);
        assert.match(error.message, message);
        for (const key of [a, b]) assert.ok(!error.message.includes(key.slice(0, 8)), error.message);
        return true;
      },
    );
  }
});

test(
  "a key file that others may read is refused, with the command that mends it",
  { skip: process.platform === "win32" && "there are no such permissions" },
  (t) => {
    const directory = directoryOf(t);
    const file = join(directory, "pawl.key");
    writeFileSync(file, a);
    for (const mode of [0o644, 0o640, 0o604, 0o620, 0o660]) {
      chmodSync(file, mode);
      assert.throws(() => readMasterKeys(file), {
        name: "ConfigurationError",
        message: `${file}: is open to other users (its mode is ${mode.toString(8)}). Make it yours alone: chmod 600 ${file}`,
      });
    }
    chmodSync(file, 0o400);
    assert.equal(readMasterKeys(file).length, 1);
    chmodSync(directory, 0o700);
    assert.throws(() => readMasterKeys(directory), /is no key file/);
    assert.throws(
      () => readMasterKeys(join(directory, "other.key")),
      /is not there\. Bring it back or, .* make one: pawl key -o .*other\.key/,
    );
  },
);

test("root's file is for one program by its group, unless the program is root itself", () => {
  const rows: readonly (readonly [mode: number, owner: number, reader: number, isOpen: boolean])[] = [
    [0o100_440, 0, 10_001, false],
    [0o100_640, 0, 10_001, false],
    [0o100_440, 0, 0, true],
    [0o100_440, 10_001, 10_001, true],
    [0o100_444, 0, 10_001, true],
    [0o100_660, 0, 10_001, true],
    [0o100_600, 10_001, 10_001, false],
  ];
  for (const [mode, owner, reader, isOpen] of rows)
    assert.equal(isOpenToOthers({ mode, owner, reader }), isOpen, `${mode.toString(8)} of ${owner} for ${reader}`);
});

test("a pipe is no key file, and nobody waits for what it may bring", { skip: process.platform === "win32" }, (t) => {
  const pipe = join(directoryOf(t), "pipe.key");
  const make = `mkfifo -m 600 '${pipe}'`;
  execFileSync("bash", ["-c", make]);
  assert.throws(() => readMasterKeys(pipe), { message: `${pipe}: is no key file.` });
});
