// The standard outputs of the process, which may go away while it runs: a pipe whose reader has ended, a disk that is full.
// That ends no server, and no command with a stack trace.
import { reasonOf } from "../../server/file-problem.ts";

let [isOutputLost, isOutputLog] = [false, false];

/** Installed once, before anything is written. */
export function keepGoingWithoutOutputs(): void {
  process.stdout.on("error", (error: Error) => {
    // The reader has what it wanted, as in `pawl graph … | head`.
    if (isClosedPipe(error) || isOutputLost) return;
    isOutputLost = true;
    process.stderr.write(`The output cannot be written: ${reasonOf(error)}.\n`);
  });
  process.stderr.on("error", () => undefined);
}

/** Says that the standard output tells what a server does: what is missing of it is no failure of the command. */
export function outputIsLog(): void {
  isOutputLog = true;
}

/** Whether something is missing of the result that was written to the standard output. */
export function hasLostResult(): boolean {
  return isOutputLost && !isOutputLog;
}

function isClosedPipe(error: Error): boolean {
  return "code" in error && (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED");
}
