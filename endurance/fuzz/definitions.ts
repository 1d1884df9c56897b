// Definitions that fail servers: loops, bombs, wide Maps and Parallels, deep paths, dear expressions; and generated ones, some
// of them mutated. All that are accepted end by themselves, or could: no task of theirs waits for anybody.
import fc from "fast-check";
import { arbitraryWorkflow } from "../../src/testing/arbitrary-workflow.ts";
import type { Random } from "../random.ts";
import { intrinsic, jsonata, jsonPath, referencePath } from "./expressions.ts";
import { list, pickFrom } from "./values.ts";

type State = Readonly<Record<string, unknown>>;
type Maker = (random: Random) => State;

const wrapped = (text: string): string => `{% ${text} %}`;

function chain(states: readonly State[], rest: State = {}): State {
  const last = states.length - 1;
  const named = states.map((state, i) => [
    `S${i}`,
    { ...state, ...(i === last ? { End: true } : { Next: `S${i + 1}` }) },
  ]);
  return { ...rest, StartAt: "S0", States: Object.fromEntries(named) as State };
}

/** Characters of what is said many times over: a request that is larger by far is refused for that alone. */
const mostText = 3_000_000;

/** The first of the items, one at least, with as many characters in all. */
function within<Item>(characters: number, items: readonly Item[]): Item[] {
  let left = characters;
  return items.filter((item, index) => (left -= JSON.stringify(item).length) >= 0 || index === 0);
}

const jsonataState: Maker = (random) =>
  pickFrom(random, [
    (): State => ({ Type: "Pass", Output: fieldsOf(random) }),
    () => ({ Type: "Pass", Assign: fieldsOf(random) }),
    () => ({ Type: "Pass", Output: wrapped(jsonata(random)) }),
    () => ({ Type: "Wait", Seconds: wrapped(jsonata(random)) }),
    () => ({
      Type: "Map",
      Items: wrapped(jsonata(random)),
      ItemSelector: fieldsOf(random),
      ItemProcessor: chain([{ Type: "Pass", Output: wrapped(jsonata(random, 1)) }]),
    }),
    () => ({
      Type: "Parallel",
      Branches: list(1 + random.below(40), () => chain([{ Type: "Pass" }])),
      Output: fieldsOf(random),
    }),
  ])();

/** One field or many: a budget that is one field's own is none. */
function fieldsOf(random: Random): State {
  const count = random.isLucky(20) ? random.below(300) : 1 + random.below(3);
  const expression = jsonata(random);
  const texts = list(count, () => wrapped(random.isLucky(20) ? jsonata(random) : expression));
  return Object.fromEntries(within(mostText, texts).map((text, i) => [`f${i}`, text]));
}

const jsonPathState: Maker = (random) => {
  const template = (): State => {
    const count = random.isLucky(20) ? random.below(1_000) : 1 + random.below(3);
    const value = random.isLucky(50) ? intrinsic(random) : jsonPath(random);
    return Object.fromEntries(
      within(
        mostText,
        list(count, () => value),
      ).map((text, i) => [`f${i}.$`, text]),
    );
  };
  return pickFrom(random, [
    (): State => ({ Type: "Pass", Parameters: template() }),
    () => ({ Type: "Pass", Assign: template() }),
    () => ({ Type: "Pass", InputPath: jsonPath(random), OutputPath: jsonPath(random) }),
    () => ({ Type: "Pass", ResultPath: `$${".a".repeat(random.below(8_000))}` }),
    () => ({ Type: "Wait", SecondsPath: referencePath(random) }),
    () => ({
      Type: "Map",
      ItemsPath: referencePath(random),
      ItemSelector: template(),
      ItemProcessor: chain([{ Type: "Pass" }]),
      ResultSelector: template(),
    }),
    () => ({
      Type: "Parallel",
      Branches: list(1 + random.below(100), () => chain([{ Type: "Pass" }])),
      ResultSelector: template(),
    }),
    () => ({
      Type: "Choice",
      Choices: within(
        mostText,
        list(1 + random.below(200), () => choiceRule(random)),
      ),
      Default: "S1",
    }),
  ])();
};

function choiceRule(random: Random, depth = 2): State {
  const operator = pickFrom(random, [
    { StringMatches: "*a*".repeat(random.below(500)) },
    { StringEqualsPath: referencePath(random) },
    { NumericLessThan: 5 },
    { TimestampEquals: "2026-01-01T00:00:00Z" },
    { IsPresent: true },
  ]);
  const inner =
    depth > 0 && random.isLucky(30)
      ? { And: list(1 + random.below(20), () => choiceRule(random, depth - 1)) }
      : { Variable: referencePath(random), ...operator };
  return depth === 2 ? { ...inner, Next: "S1" } : inner;
}

/** A Pass that changes its data, again and again, by way of a Choice. */
const loop: Maker = (random) => {
  const counted = { "n.$": "States.MathAdd($.n, 1)" };
  const wrappedDeep = list(150, () => 0).reduce<State>((inner) => ({ a: inner }), { "text.$": "$.text" });
  const jsonataOf = (text: string): State => ({
    QueryLanguage: "JSONata",
    Output: { n: wrapped("$states.input.n + 1"), text: wrapped(text) },
  });
  const change = pickFrom<State>(random, [
    { Parameters: { ...counted, "text.$": "$.text", "items.$": "$.items" } },
    { Parameters: { ...counted, "text.$": "States.Format('{}{}', $.text, $.text)" } },
    { Parameters: { ...counted, "text.$": "States.Array($.text, $.text)" } },
    { Parameters: { ...counted, text: wrappedDeep } },
    { Parameters: { ...counted, "text.$": "$" } },
    { Assign: { "v.$": "$$" }, Parameters: counted },
    jsonataOf("$states.input.text & 'a'"),
    jsonataOf("[$states.input.text, $states.input.text]"),
    jsonataOf("{'a': $states.input.text}"),
  ]);
  const rounds = pickFrom(random, [20, 200, 2_000, 100_000]);
  const waits = random.isLucky(30);
  return {
    StartAt: "Start",
    States: {
      Start: {
        Type: "Pass",
        Parameters: { n: 0, "text.$": "$.text", "items.$": "$.items" },
        Next: waits ? "Wait" : "Change",
      },
      ...(waits && { Wait: { Type: "Wait", Seconds: 1, Next: "Change" } }),
      Change: { Type: "Pass", ...change, Next: "Again" },
      Again: {
        Type: "Choice",
        Choices: [{ Variable: "$.n", NumericLessThan: rounds, Next: "Change" }],
        Default: "Done",
      },
      Done: { Type: "Succeed" },
    },
  };
};

const wideMap: Maker = (random) =>
  chain([
    {
      Type: "Map",
      MaxConcurrency: pickFrom(random, [0, 1, 1_000]),
      ItemsPath: "$.items",
      ItemSelector: pickFrom(random, [
        { "all.$": "$" },
        { "text.$": "$.text" },
        { "item.$": "$$.Map.Item.Value", "context.$": "$$" },
      ]),
      ItemProcessor: chain(
        list(1 + random.below(3), () =>
          pickFrom<State>(random, [
            { Type: "Pass" },
            { Type: "Wait", Seconds: 0 },
            { Type: "Pass", Parameters: { "copy.$": "States.Array($, $)" } },
          ]),
        ),
      ),
    },
  ]);

const wideParallel: Maker = (random) =>
  chain([
    {
      Type: "Parallel",
      Branches: list(random.below(1_500), () => chain([{ Type: "Pass" }])),
    },
  ]);

const nestedMaps: Maker = (random) => {
  let scope = chain([{ Type: "Pass", Parameters: { "all.$": "$$" } }]);
  for (let depth = random.below(6); depth > 0; depth--)
    scope = chain([
      {
        Type: "Map",
        ItemsPath: "$.items",
        ItemSelector: { "items.$": "$.items", "text.$": "$.text" },
        ItemProcessor: scope,
      },
    ]);
  return scope;
};

const manyStates: Maker = (random) => chain(list(1 + random.below(3_000), (i) => ({ Type: "Pass", Result: i })));

const deepDefinition: Maker = (random) => {
  let scope = chain([{ Type: "Pass" }]);
  for (let depth = random.below(random.isLucky(20) ? 120 : 25); depth > 0; depth--)
    scope = chain([{ Type: "Parallel", Branches: [scope] }]);
  return scope;
};

/** Children, the service's own actions, and a function that is not there. */
const childCalls: Maker = (random) => {
  const StateMachineArn = "arn:aws:states:us-east-1:123456789012:stateMachine:stage-STANDARD";
  const task = (): State =>
    pickFrom<State>(random, [
      { Resource: "arn:aws:states:::states:startExecution", Parameters: { StateMachineArn, "Input.$": "$" } },
      { Resource: "arn:aws:states:::states:startExecution.sync:2", Parameters: { StateMachineArn, "Input.$": "$" } },
      { Resource: "arn:aws:states:::aws-sdk:sfn:listExecutions", Parameters: { StateMachineArn } },
      { Resource: "arn:aws:states:::lambda:invoke", Parameters: { FunctionName: "absent", "Payload.$": "$" } },
    ]);
  const branches = list(1 + random.below(30), () => chain([{ Type: "Task", TimeoutSeconds: 5, ...task() }]));
  return chain([{ Type: "Parallel", Branches: branches }]);
};

const generated: Maker = (random) => {
  const [workflow = {}] = fc.sample(arbitraryWorkflow, { seed: random.below(2 ** 31), numRuns: 1 });
  return withoutTokens(workflow) as State;
};

const isTask = /^arn:aws:states:::(sqs:sendMessage|lambda:invoke)/;
const absentFunction = "arn:aws:lambda:us-east-1:123456789012:function:absent";

/** Nobody answers tokens here. */
function withoutTokens(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutTokens(item));
  if (typeof value === "string") return isTask.test(value) ? absentFunction : value;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => !name.startsWith("token"));
  return Object.fromEntries(entries.map(([name, member]) => [name, withoutTokens(member)]));
}

const makers: Readonly<Record<string, Maker>> = {
  jsonata: (random) => chain([jsonataState(random), { Type: "Pass" }], { QueryLanguage: "JSONata" }),
  jsonPath: (random) => {
    const [first, second] = [jsonPathState(random), { Type: "Pass" }];
    const { States, ...rest } = chain([first, second]) as { States: Record<string, Record<string, unknown>> };
    if (first["Type"] === "Choice") delete States["S0"]?.["Next"];
    return { ...rest, States };
  },
  loop,
  wideMap,
  wideParallel,
  nestedMaps,
  manyStates,
  deepDefinition,
  childCalls,
  generated,
};

/** Each scope's states have names of their own, by the number of the scope. */
function withDistinctNames(scope: State, counter: { scopes: number }): State {
  const number = counter.scopes++;
  const nameOf = (name: unknown): unknown => (number === 0 ? name : `${String(name)}-${number}`);
  const targeted = (rule: State): State => ("Next" in rule ? { ...rule, Next: nameOf(rule["Next"]) } : rule);
  const state = (one: State): State =>
    Object.fromEntries(
      Object.entries(targeted(one)).map(([name, value]) => {
        if (name === "Default") return [name, nameOf(value)];
        if (name === "ItemProcessor") return [name, withDistinctNames(value as State, counter)];
        if (!Array.isArray(value)) return [name, value];
        if (name === "Branches") return [name, (value as State[]).map((branch) => withDistinctNames(branch, counter))];
        return [name, name === "Choices" || name === "Catch" ? (value as State[]).map(targeted) : value];
      }),
    );
  const { StartAt, States, ...rest } = scope as { StartAt: string; States: Readonly<Record<string, State>> };
  const states = Object.entries(States).map(([name, one]) => [nameOf(name), state(one)]);
  return { ...rest, StartAt: nameOf(StartAt), States: Object.fromEntries(states) as State };
}

export interface MadeDefinition {
  readonly maker: string;
  readonly text: string;
}

export function definition(random: Random): MadeDefinition {
  const maker = pickFrom(random, Object.keys(makers));
  const text = JSON.stringify(withDistinctNames(makers[maker]?.(random) ?? {}, { scopes: 0 }));
  return { maker, text: random.isLucky(15) ? mutated(random, text) : text };
}

export function definitionText(random: Random): string {
  return definition(random).text;
}

/** A single state for TestState. */
export function stateText(random: Random): string {
  const isJsonata = random.isLucky(60);
  const state = isJsonata ? { QueryLanguage: "JSONata", ...jsonataState(random) } : jsonPathState(random);
  const text = JSON.stringify(state["Type"] === "Choice" ? state : { ...state, End: true });
  return random.isLucky(10) ? mutated(random, text) : text;
}

/** A text of the definition is another, is gone, or is there twice. */
function mutated(random: Random, text: string): string {
  const texts = [...text.matchAll(/"(?:[^"\\]|\\.)*"/g)];
  const found = texts[random.below(texts.length)];
  if (found === undefined) return text;
  const other = pickFrom(random, texts)[0];
  const instead = pickFrom(random, [
    other,
    '""',
    '"__proto__"',
    "null",
    "1",
    "{}",
    '"$.a[?(@"',
    '"{% ( %}"',
    `${found[0]}:1,${found[0]}`,
  ]);
  return text.slice(0, found.index) + instead + text.slice(found.index + found[0].length);
}
