// The type of the package that a file belongs to: whether its files are modules of the language or of CommonJS.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export function packageType(path: string): "module" | "commonjs" | undefined {
  let folder = path;
  while (folder !== dirname(folder)) {
    folder = dirname(folder);
    const file = join(folder, "package.json");
    if (!existsSync(file)) continue;
    const { type } = JSON.parse(readFileSync(file, "utf8")) as { readonly type?: unknown };
    return type === "module" || type === "commonjs" ? type : undefined;
  }
  return undefined;
}
