// The trivial local HTTP function of W2: reads a body, answers a small object.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answer } from "./answer.ts";

const reply = '{"ok":true}';
const head = { "Content-Type": "application/json", "Content-Length": String(reply.length) };

const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  request.resume();
  request.on("end", () => response.writeHead(200, head).end(reply));
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  answer({ url: `http://127.0.0.1:${port}`, close: () => server.closeAllConnections() });
});
