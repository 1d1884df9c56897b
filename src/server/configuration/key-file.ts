// The key file of an encrypted store: a master key a line, base64 of 32 bytes, the current one first; `#` begins a comment.
// Its reader can read the data, so it must be its owner's alone; where root owns it, a group may read it. No message shows a key.
import { randomBytes } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { keyBytes, type MasterKey, masterKeyOf } from "../../store/envelope.ts";
import { ConfigurationError } from "./configuration.ts";
import { reasonOf } from "../file-problem.ts";

/** @throws ConfigurationError whose every line begins with the file. */
export function readMasterKeys(file: string): readonly MasterKey[] {
  const text = readPrivate(file);
  const problems: string[] = [];
  const report = (line: number, problem: string): void => {
    problems.push(`${file}:${line}: ${problem}`);
  };
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const found = new Map<string, { readonly key: MasterKey; readonly line: number }>();
  for (const [index, content] of lines.entries()) {
    const [written = ""] = content.split("#");
    if (written.trim() === "") continue;
    const line = index + 1;
    const secret = secretOf(written.trim());
    if (secret === undefined) {
      report(line, `is no key: it must be base64 of ${keyBytes} bytes. Make one: pawl key`);
      continue;
    }
    const key = masterKeyOf(secret);
    const same = found.get(key.fingerprint);
    if (same === undefined) found.set(key.fingerprint, { key, line });
    else report(line, `is the same key as line ${same.line}. Leave one of them out.`);
  }
  if (found.size === 0 && problems.length === 0) problems.push(`${file}: holds no key. Make one: pawl key`);
  if (problems.length > 0) throw new ConfigurationError(problems.join("\n"));
  return [...found.values()].map(({ key }) => key);
}

/** The content of a new key file. */
export function newKeyFile(today: string): string {
  return `# Master key of Pawl, made ${today}. The first key encrypts; those below it open what they encrypted before.
${newKeyLine()}`;
}

export function newKeyLine(): string {
  return `${randomBytes(keyBytes).toString("base64")}\n`;
}

function secretOf(written: string): Uint8Array | undefined {
  const secret = Buffer.from(written, "base64");
  return secret.length === keyBytes && secret.toString("base64") === written ? secret : undefined;
}

const maxFileBytes = 1_000_000;

function readPrivate(file: string): string {
  const descriptor = openFile(file);
  try {
    const stats = fstatSync(descriptor);
    const problem = problemOf(file, stats);
    if (problem !== undefined) throw new ConfigurationError(`${file}: ${problem}`);
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}

function openFile(file: string): number {
  try {
    // Opening a pipe that nobody writes to would wait for ever.
    return openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    const problem = isMissing
      ? `is not there. Bring it back or, for data that no key has encrypted yet, make one: pawl key -o ${file}`
      : `cannot be read: ${reasonOf(cause)}.`;
    throw new ConfigurationError(`${file}: ${problem}`, { cause });
  }
}

function problemOf(file: string, stats: Stats): string | undefined {
  const { mode, size, uid } = stats;
  if (!stats.isFile() || size > maxFileBytes) return "is no key file.";
  // Windows has no such bits.
  if (process.platform === "win32" || !isOpenToOthers({ mode, owner: uid, reader: process.getuid?.() }))
    return undefined;
  return `is open to other users (its mode is ${(mode & 0o777).toString(8)}). Make it yours alone: chmod 600 ${file}`;
}

/** A file of root's is for one program by its group, which is how Kubernetes hands secrets to one that is not root; PostgreSQL takes such files too. */
export function isOpenToOthers(file: {
  readonly mode: number;
  readonly owner: number;
  readonly reader: number | undefined;
}): boolean {
  const forGroup = file.owner === 0 && file.reader !== 0 ? 0o040 : 0;
  return (file.mode & 0o077 & ~forGroup) !== 0;
}
