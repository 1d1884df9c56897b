import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import type { Json } from "../src/asl/json.ts";
import { fakeCall, fakeCase, fakeMatch } from "./fake-case.ts";
import { type OtherServices, openServices } from "./other-services.ts";

const arns = { partition: "aws", region: "us-east-1", account: "123456789012" };

/** An endpoint that gives the answers by the action or the path that is asked for. */
async function services(t: TestContext, expected: { [key: string]: Json }, answers: Readonly<Record<string, Json>>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = String(request.headers["x-amz-target"] ?? request.url).replace(/^.*\./, "");
    asked.push(name);
    request.resume();
    response.end(JSON.stringify(answers[name] ?? {}));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const opened: OtherServices = openServices(fakeCase({ expected }), { url: endpoint, endpoint, arns });
  t.after(async () => {
    await opened.close();
    server.close();
    server.closeAllConnections();
  });
  return { opened, asked, endpoint };
}

test("what was logged is collected from every stream, in the order of the events", async (t) => {
  const { opened } = await services(
    t,
    { logged_execution_events: [{}, {}, {}, {}] },
    {
      DescribeLogStreams: { logStreams: [{ logStreamName: "a" }, { logStreamName: "b" }] },
      GetLogEvents: { events: [{ message: '{"id":"10"}' }, { message: '{"id":"9"}' }, { message: "no JSON" }] },
    },
  );
  await opened.make(fakeCall("logs.GetLogEvents"), { logGroupName: "g" });
  const collected = await opened.collect(fakeMatch("logged_execution_events"));
  assert.deepEqual(collected, [{ id: "9" }, { id: "9" }, { id: "10" }, { id: "10" }]);
});

test("the end of an Express execution is found in its log", async (t) => {
  const { opened } = await services(
    t,
    { end_event: {} },
    {
      DescribeLogStreams: { logStreams: [{ logStreamName: "a" }] },
      GetLogEvents: {
        events: ["ExecutionStarted", "PassStateEntered", "ExecutionSucceeded"].map((type, id) => ({
          message: JSON.stringify({ id: String(id), type }),
        })),
      },
    },
  );
  await opened.make(fakeCall("logs.GetLogEvents"), { logGroupName: "g" });
  assert.deepEqual(await opened.collect(fakeMatch("end_event")), { id: "2", type: "ExecutionSucceeded" });
});

test("as many messages are collected as were recorded, and the token in one is answered", async (t) => {
  const { opened, asked } = await services(
    t,
    { messages: [{}, {}], history: { events: [{ taskFailedEventDetails: {} }] } },
    { ReceiveMessage: { Messages: [{ MessageId: "m", Body: '{"TaskToken":"t"}' }] } },
  );
  await opened.make(fakeCall("sqs.ReceiveMessage"), { QueueUrl: "q" });
  assert.deepEqual(await opened.collect(fakeMatch("messages")), [{ TaskToken: "t" }, { TaskToken: "t" }]);
  assert.equal(asked.filter((name) => name === "SendTaskFailure").length, 1);
});

test("identifiers that the recorder wrote out become those of the APIs made here", async (t) => {
  const { opened, asked, endpoint } = await services(
    t,
    {},
    {
      "/restapis": { id: "new-api", rootResourceId: "new-root" },
      "/restapis/new-api/resources/new-root": { id: "new-resource" },
    },
  );
  await opened.make(fakeCall("apigateway.CreateRestApi"), { name: "n" });
  await opened.make(fakeCall("apigateway.CreateResource"), { restApiId: "old-api", parentId: "old-root" });
  await opened.make(fakeCall("apigateway.PutMethod"), { restApiId: "old-api", resourceId: "old", httpMethod: "POST" });
  assert.equal(asked.at(-1), "/restapis/new-api/resources/new-resource/methods/POST");
  assert.deepEqual(
    [...opened.renamed],
    [
      ["http://localhost:5557", endpoint],
      ["old-api", "new-api"],
      ["old-root", "new-root"],
      ["old", "new-resource"],
    ],
  );
});
