import assert from "node:assert/strict";
import { test } from "node:test";
import { functionEnvironment, type FunctionEnvironmentOptions, type ServerFacts } from "./environment.ts";

const server: ServerFacts = {
  region: "eu-west-2",
  url: () => "http://127.0.0.1:8083",
  hasKeys: false,
  secretVariables: ["KEY_OF_THE_SERVER"],
};

function environmentOf(more: Partial<FunctionEnvironmentOptions> = {}): Readonly<Record<string, string | undefined>> {
  return functionEnvironment({
    functionName: "fn",
    cwd: "/project/fn",
    env: {},
    server,
    inherited: { PATH: "/bin" },
    hasOtherCredentials: () => false,
    ...more,
  });
}

test("a function gets what Lambda sets, the way back to the server, and the server's own variables", () => {
  const { AWS_LAMBDA_LOG_STREAM_NAME, ...rest } = environmentOf({
    handler: "app.handler",
    runtime: "python3.13",
    memoryMb: 512,
    env: { GREETING: "hi" },
  });
  assert.match(AWS_LAMBDA_LOG_STREAM_NAME ?? "", /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][\da-f]{32}$/);
  assert.deepEqual(rest, {
    PATH: "/bin",
    AWS_LAMBDA_FUNCTION_NAME: "fn",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/fn",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_EXECUTION_ENV: "AWS_Lambda_python3.13",
    _HANDLER: "app.handler",
    LAMBDA_TASK_ROOT: "/project/fn",
    AWS_REGION: "eu-west-2",
    AWS_DEFAULT_REGION: "eu-west-2",
    TZ: ":UTC",
    AWS_DISABLE_HOST_PREFIX_INJECTION: "true",
    AWS_ENDPOINT_URL_SFN: "http://127.0.0.1:8083",
    AWS_ACCESS_KEY_ID: "pawl",
    AWS_SECRET_ACCESS_KEY: "pawl",
    GREETING: "hi",
  });
});

test("a command has no handler, no runtime and no memory of its own, and the trace of its call", () => {
  const environment = environmentOf({ traceHeader: "Root=1-2" });
  for (const name of ["_HANDLER", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"])
    assert.ok(!Object.hasOwn(environment, name), name);
  assert.equal(environment["_X_AMZN_TRACE_ID"], "Root=1-2");
  assert.ok(!Object.hasOwn(environmentOf({ inherited: { _X_AMZN_TRACE_ID: "of the server" } }), "_X_AMZN_TRACE_ID"));
});

test("what was set by hand stays, and what the configuration says for the function is said last", () => {
  const inherited = {
    AWS_ENDPOINT_URL_SFN: "http://other",
    AWS_REGION: "us-west-1",
    TZ: "Europe/Berlin",
    LAMBDA_TASK_ROOT: "/x",
  };
  const environment = environmentOf({ inherited, env: { AWS_DEFAULT_REGION: "sa-east-1" } });
  const { AWS_ENDPOINT_URL_SFN, AWS_REGION, AWS_DEFAULT_REGION, TZ, LAMBDA_TASK_ROOT } = environment;
  assert.deepEqual(
    [AWS_ENDPOINT_URL_SFN, AWS_REGION, AWS_DEFAULT_REGION, TZ, LAMBDA_TASK_ROOT],
    ["http://other", "us-west-1", "sa-east-1", ":UTC", "/project/fn"],
  );
});

const withCredentials: readonly (readonly [what: string, more: Partial<FunctionEnvironmentOptions>])[] = [
  ["the server has keys", { server: { ...server, hasKeys: true } }],
  ["nothing is known of a server", { server: undefined }],
  ["the machine has some in a file or by its role", { hasOtherCredentials: () => true }],
  ["a profile is named", { inherited: { AWS_PROFILE: "mine" } }],
  ["a container has a role", { inherited: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/x" } }],
  ["the function has a token of its own", { env: { AWS_WEB_IDENTITY_TOKEN_FILE: "/token" } }],
];
for (const [what, more] of withCredentials) {
  test(`there are no dummy credentials where ${what}`, () => {
    assert.ok(!Object.hasOwn(environmentOf(more), "AWS_ACCESS_KEY_ID"));
  });
}

test("credentials of the environment are passed on, and secrets of the server's own keys are not", () => {
  const inherited = {
    AWS_ACCESS_KEY_ID: "AKIA",
    AWS_SECRET_ACCESS_KEY: "s",
    AWS_SESSION_TOKEN: "t",
    KEY_OF_THE_SERVER: "secret",
  };
  const environment = environmentOf({ inherited });
  assert.deepEqual(
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "KEY_OF_THE_SERVER"].map(
      (name) => environment[name],
    ),
    ["AKIA", "s", "t", undefined],
  );
});
