// The words that a person types to call this program: from a clone it is a script of npm.
import { defaultPort } from "../../server/configuration/configuration.ts";

export function ownCommand(isSilent = false): string {
  const isFromClone = ["start", "pawl"].includes(process.env["npm_lifecycle_event"] ?? "");
  if (!isFromClone) return "npx pawl";
  return isSilent ? "npm run -s pawl --" : "npm run pawl --";
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

/** A word as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
