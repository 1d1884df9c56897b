// The version of the package.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "./server-session.ts";

const { version: read } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
  readonly version: string;
};

export const version = read;
