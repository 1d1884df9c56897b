// The programs of a PostgreSQL server on this machine, where it has them.
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

const debian = "/usr/lib/postgresql";

/** The folder that has `initdb` and `postgres`: on the PATH, or where Debian puts the newest version. */
export function serverPrograms(): string | undefined {
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""),
    ...versions.map((version) => join(debian, version, "bin")),
  ];
  const found = folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
  // A link leads to where the others are.
  return found === undefined ? undefined : dirname(realpathSync(join(found, "postgres")));
}
