// Definitions that fail servers: loops, bombs, wide Maps and Parallels, deep paths, dear expressions; and generated ones, some
// of them mutated. All that are accepted end by themselves, or could: no task of theirs waits for anybody.
import fc from "fast-check";
import { arbitraryWorkflow } from "../../src/testing/arbitrary-workflow.ts";
import type { Random } from "../random.ts";
import { intrinsic, jsonata, jsonPath } from "./expressions.ts";
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
  return Object.fromEntries(list(count, (i) => [`f${i}`, wrapped(random.isLucky(20) ? jsonata(random) : expression)]));
}

const jsonPathState: Maker = (random) => {
  const template = (): State => {
    const count = random.isLucky(20) ? random.below(1_000) : 1 + random.below(3);
    const value = random.isLucky(50) ? intrinsic(random) : jsonPath(random);
    return Object.fromEntries(list(count, (i) => [`f${i}.$`, value]));
  };
  return pickFrom(random, [
    (): State => ({ Type: "Pass", Parameters: template() }),
    () => ({ Type: "Pass", Assign: template() }),
    () => ({ Type: "Pass", InputPath: jsonPath(random), OutputPath: jsonPath(random) }),
    () => ({ Type: "Pass", ResultPath: `$${".a".repeat(random.below(8_000))}` }),
    () => ({ Type: "Wait", SecondsPath: jsonPath(random) }),
    () => ({
      Type: "Map",
      ItemsPath: jsonPath(random),
      ItemSelector: template(),
      ItemProcessor: chain([{ Type: "Pass" }]),
      ResultSelector: template(),
    }),
    () => ({
      Type: "Parallel",
      Branches: list(1 + random.below(100), () => chain([{ Type: "Pass" }])),
      ResultSelector: template(),
    }),
    () => ({ Type: "Choice", Choices: list(1 + random.below(200), () => choiceRule(random)), Default: "S1" }),
  ])();
};

function choiceRule(random: Random, depth = 2): State {
  const operator = pickFrom(random, [
    { StringMatches: "*a*".repeat(random.below(500)) },
    { StringEqualsPath: jsonPath(random) },
    { NumericLessThan: 5 },
    { TimestampEquals: "2026-01-01T00:00:00Z" },
    { IsPresent: true },
  ]);
  const inner =
    depth > 0 && random.isLucky(30)
      ? { And: list(1 + random.below(20), () => choiceRule(random, depth - 1)) }
      : { Variable: jsonPath(random), ...operator };
  return depth === 2 ? { ...inner, Next: "S1" } : inner;
}

/** A Pass that changes its data, again and again, by way of a Choice. */
const loop: Maker = (random) => {
  const [change, again] = pickFrom(random, [
    [{ Parameters: { "n.$": "States.MathAdd($.n, 1)", "text.$": "$.text", "items.$": "$.items" } }, true],
    [{ Parameters: { "n.$": "States.MathAdd($.n, 1)", "text.$": "States.Format('{}{}', $.text, $.text)" } }, true],
    [{ Parameters: { "n.$": "States.MathAdd($.n, 1)", "text.$": "States.Array($.text, $.text)" } }, true],
    [{ Parameters: { "n.$": "States.MathAdd($.n, 1)", text: list(150, () => 0).reduce<State>((inner) => ({ a: inner }), { "$": "" }) } }, true],
    [{ Parameters: { "n.$": "States.MathAdd($.n, 1)", "text.$": "$" } }, true],
    [{ Assign: { "v.$": "$$" }, Parameters: { "n.$": "States.MathAdd($.n, 1)" } }, true],
    [{ QueryLanguage: "JSONata", Output: { n: wrapped("$states.input.n + 1"), text: wrapped("$states.input.text & 'a'") } }, true],
    [{ QueryLanguage: "JSONata", Output: { n: wrapped("$states.input.n + 1"), text: wrapped("[$states.input.text, $states.input.text]") } }, true],
    [{ QueryLanguage: "JSONata", Output: { n: wrapped("$states.input.n + 1"), text: wrapped("{'a': $states.input.text}") } }, true],
  ] as const); // prettier-ignore
  const rounds = pickFrom(random, [20, 200, 2_000, 100_000]);
  return {
    StartAt: "Start",
    States: {
      Start: {
        Type: "Pass",
        Parameters: { n: 0, "text.$": "$.text", "items.$": "$.items" },
        Next: random.isLucky(30) ? "Wait" : "Change",
      },
      Wait: { Type: "Wait", Seconds: 1, Next: "Change" },
      Change: { Type: "Pass", ...change, Next: "Again" },
      Again: {
        Type: "Choice",
        Choices: [{ Variable: "$.n", NumericLessThan: again ? rounds : 0, Next: "Change" }],
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
      Branches: list(random.below(1_500), () => chain([{ Type: random.isLucky(90) ? "Pass" : "Succeed" }])),
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
  for (let depth = random.below(120); depth > 0; depth--) scope = chain([{ Type: "Parallel", Branches: [scope] }]);
  return scope;
};

const childCalls: Maker = (random) =>
  chain([
    {
      Type: "Parallel",
      Branches: list(random.below(30), () =>
        chain([
          {
            Type: "Task",
            Resource: pickFrom(random, [
              "arn:aws:states:::states:startExecution",
              "arn:aws:states:::states:startExecution.sync:2",
              "arn:aws:states:::aws-sdk:sfn:listStateMachines",
              "arn:aws:states:::lambda:invoke",
            ]),
            TimeoutSeconds: 5,
            Parameters: {
              StateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:stage-STANDARD",
              "Input.$": "$",
            },
          },
        ]),
      ),
    },
  ]);

const generated: Maker = (random) => {
  const [workflow = {}] = fc.sample(arbitraryWorkflow, { seed: random.below(2 ** 31), numRuns: 1 });
  return withoutTokens(workflow) as State;
};

/** Nobody answers tokens here. */
function withoutTokens(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutTokens(item));
  if (typeof value === "string") return value.replace("sqs:sendMessage.waitForTaskToken", "lambda:invoke");
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

export interface MadeDefinition {
  readonly maker: string;
  readonly text: string;
}

export function definition(random: Random): MadeDefinition {
  const maker = pickFrom(random, Object.keys(makers));
  const text = JSON.stringify(makers[maker]?.(random));
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
