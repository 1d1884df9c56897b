// The problems that are told of definitions, and where: beyond what the validator's own tests prove.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfiguration } from "../../server/configuration/configuration.ts";
import { checkDefinition } from "./check-definition.ts";
import { configuredFor } from "./configured.ts";
import { positionOf } from "./problem-text.ts";

/** Each problem as `line:column text: message`, warnings marked. */
function problemsIn(source: string, format: "json" | "yaml" = "json"): readonly string[] {
  return checkDefinition(source, { format, type: "STANDARD" }).problems.map(({ severity, message, range }) => {
    const { line, column } = positionOf(source, range?.start ?? 0);
    const mark = severity === "WARNING" ? "warning " : "";
    return `${mark}${line}:${column} ${source.slice(range?.start, range?.end)}: ${message}`;
  });
}

const home = { partition: "aws", region: "us-east-1", account: "123456789012" };

test("YAML becomes JSON, and what is wrong with its text is at its place", () => {
  const options = { format: "yaml", type: "STANDARD" } as const;
  const yaml = "x: &pass { Type: Pass, End: true }\nStartAt: A\nStates:\n  A:\n    <<: *pass\n    Comment: yes\n";
  assert.deepEqual(JSON.parse(checkDefinition(yaml, options).definition ?? "").States, {
    A: { Type: "Pass", End: true, Comment: "yes" },
  });
  const bomb = `a: &a [x]\n${["b", "c", "d", "e"].map((name, i) => `${name}: &${name} [${`*${"abcd"[i]}, `.repeat(20)}]`).join("\n")}\n`;
  for (const [text, message] of [
    ["a: [1", /flow|Flow/],
    ["a: 1\na: 2", /unique/],
    ["a: *b", /alias/i],
    [bomb, /alias/i],
  ] as const) {
    const { definition, problems } = checkDefinition(text, options);
    assert.equal(definition, undefined);
    assert.match(problems[0]?.message ?? "", message);
  }
});

test("JSON stays as it was written, and is refused with the place where it ends to be JSON", () => {
  const options = { format: "json", type: "STANDARD" } as const;
  const text = '{ "StartAt":"A",  "States": {"A": {"Type": "Pass", "Result": 1.0, "End": true}} }\n';
  assert.deepEqual(checkDefinition(text, options), { definition: text, problems: [] });
  const rows: readonly (readonly [text: string, position: string])[] = [
    ['{\n  "a": nope\n}', "2:8"],
    ['{\n  "a": 1,\n}', "3:1"],
    ["{", "1:1"],
  ];
  for (const [broken, position] of rows) {
    const [problem] = checkDefinition(broken, options).problems;
    const { line, column } = positionOf(broken, problem?.range?.start ?? -1);
    assert.equal(`${line}:${column}`, position, broken);
  }
  assert.match(checkDefinition("", options).problems[0]?.message ?? "", /must be a valid JSON object/);
});

test("names that are not known stand at their places, with the known one that was most likely meant", () => {
  const machine = (state: string) =>
    `{"StartAt": "Ship", "States": {\n"Ship": ${state},\n"Done": {"Type": "Succeed"}}}`;
  const rows: readonly (readonly [state: string, problem: string])[] = [
    ['{"Type": "Pass", "Nxet": 1, "Next": "Done"}', `2:26 "Nxet": Field 'Nxet' is not supported. Did you mean Next?`],
    [
      '{"Type": "Pass", "Retry": [], "Next": "Done"}',
      `2:26 "Retry": Field 'Retry' is not supported. Retry is a field of Task, Parallel and Map states; this is a Pass state`,
    ],
    ['{"Type": "Pass", "Next": "done"}', `2:34 "done": Missing 'Next' target: done. Did you mean Done?`],
    [
      '{"Type": "Pass", "QueryLanguage": "JSONata", "Result": 1, "Next": "Done"}',
      `2:54 "Result": The QueryLanguage is set to 'JSONata', but field 'Result' is only supported for the 'JSONPath' QueryLanguage. Here it is Output`,
    ],
    [
      '{"Type": "pass", "Next": "Done"}',
      `2:18 "pass": The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]. Did you mean Pass?`,
    ],
  ];
  for (const [state, problem] of rows) {
    assert.deepEqual(problemsIn(machine(state)), [problem]);
  }
});

test("a name that an object has twice is a warning at the second one", () => {
  const twice =
    '{"StartAt": "A",\n"Sta\\u0072tAt": "A", "States": {"A": {"Type": "Pass", "Result": [{"x": 1}, {"x": 2}], "End": true}}}';
  assert.deepEqual(problemsIn(twice), [
    'warning 2:1 "Sta\\u0072tAt": "StartAt" is already there on line 1, and only the last one counts',
  ]);
});

test("states that cannot be run yet are warnings, at any depth", () => {
  const names = ["ClusterName", "CertificateAuthority", "Endpoint", "Method", "Path"];
  const parameters = Object.fromEntries(names.map((name) => [name, "-"]));
  const call = "arn:aws:states:::eks:call.waitForTaskToken";
  const send = { Type: "Task", Resource: call, Parameters: parameters, End: true };
  const scope = { StartAt: "Send", States: { Send: send } };
  const each = {
    Type: "Map",
    ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, ...scope },
    End: true,
  };
  const definition = {
    StartAt: "Both",
    States: { Both: { Type: "Parallel", Branches: [{ StartAt: "Each", States: { Each: each } }], End: true } },
  };
  assert.deepEqual(
    problemsIn(JSON.stringify(definition)).map((problem) => problem.replace(/^warning \d+:\d+ |: this state.*/g, "")),
    ['"arn:aws:states:::eks:call.waitForTaskToken": Pawl has no connector for eks:call.waitForTaskToken yet'],
  );
});

test("states whose service nobody has configured are warnings, where the configuration is known", async () => {
  const state = (Resource: string) => ({ Type: "Task", Resource, Parameters: {}, End: true });
  const definition = JSON.stringify({
    StartAt: "List",
    States: {
      List: { ...state("arn:aws:states:::aws-sdk:s3:listBuckets"), Next: "Put", End: undefined },
      Put: { ...state("arn:aws:states:::events:putEvents"), Parameters: { Entries: [] } },
    },
  });
  const services = new Map([["s3", { endpoint: "http://127.0.0.1:9000" }]]);
  const options = { services, arns: home, port: 8083 };
  const configured = await configuredFor(options, { AWS_CONFIG_FILE: "/none" });
  const { problems } = checkDefinition(definition, { format: "json", type: "STANDARD", configured });
  assert.deepEqual(
    problems.map(({ severity, code, message }) => [severity, code, message.split(",")[0]]),
    [["WARNING", "NOT_CONFIGURED", "Nothing says where EventBridge is"]],
  );
  assert.deepEqual(checkDefinition(definition, { format: "json", type: "STANDARD" }).problems, []);
});

test("a service that wants another signature is not one to configure", async () => {
  const Resource = "arn:aws:states:::aws-sdk:codecatalyst:createAccessToken";
  const task = { Type: "Task", Resource, Parameters: { Name: "n" }, End: true };
  const configured = await configuredFor({ arns: home, port: 8083 }, { AWS_CONFIG_FILE: "/none" });
  const definition = JSON.stringify({ StartAt: "A", States: { A: task } });
  const { problems } = checkDefinition(definition, { format: "json", type: "STANDARD", configured });
  assert.deepEqual(
    problems.map(({ code, message }) => [code, message.split(":")[0]]),
    [["NOT_SUPPORTED_YET", "Pawl cannot sign requests of aws-sdk"]],
  );
});

test("an action that its service does not have is an error at its place", () => {
  const task = { Type: "Task", Resource: "arn:aws:states:::aws-sdk:sqs:sendMesage", Parameters: {}, End: true };
  const [problem, ...others] = problemsIn(JSON.stringify({ StartAt: "A", States: { A: task } }));
  assert.match(
    problem ?? "",
    /^1:\d+ "arn:aws:states:::aws-sdk:sqs:sendMesage": The resource provided arn:[^ ]+ is not recognized\./,
  );
  assert.deepEqual(others, []);
});

test("one mistake in YAML is one problem, and a word that YAML 1.2 takes as a text is told", () => {
  const state = (lines: string) => `StartAt: A\nStates:\n  A:\n    Type: Succeed\n${lines}\n`;
  const rows: readonly (readonly [source: string, problems: readonly RegExp[]])[] = [
    [
      state("    Comment: a\n   End: true\n  B:\n    End: [true"),
      [/^6:4 .*same column\. This line is indented by 3, the one before it by 4$/s],
    ],
    ["StartAt: A\nStartAt: B\nStates: [", [/^2:1 .*unique$/s, /^\d+:\d+ /]],
    [
      "StartAt: A\nStates:\n  A: {Type: Pass, Next: B}\n  B: {Type: Pass, End: Yes}\n",
      [/^4:24 Yes: .*\[BOOLEAN\]\. In YAML 1\.2, Yes is a text: write true$/],
    ],
    [
      state("    Comment: !Sub text"),
      [/^warning 5:14 !Sub: Unresolved tag: !Sub\. !Sub is of CloudFormation, and nothing fills it here/],
    ],
  ];
  for (const [source, problems] of rows) {
    const found = problemsIn(source, "yaml");
    assert.equal(found.length, problems.length, found.join("\n"));
    for (const [index, problem] of problems.entries()) assert.match(found[index] ?? "", problem);
  }
});

void test("a connection that the configuration lacks is a warning with the line to add, where the configuration is known", async () => {
  const taskOf = (parameters: object): object => ({
    Type: "Task",
    Resource: "arn:aws:states:::http:invoke",
    ...parameters,
    End: true,
  });
  const known = "arn:aws:events:us-east-1:123456789012:connection/known/1d296ce9-feb5-484a-8203-d054baf517e9";
  const unknown = known.replace("known", "crm");
  const common = { ApiEndpoint: "https://a", Method: "GET" };
  const branches = [
    taskOf({ Parameters: { ...common, Authentication: { ConnectionArn: unknown } } }),
    taskOf({ Parameters: { ...common, Authentication: { ConnectionArn: known } } }),
    taskOf({ Parameters: { ...common, Authentication: { "ConnectionArn.$": "$.c" } } }),
    taskOf({ QueryLanguage: "JSONata", Arguments: { ...common, InvocationConfig: { ConnectionArn: unknown } } }),
    taskOf({
      QueryLanguage: "JSONata",
      Arguments: { ...common, InvocationConfig: { ConnectionArn: "{% $states.input.c %}" } },
    }),
  ].map((state, i) => ({ StartAt: `A${i}`, States: { [`A${i}`]: state } }));
  const text = JSON.stringify({ StartAt: "P", States: { P: { Type: "Parallel", Branches: branches, End: true } } });
  const options = { format: "json", type: "STANDARD" } as const;
  assert.deepEqual(checkDefinition(text, options).problems, []);
  const { connections } = parseConfiguration({ connections: { known: {} } }, "/");
  const place = { arns: home, port: 8083 };
  const { problems } = checkDefinition(text, {
    ...options,
    configured: await configuredFor({ ...place, connections }, {}),
  });
  assert.deepEqual(
    problems.map(({ code, range = { start: 0, end: 0 } }) => [code, text.slice(range.start, range.end)]),
    [
      ["NOT_CONFIGURED", JSON.stringify(unknown)],
      ["NOT_CONFIGURED", JSON.stringify(unknown)],
    ],
  );
  assert.match(problems[0]?.message ?? "", /^There is no connection crm: .* "connections": \{ "crm": \{ "apiKey": /);
  assert.equal(checkDefinition(text, { ...options, configured: await configuredFor(place, {}) }).problems.length, 3);
});

test("states that may wait for ever for others are told of, and are no error", () => {
  const activity = "arn:aws:states:us-east-1:123456789012:activity:a";
  const lambda = "arn:aws:lambda:us-east-1:123456789012:function:f";
  const warned = (resource: string, limit: object, machine: object = {}): boolean => {
    const state = {
      Type: "Task",
      Resource: resource,
      ...limit,
      End: true,
    };
    const branch = { StartAt: "A", States: { A: state } };
    const within = { StartAt: "P", States: { P: { Type: "Parallel", Branches: [branch], End: true } }, ...machine };
    const { definition, problems } = checkDefinition(JSON.stringify(within), { format: "json", type: "STANDARD" });
    assert.ok(definition !== undefined && problems.every(({ severity }) => severity === "WARNING"));
    return problems.some(({ code }) => code === "NO_TIME_LIMIT");
  };
  assert.ok(warned(activity, {}));
  assert.ok(!warned(lambda, {}));
  for (const limit of [{ TimeoutSeconds: 9 }, { TimeoutSecondsPath: "$.t" }, { HeartbeatSeconds: 9 }])
    assert.ok(!warned(activity, limit), JSON.stringify(limit));
  assert.ok(!warned(activity, {}, { TimeoutSeconds: 60 }), "the execution itself ends in time");
  const token = "arn:aws:states:::lambda:invoke.waitForTaskToken";
  const Parameters = { FunctionName: "f", "Payload.$": "$$.Task.Token" };
  assert.ok(warned(token, { Parameters }));
  assert.ok(!warned(token, { Parameters, TimeoutSeconds: 9 }));
});

const task = (more: string): string => `{"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,\n${more}}}}`;

test("placeholders that nothing fills are told of where they can be nothing else, with the line to add", () => {
  const add = (name: string, value: string): string =>
    `\${${name}} is a placeholder that nothing fills. Add it to pawl.config.json: "substitutions": { "${name}": ${value} }`;
  const invoke = '"Resource": "arn:aws:states:::lambda:invoke"';
  const arn = "arn:aws:lambda:us-east-1:123456789012:function";
  const rows: readonly (readonly [state: string, ...problems: string[]])[] = [
    [
      '"Resource": "${SendEmailFunctionArn}"',
      `2:13 "\${SendEmailFunctionArn}": ${add("SendEmailFunctionArn", `"${arn}:send-email"`)}`,
    ],
    [
      '"Resource": "arn:${AWS::Partition}:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}',
      `2:13 "arn:\${AWS::Partition}:states:::lambda:invoke": ${add("AWS::Partition", '"aws"')}`,
    ],
    [`${invoke}, "TimeoutSeconds": \${Limit}`, `2:65 $: ${add("Limit", "1")}`],
    [
      `${invoke}, "Parameters": {"FunctionName": "\${Fn}", "Payload": {"fn": "\${Fn}", "topicArn": "\${Topic}", "bucket": "\${Bucket}"}}`,
      `warning 2:78 "\${Fn}": ${add("Fn", '"my-function"')}`,
      `warning 2:126 "\${Topic}": ${add("Topic", '"arn:aws:…"')}`,
      `warning 2:148 "\${Bucket}": ${add("Bucket", '"…"')}`,
    ],
    [
      `"QueryLanguage": "JSONata", ${invoke}, "Arguments": {"FunctionName": "{% '\${Fn}' %}"}, "Output": "\${Out}"`,
      `warning 2:105 "{% '\${Fn}' %}": ${add("Fn", '"my-function"')}`,
      `warning 2:133 "\${Out}": ${add("Out", '"…"')}`,
    ],
    // Texts that mean something else by it.
    [`${invoke}, "Parameters": {"FunctionName": "f", "Payload": {"line": "echo \${HOME}", "regex": "^\${a}$|b"}}`],
    [
      `"QueryLanguage": "JSONata", ${invoke}, "Arguments": {"FunctionName": "f", "Payload": "{% $states.input.\${id:name} %}"}`,
    ],
    [`"Comment": "\${X}", ${invoke}, "Parameters": {"FunctionName": "f"}`],
  ];
  for (const [state, ...problems] of rows) assert.deepEqual(problemsIn(task(state)), problems, state);
  assert.deepEqual(problemsIn("StartAt: A\nStates:\n  A: { Type: Task, Resource: '${Arn}', End: true }\n", "yaml"), [
    `3:30 '\${Arn}': ${add("Arn", `"${arn}:my-function"`)}`,
  ]);
});

test("substitutions fill the text before it is read, and problems stand where they were written", () => {
  const options = { format: "json", type: "STANDARD" } as const;
  const values = new Map<string, string | number>([
    ["Arn", "arn:aws:lambda:us-east-1:123456789012:function:f"],
    ["Limit", 7],
    ["Next", '"End": true'],
    ["Lines", "1,\n\n\n"],
  ]);
  const text = task('"Resource": "${Arn}", "TimeoutSeconds": ${Limit}');
  const { definition, problems } = checkDefinition(text, { ...options, substitutions: values });
  assert.deepEqual(problems, []);
  assert.equal(definition, task('"Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "TimeoutSeconds": 7'));
  const wrong = `{"StartAt": "A",\n"States": {"A": {"Type": "Pass", "Resul": \${Lines} "Result": "\${Arn}", \${Next}, "Nxet": "B"}}}`;
  const places = checkDefinition(wrong, { ...options, substitutions: values }).problems.map(({ range }) =>
    wrong.slice(range?.start, range?.end),
  );
  assert.deepEqual(places, ['"Resul"', '"Nxet"']);
  const yaml = "StartAt: A\nStates:\n  A:\n    Type: Wait\n    Seconds: ${Limit}\n    End: true\n";
  assert.equal(
    JSON.parse(checkDefinition(yaml, { ...options, format: "yaml", substitutions: values }).definition ?? "").States.A
      .Seconds,
    7,
  );
  const bomb = checkDefinition("${Large}".repeat(1000), {
    ...options,
    substitutions: new Map([["Large", "x".repeat(100_000)]]),
  });
  assert.deepEqual(
    bomb.problems.map(({ message }) => message),
    ["With its substitutions it is larger than 1048576 bytes"],
  );
});
