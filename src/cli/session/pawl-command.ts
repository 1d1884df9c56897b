// The words that a person types to call this program: from a clone it is a script of npm, which may be called from elsewhere.
import { isAbsolute, relative } from "node:path";
import { defaultPort } from "../../server/configuration/configuration.ts";
import { packageRoot } from "./package-root.ts";

export function ownCommand(isSilent = false): string {
  const { npm_lifecycle_event: script, INIT_CWD: calledFrom = packageRoot } = process.env;
  if (script === "start" || script === "pawl") {
    const elsewhere = isBelow(packageRoot, calledFrom) ? "" : ` --prefix ${shellWord(packageRoot)}`;
    return `npm${elsewhere} run${isSilent ? " -s" : ""} pawl --`;
  }
  // A script of another package has `pawl` on its PATH too, yet not the shell of the person who reads this.
  return script === undefined ? "pawl" : "npx pawl";
}

/** One word of a command, as a POSIX shell takes it. */
export function shellWord(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !way.startsWith("..") && !isAbsolute(way);
}

/** The option by which a command finds a server; empty where it finds it by itself. */
export function endpointOption(url: string): string {
  const { hostname, port } = new URL(url);
  return hostname === "127.0.0.1" && port === String(defaultPort) ? "" : ` --endpoint ${url}`;
}

/** The command that answers a task which waits for a callback, ready to be typed in another terminal. */
export function answerCommand(token: string, url: string): string {
  return `${ownCommand(true)} answer ${token}${endpointOption(url)} --output '{}'`;
}
