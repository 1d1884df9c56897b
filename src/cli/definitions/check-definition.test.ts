// The problems that are told of definitions, and where: beyond what the validator's own tests prove.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkDefinition } from "./check-definition.ts";
import { unconfiguredServices } from "./service-places.ts";
import { positionOf } from "./problem-text.ts";

/** Each problem as `line:column text: message`, warnings marked. */
function problemsIn(source: string, format: "json" | "yaml" = "json"): readonly string[] {
  return checkDefinition(source, { format, type: "STANDARD" }).problems.map(({ severity, message, range }) => {
    const { line, column } = positionOf(source, range?.start ?? 0);
    const mark = severity === "WARNING" ? "warning " : "";
    return `${mark}${line}:${column} ${source.slice(range?.start, range?.end)}: ${message}`;
  });
}

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
  const unreached = '3:1 "Done": State "Done" is not reachable.';
  const rows: readonly (readonly [state: string, problem: string])[] = [
    ['{"Type": "Pass", "Nxet": 1, "Next": "Done"}', `2:26 "Nxet": Field 'Nxet' is not supported. Did you mean Next?`],
    ['{"Type": "Pass", "Retry": [], "Next": "Done"}', `2:26 "Retry": Field 'Retry' is not supported`],
    ['{"Type": "Pass", "Next": "done"}', `2:34 "done": Missing 'Next' target: done. Did you mean Done?`],
    [
      '{"Type": "Pass", "QueryLanguage": "JSONata", "Result": 1, "Next": "Done"}',
      `2:54 "Result": The QueryLanguage is set to 'JSONata', but field 'Result' is only supported for the 'JSONPath' QueryLanguage`,
    ],
    [
      '{"Type": "pass", "Next": "Done"}',
      `2:18 "pass": The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]. Did you mean Pass?`,
    ],
  ];
  for (const [state, problem] of rows) {
    assert.deepEqual(
      problemsIn(machine(state)).filter((found) => found !== unreached),
      [problem],
    );
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
  const send = { Type: "Task", Resource: "arn:aws:states:::eks:call.waitForTaskToken", Parameters: {}, End: true };
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
    [
      '"DISTRIBUTED": Pawl does not run distributed Map states yet',
      '"arn:aws:states:::eks:call.waitForTaskToken": Pawl has no connector for eks:call.waitForTaskToken yet',
    ],
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
  const options = { services, arns: { region: "us-east-1" }, port: 8083 };
  const unconfigured = await unconfiguredServices(options, { AWS_CONFIG_FILE: "/none" });
  const { problems } = checkDefinition(definition, { format: "json", type: "STANDARD", unconfigured });
  assert.deepEqual(
    problems.map(({ severity, code, message }) => [severity, code, message.split(",")[0]]),
    [["WARNING", "NOT_CONFIGURED", "Nothing says where EventBridge is"]],
  );
  assert.deepEqual(checkDefinition(definition, { format: "json", type: "STANDARD" }).problems, []);
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
    [state("    Comment: a\n   End: true\n  B:\n    End: [true"), [/^6:1 .*same column$/s]],
    ["StartAt: A\nStartAt: B\nStates: [", [/^2:1 .*unique$/s, /^\d+:\d+ /]],
    [
      "StartAt: A\nStates:\n  A: {Type: Pass, Next: B}\n  B: {Type: Pass, End: Yes}\n",
      [/terminal/, /^4:24 Yes: .*\[BOOLEAN\]\. In YAML 1\.2, Yes is a text: write true$/],
    ],
    [state("    Comment: !Sub text"), [/^warning 5:14 !Sub: Unresolved tag: !Sub$/]],
  ];
  for (const [source, problems] of rows) {
    const found = problemsIn(source, "yaml");
    assert.equal(found.length, problems.length, found.join("\n"));
    for (const [index, problem] of problems.entries()) assert.match(found[index] ?? "", problem);
  }
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
