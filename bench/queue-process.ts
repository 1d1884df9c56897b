// A trivial SQS for W2: takes any message, and answers as SQS does.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answer } from "./answer.ts";

const reply =
  '{"MD5OfMessageBody":"d41d8cd98f00b204e9800998ecf8427e","MessageId":"5fea7756-0ea4-451a-a703-a558b933e274"}';
const head = {
  "Content-Type": "application/x-amz-json-1.0",
  "Content-Length": String(reply.length),
  "x-amzn-RequestId": "5fea7756-0ea4-451a-a703-a558b933e274",
};

const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  request.resume();
  request.on("end", () => response.writeHead(200, head).end(reply));
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  answer({ url: `http://127.0.0.1:${port}`, close: () => server.closeAllConnections() });
});
