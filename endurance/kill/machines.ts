// The workflows of the kill run: every kind of waiting there is. Each function is told the attempt that it is called for.

export type State = Readonly<Record<string, unknown>>;

export interface Machine {
  readonly name: string;
  readonly type?: "EXPRESS";
  readonly definition: State;
}

export const space = "arn:aws:states:us-east-1:123456789012";
export const roleArn = "arn:aws:iam::123456789012:role/endurance";
export const machineArn = (name: string): string => `${space}:stateMachine:${name}`;
export const activityArn = `${space}:activity:endurance`;
/** The error of callbacks and activities that the world refuses. */
export const refusal = "Refused";

const identity = {
  "execution.$": "$$.Execution.Id",
  "state.$": "$$.State.Name",
  "retry.$": "$$.State.RetryCount",
};
/** Workers and servers may be away for some seconds; then the task is made again. */
const heartbeat = {
  HeartbeatSeconds: 5,
  Retry: [{ ErrorEquals: ["States.HeartbeatTimeout"], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 50 }],
};

export const only = (state: State): State => ({ StartAt: "Only", States: { Only: { ...state, End: true } } });

export function chain(states: Readonly<Record<string, State>>): State {
  const names = Object.keys(states);
  const linked = Object.entries(states).map(([name, state], index) => {
    const next = names[index + 1];
    return [name, { ...state, ...(next === undefined ? { End: true } : { Next: next }) }];
  });
  return { StartAt: names[0], States: Object.fromEntries(linked) as State };
}

type FunctionName = "url" | "module" | "command";

const call = (functionName: FunctionName, payload: State = {}): State => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: functionName, Payload: { ...identity, ...payload } },
  OutputPath: "$.Payload",
});

/** A callback: the function only passes the token on; the world answers by it, or refuses. */
const callback = (functionName: FunctionName): State => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
  Parameters: { FunctionName: functionName, Payload: { ...identity, "token.$": "$$.Task.Token" } },
  ...heartbeat,
});

const activity: State = { Type: "Task", Resource: activityArn, Parameters: identity, ...heartbeat };

/** A task whose refusal is an output as well. */
function refusable(state: State): State {
  return {
    StartAt: "Ask",
    States: {
      Ask: { ...state, Catch: [{ ErrorEquals: [refusal], Next: "WasRefused" }], End: true },
      WasRefused: { Type: "Pass", End: true },
    },
  };
}

const nested = (child: string, input: State): State => ({
  Type: "Task",
  Resource: "arn:aws:states:::states:startExecution.sync:2",
  Parameters: { StateMachineArn: machineArn(child), Input: input },
  OutputPath: "$.Output",
});

const perItem = { "root.$": "$.root", "item.$": "$.item" };

export const machines: readonly Machine[] = [
  { name: "parent", definition: only(nested("child", { "root.$": "$.root" })) },
  { name: "child", definition: only(nested("grandchild", { "root.$": "$.root" })) },
  {
    name: "grandchild",
    definition: chain({ Call: call("url", { "root.$": "$.root" }), Pause: { Type: "Wait", Seconds: 1 } }),
  },
  { name: "callback-url", definition: refusable(callback("url")) },
  { name: "callback-module", definition: refusable(callback("module")) },
  { name: "callback-command", definition: refusable(callback("command")) },
  { name: "activity", definition: refusable(activity) },
  {
    name: "wait",
    definition: chain({
      Seconds: { Type: "Wait", SecondsPath: "$.seconds" },
      Timestamp: { Type: "Wait", TimestampPath: "$.timestamp" },
      Call: call("url", { "root.$": "$.root" }),
    }),
  },
  {
    name: "retry",
    definition: chain({
      Call: {
        ...call("url", { "root.$": "$.root", failingRetries: 2 }),
        Retry: [{ ErrorEquals: ["Flaky"], IntervalSeconds: 1, BackoffRate: 1.5, MaxAttempts: 2 }],
      },
      Module: call("module", { "root.$": "$.root" }),
    }),
  },
  {
    name: "map",
    definition: only({
      Type: "Map",
      MaxConcurrency: 4,
      ItemsPath: "$.items",
      ItemSelector: { "root.$": "$.root", "item.$": "$$.Map.Item.Value" },
      ItemProcessor: chain({
        Call: call("url", perItem),
        Module: call("module", perItem),
        Command: call("command", perItem),
      }),
      ResultSelector: { "items.$": "$[*].item" },
    }),
  },
  {
    name: "parallel",
    definition: only({
      Type: "Parallel",
      Branches: [
        chain({ Left: call("url", { "root.$": "$.root" }) }),
        chain({ Pause: { Type: "Wait", Seconds: 2 }, Middle: call("module", { "root.$": "$.root" }) }),
        refusable(callback("url")),
      ],
    }),
  },
  {
    name: "redrive",
    definition: chain({
      First: call("url", { "root.$": "$.root" }),
      Second: call("url", { "root.$": "$.root", "redrive.$": "$$.Execution.RedriveCount", failingRedrives: 2 }),
    }),
  },
  { name: "stop", definition: chain({ Call: call("url"), Pause: { Type: "Wait", Seconds: 3_600 } }) },
  { name: "stop-parent", definition: only(nested("stop", { "root.$": "$.root" })) },
  {
    name: "express",
    type: "EXPRESS",
    definition: chain({
      Begin: call("url", { "root.$": "$.root" }),
      Pause: { Type: "Wait", Seconds: 1 },
      Done: call("url", { "root.$": "$.root" }),
    }),
  },
  { name: "express-sync", type: "EXPRESS", definition: chain({ Call: call("url", { "root.$": "$.root" }) }) },
];

/** A revision of the machine behind an alias: it says which one it is. */
export const revision = (number: number): State =>
  chain({ Pause: { Type: "Wait", Seconds: 1 }, Say: { Type: "Pass", Result: { revision: number } } });
