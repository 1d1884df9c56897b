// Where execution logs go, as the operator chose: CloudWatch Logs, a file, the standard output.
import { appendFile } from "node:fs/promises";
import { createCloudWatchLogs } from "./cloud-watch-logs.ts";
import { type DestinationOptions, linesTo, type LogDestination } from "./destination.ts";

/** The destination that the operator chose. */
export type LogTarget =
  /** Without an endpoint: that of AWS, in the region of the log group. */
  | { readonly to: "cloudWatchLogs"; readonly endpoint?: string | undefined }
  /** An absolute path. */
  | { readonly to: "file"; readonly file: string }
  | { readonly to: "stdout" }
  | { readonly to: "nowhere" };

/** `undefined` for nowhere. */
export function openLogDestination(target: LogTarget, options: DestinationOptions): LogDestination | undefined {
  switch (target.to) {
    case "cloudWatchLogs":
      return createCloudWatchLogs({ ...options, endpoint: target.endpoint });
    case "file":
      return linesTo(`Execution logs for the file ${target.file}`, options, appending(target.file));
    case "stdout":
      return linesTo("Execution logs for the standard output", options, writeToStdout);
    case "nowhere":
      return undefined;
  }
}

type Append = (file: string, text: string) => Promise<void>;

/** Opened anew for each batch, so that a file which was moved away is begun again. */
const append: Append = (file, text) => appendFile(file, text, { mode: 0o600 });

/** A full disk may have taken a part of a batch: what is sent again must not go on in the middle of its last line. */
export function appending(file: string, write: Append = append): (text: string) => Promise<void> {
  let isTorn = false;
  return async (text) => {
    const written = isTorn ? `\n${text}` : text;
    isTorn = true;
    await write(file, written);
    isTorn = false;
  };
}

let isStdoutWatched = false;

async function writeToStdout(text: string): Promise<void> {
  const { stdout } = process;
  // Its reader may have gone: the callback says so too, and an error that nobody listens for ends the process.
  if (!isStdoutWatched) stdout.on("error", () => undefined);
  isStdoutWatched = true;
  await new Promise<void>((resolve, reject) => {
    stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
