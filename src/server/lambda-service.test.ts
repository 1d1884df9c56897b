// Lambda, as the configuration of services says where it is.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { testServerOptions } from "../testing/server-options.ts";
import { eventually } from "../testing/server-process.ts";
import { startWebServer } from "../testing/web-server.ts";
import { startServer } from "./start-server.ts";

test("a function that is not mapped is called where services have Lambda, whatever the variables say", async (t) => {
  const paths: string[] = [];
  const lambda = await startWebServer(t, {
    answer: ({ path }) => {
      paths.push(path);
      return { body: '{"n":1}' };
    },
  });
  const server = await startServer({
    ...testServerOptions,
    services: new Map([["lambda", { endpoint: lambda.url }]]),
    environment: { AWS_ENDPOINT_URL_LAMBDA: "http://127.0.0.1:9/" },
  });
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const client = new SFNClient({ endpoint: server.url, region: "us-east-1", credentials });
  t.after(async () => {
    client.destroy();
    await server.close();
  });
  const call = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Parameters: { FunctionName: "far" } };
  const definition = JSON.stringify({
    StartAt: "Call",
    States: { Call: { ...call, OutputPath: "$.Payload", End: true } },
  });
  const roleArn = "arn:aws:iam::123456789012:role/r";
  const { stateMachineArn } = await client.send(new CreateStateMachineCommand({ name: "m", definition, roleArn }));
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
  const { output } = await eventually("the execution ends", async () => {
    const answer = await client.send(new DescribeExecutionCommand({ executionArn }));
    return answer.status === "RUNNING" ? undefined : answer;
  });
  assert.deepEqual([output, paths], ['{"n":1}', ["/2015-03-31/functions/far/invocations"]]);
});
