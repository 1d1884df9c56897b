// The wish of a person or a supervisor that a command ends.
import { constants } from "node:os";
import { whenAbandoned } from "./npm-parent.ts";

/** Within it the same wish arrives twice: npm passes on what the terminal, or a supervisor, has sent to everybody already. */
const echoMs = 200;

/** Settles at the first Ctrl-C or request to end, or when npm has ended without passing one on; a second one later ends the process at once. */
export function interruption(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const receive = (name: NodeJS.Signals): void => {
      if (firstAt !== undefined && performance.now() - firstAt > echoMs) process.exit(128 + constants.signals[name]);
      firstAt ??= performance.now();
      resolve();
    };
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, receive);
    whenAbandoned(resolve);
  });
}
