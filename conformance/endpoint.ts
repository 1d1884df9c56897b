// The AWS-compatible endpoint of other services: the one that PAWL_CONFORMANCE_ENDPOINT names, or else a `moto_server`,
// where one is on the PATH, for as long as the runner lives.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Endpoint {
  /** Without a slash at its end. */
  readonly url: string;
  close(): void;
}

export const howToGiveEndpoint =
  "they need an AWS-compatible endpoint: put moto_server on the PATH, or set PAWL_CONFORMANCE_ENDPOINT to one.";

const patienceMs = 30_000;

/** The pipe to its input closes however the runner ends, and the server with it. */
const script = `
command -v moto_server >/dev/null || exit 127
exec 3<&0
moto_server -H 127.0.0.1 -p 0 & server=$!
(cat <&3 >/dev/null; kill $server) &
wait $server`;

/** @returns `undefined` where there is none. */
export async function openEndpoint(log: (message: string) => void): Promise<Endpoint | undefined> {
  const given = process.env["PAWL_CONFORMANCE_ENDPOINT"];
  if (given !== undefined && given !== "") return { url: given.replace(/\/+$/, ""), close: () => {} };
  // In a process group of its own: Ctrl-C is for the runner, which takes the server with it.
  const shell = spawn("sh", ["-c", script], { detached: true, stdio: ["pipe", "ignore", "pipe"] });
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const said: string[] = [];
  shell.on("error", () => resolve(undefined));
  shell.on("exit", (code) => {
    if (code !== 127) log(`moto_server ended: ${said.join(" ")}`);
    resolve(undefined);
  });
  createInterface({ input: shell.stderr }).on("line", (line) => {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (url !== undefined) resolve(url);
    said.push(line);
    if (said.length > 3) said.shift();
  });
  const timer = setTimeout(() => {
    log(`moto_server did not say within ${patienceMs / 1000} s where it listens: ${said.join(" ")}`);
    resolve(undefined);
  }, patienceMs);
  const url = await promise;
  clearTimeout(timer);
  const close = (): void => {
    shell.removeAllListeners("exit");
    shell.stdin.end();
    shell.stderr.destroy();
    shell.unref();
  };
  if (url !== undefined) return { url, close };
  close();
  return undefined;
}
