// HTTP tasks in a whole server: executions, TestState, and no secret anywhere but in the request.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateStateMachineCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
  DescribeExecutionCommand,
  TestStateCommand,
} from "@aws-sdk/client-sfn";
import { testServerOptions } from "../testing/server-options.ts";
import { eventually } from "../testing/server-process.ts";
import { startWebServer } from "../testing/web-server.ts";
import { parseConfiguration } from "./configuration/configuration.ts";
import { startServer } from "./start-server.ts";

const canary = "CANARYSECRET";
const arn = "arn:aws:events:us-east-1:123456789012:connection/orders/1d296ce9-feb5-484a-8203-d054baf517e9";
const roleArn = "arn:aws:iam::123456789012:role/r";

test("an HTTP task runs in an execution and in TestState, and its secret is only where it is revealed", async (t) => {
  const api = await startWebServer(t, {
    answer: ({ headers }) => {
      if (headers["x-api-key"] !== canary) return { status: 403 };
      return { headers: { "content-type": "application/json" }, body: '{"id": 7}' };
    },
  });
  const { connections } = parseConfiguration(
    { connections: { orders: { apiKey: { name: "x-api-key", value: { env: "ORDERS_KEY" } } } } },
    "/",
  );
  const logged: unknown[] = [];
  const server = await startServer({
    ...testServerOptions,
    connections,
    environment: { ORDERS_KEY: canary },
    log: (...words) => logged.push(words),
  });
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const client = new SFNClient({ endpoint: server.url, region: "us-east-1", credentials, disableHostPrefix: true });
  t.after(async () => {
    client.destroy();
    await server.close();
  });
  const state = {
    Type: "Task",
    Resource: "arn:aws:states:::http:invoke",
    Parameters: {
      ApiEndpoint: `${api.url}/orders`,
      Method: "POST",
      Authentication: { ConnectionArn: arn },
      RequestBody: { "order.$": "$.order" },
    },
    ResultSelector: { "id.$": "$.ResponseBody.id", "status.$": "$.StatusCode" },
    End: true,
  };
  const definition = JSON.stringify({ StartAt: "Order", States: { Order: state } });
  const { stateMachineArn } = await client.send(new CreateStateMachineCommand({ name: "orders", definition, roleArn }));
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input: '{"order":5}' }));
  const described = await eventually("the execution ends", async () => {
    const answer = await client.send(new DescribeExecutionCommand({ executionArn }));
    return answer.status === "RUNNING" ? undefined : answer;
  });
  assert.equal(described.output, '{"id":7,"status":200}');
  const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
  const scheduled = events.find(({ type }) => type === "TaskScheduled")?.taskScheduledEventDetails;
  assert.deepEqual([scheduled?.resourceType, scheduled?.resource], ["http", "invoke"]);
  const input = '{"order":5}';
  const tested = { definition: JSON.stringify(state), roleArn, input };
  const trace = await client.send(new TestStateCommand({ ...tested, inspectionLevel: "TRACE" }));
  assert.equal(trace.status, "SUCCEEDED");
  assert.equal(trace.inspectionData?.request?.url, `${api.url}/orders`);
  assert.equal(trace.inspectionData.request.body, '{"order":5}');
  assert.equal(trace.inspectionData.response?.statusCode, "200");
  assert.equal(trace.inspectionData.response.body, '{"id": 7}');
  const debug = await client.send(new TestStateCommand({ ...tested, inspectionLevel: "DEBUG" }));
  assert.equal(debug.inspectionData?.request, undefined);
  for (const said of [described, events, trace, debug, logged]) {
    assert.doesNotMatch(JSON.stringify(said), new RegExp(canary));
  }
  const revealed = await client.send(
    new TestStateCommand({ ...tested, inspectionLevel: "TRACE", revealSecrets: true }),
  );
  assert.match(revealed.inspectionData?.request?.headers ?? "", new RegExp(`x-api-key: ${canary}`));
  assert.equal(api.requests.length, 4);
});

test("headers that an HTTP task may not give are refused when its machine is made, and when they come from data", async (t) => {
  const server = await startServer(testServerOptions);
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const client = new SFNClient({ endpoint: server.url, region: "us-east-1", credentials, disableHostPrefix: true });
  t.after(async () => {
    client.destroy();
    await server.close();
  });
  const parameters = { ApiEndpoint: "https://127.0.0.1/", Method: "GET", Authentication: { ConnectionArn: arn } };
  const stateOf = (headers: object): object => ({
    Type: "Task",
    Resource: "arn:aws:states:::http:invoke",
    Parameters: { ...parameters, ...headers },
    End: true,
  });
  const definition = JSON.stringify({
    StartAt: "A",
    States: { A: stateOf({ Headers: { "Authorization.$": "$.a" } }) },
  });
  await assert.rejects(
    client.send(new CreateStateMachineCommand({ name: "a", definition, roleArn })),
    /The 'Headers' field contains unsupported values: \[authorization\] at \/States\/A\/Parameters/,
  );
  const tested = await client.send(
    new TestStateCommand({
      definition: JSON.stringify(stateOf({ "Headers.$": "$" })),
      roleArn,
      input: '{"Authorization":"x"}',
    }),
  );
  assert.equal(tested.error, "States.Runtime");
  assert.match(
    tested.cause ?? "",
    /could not be used to start the Task: \[The 'Headers' field contains unsupported values: \[authorization\]\]$/,
  );
});
