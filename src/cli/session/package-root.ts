// The folder of this package: a clone, or where npm has installed it.
import { join } from "node:path";

export const packageRoot = join(import.meta.dirname, "..", "..", "..");
