// The folder of this package: a clone, or where npm has installed it.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const packageRoot = resolve(fileURLToPath(new URL("../../..", import.meta.url)));
