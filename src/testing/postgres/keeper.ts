// Keeps the PostgreSQL server of one run of tests: all their processes share it, and it goes when the run is over.
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { serverPrograms } from "./binaries.ts";
import { startOwnServer } from "./server.ts";

const [folder = "", runner = ""] = process.argv.slice(2);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function tell(name: string, content: string): void {
  writeFileSync(join(folder, `${name}.new`), content);
  renameSync(join(folder, `${name}.new`), join(folder, name));
}

try {
  const programs = serverPrograms();
  if (programs === undefined) throw new Error("there are no programs of a PostgreSQL server");
  const server = await startOwnServer({ programs });
  tell("ready", server.folder);
  while (isAlive(Number(runner))) await pause(200);
  await server.remove();
} catch (error) {
  tell("failed", String(error));
  while (isAlive(Number(runner))) await pause(200);
}
rmSync(folder, { recursive: true, force: true });
