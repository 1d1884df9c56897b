// An HTTP server of a test, plain or with TLS, that notes what it is asked and answers what the test says.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

export interface WebRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Names and values as they came, in turn. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface WebAnswer {
  readonly status?: number;
  readonly statusText?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

export interface WebServer {
  readonly url: string;
  readonly port: number;
  readonly requests: WebRequest[];
}

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

interface WebServerOptions {
  /** Answers; what is not said is 200 and nothing. */
  readonly answer?: (request: WebRequest) => WebAnswer | Promise<WebAnswer>;
  /** Speaks TLS with it. */
  readonly certificate?: Certificate;
}

const nothing = (): WebAnswer => ({});

/** The server closes when the test ends. */
export async function startWebServer(t: TestContext, options: WebServerOptions = {}): Promise<WebServer> {
  const { certificate, answer = nothing } = options;
  const requests: WebRequest[] = [];
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = "", url: path = "", rawHeaders, headers } = incoming;
    const request = { method, path, rawHeaders, headers, body: Buffer.concat(chunks).toString("utf8") };
    requests.push(request);
    const { status = 200, statusText, headers: own = {}, body } = await answer(request);
    response.writeHead(status, statusText, own as Record<string, string | string[]>).end(body);
  };
  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    handle(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  };
  const server: Server =
    certificate === undefined ? createServer(listener) : createSecureServer({ ...certificate }, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${certificate === undefined ? "http" : "https"}://127.0.0.1:${port}`, port, requests };
}

/** A certificate for 127.0.0.1 and localhost that only it itself vouches for; `undefined` where there is no openssl. */
export function makeCertificate(): Certificate | undefined {
  const folder = mkdtempSync(join(tmpdir(), "pawl-certificate-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const form = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"];
  try {
    execFileSync("openssl", [...form, ...subject, "-keyout", key, "-out", cert], { stdio: "ignore" });
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
