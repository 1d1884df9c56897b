// The Chromium that the system has, as Debian installs it.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

export type Page = Awaited<ReturnType<Browser["newPage"]>>;

/** The path of its program; `undefined` where there is none. */
export const installedChromium = ["chromium", "chromium-browser", "google-chrome"]
  .flatMap((name) => (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name)))
  .find(isExecutable);

export async function launchChromium(executablePath: string): Promise<Browser> {
  // Root, as in a container, has no sandbox.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Looked for elsewhere.
    return false;
  }
}
