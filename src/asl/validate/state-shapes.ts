// The fields of every state type in both query languages, as tables (Amazon States Language, "State Types"; ranges and
// groups as AWS checks them).
import {
  anything,
  boolean,
  holdsPath,
  integer,
  number,
  object,
  oneOf,
  orExpression,
  orNull,
  path,
  resultPath,
  singleNodePath,
  staticString,
  string,
  stringPath,
  timestamp,
  items,
} from "./checks.ts";
import { choice } from "./choice-rules.ts";
import { itemBatcher, itemReader, label, mapItems, resultWriter } from "./map-shapes.ts";
import { warn } from "./place.ts";
import { credentials, resource } from "./state-checks.ts";
import { type Check, checkObject, type Shape, shapeOf, type ShapeTable } from "./shape.ts";
import { assign, objectTemplate, template } from "./templates.ts";

export const mostSeconds = 99_999_999;

export const queryLanguage = oneOf("JSONPath", "JSONata");

/** Sees what the state's work gave: `Output` and `Assign` of Task, Parallel and Map states. */
function withResult(check: Check): Check {
  return (value, place) => check(value, { ...place, statesMembers: ["result"] });
}

function withErrorOutput(check: Check): Check {
  return (value, place) => check(value, { ...place, statesMembers: ["errorOutput"] });
}

const retrier = shapeOf({
  both: {
    ErrorEquals: items(string, { mayBeEmpty: false }),
    // 0 is accepted, though documented as positive.
    IntervalSeconds: integer({ least: 0, most: mostSeconds }),
    MaxAttempts: integer({ least: 0, most: mostSeconds }),
    BackoffRate: number({ least: 1 }),
    MaxDelaySeconds: integer({ least: 1, most: 31_622_400 }),
    JitterStrategy: oneOf("NONE", "FULL"),
  },
  required: ["ErrorEquals"],
});

const catcher = shapeOf({
  both: { ErrorEquals: items(string, { mayBeEmpty: false }), Next: string, Assign: withErrorOutput(assign) },
  jsonPath: { ResultPath: resultPath },
  jsonata: { Output: withErrorOutput(template) },
  required: ["ErrorEquals", "Next"],
});

const ofShape =
  (shape: Shape): Check =>
  (value, place) =>
    checkObject(value, shape, place);

const common = { Type: anything, QueryLanguage: queryLanguage, Comment: string };
const inAndOut = { InputPath: orNull(path), OutputPath: orNull(path) };
const transition = { Next: string, End: boolean };
const nextOrEnd = ["Next", "End"];
const working = {
  Retry: items(ofShape(retrier), { mayBeEmpty: true }),
  Catch: items(ofShape(catcher), { mayBeEmpty: true }),
};
const workingPaths = { ...inAndOut, Parameters: template, ResultSelector: objectTemplate, ResultPath: resultPath };
const resultAssign = withResult(assign);
const resultOutput = withResult(template);

const staticResult: Check = (value, place) => {
  if (holdsPath(value)) {
    warn(place, "PASS_RESULT_IS_STATIC", "The Result of a Pass state is static: paths in it are not evaluated.");
  }
};

const task: ShapeTable = {
  both: {
    ...common,
    ...transition,
    ...working,
    Resource: resource,
    Assign: resultAssign,
    TimeoutSeconds: orExpression(integer({ least: 1, most: mostSeconds })),
    HeartbeatSeconds: orExpression(integer({ least: 1, most: mostSeconds })),
    Credentials: credentials,
  },
  jsonPath: { ...workingPaths, TimeoutSecondsPath: singleNodePath, HeartbeatSecondsPath: singleNodePath },
  jsonata: { Arguments: template, Output: resultOutput },
  required: ["Resource"],
  exactlyOne: [nextOrEnd],
  atMostOne: [
    ["TimeoutSeconds", "TimeoutSecondsPath"],
    ["HeartbeatSeconds", "HeartbeatSecondsPath"],
  ],
};

const pass: ShapeTable = {
  both: { ...common, ...transition, Assign: assign },
  jsonPath: { ...inAndOut, Parameters: template, Result: staticResult, ResultPath: resultPath },
  jsonata: { Output: template },
  exactlyOne: [nextOrEnd],
};

const wait: ShapeTable = {
  both: {
    ...common,
    ...transition,
    Assign: assign,
    Seconds: orExpression(integer({ least: 0, most: mostSeconds })),
    Timestamp: orExpression(timestamp),
  },
  jsonPath: { ...inAndOut, SecondsPath: singleNodePath, TimestampPath: singleNodePath },
  jsonata: { Output: template },
  exactlyOne: [nextOrEnd, ["SecondsPath", "Seconds", "TimestampPath", "Timestamp"]],
};

const choiceState: ShapeTable = {
  both: { ...common, Assign: assign, Choices: items(choice, { mayBeEmpty: false }), Default: string },
  jsonPath: inAndOut,
  jsonata: { Output: template },
  required: ["Choices"],
};

const succeed: ShapeTable = { both: common, jsonPath: inAndOut, jsonata: { Output: template } };

const fail: ShapeTable = {
  both: { ...common, Error: orExpression(staticString), Cause: orExpression(staticString) },
  jsonPath: { ErrorPath: stringPath, CausePath: stringPath },
  atMostOne: [
    ["Error", "ErrorPath"],
    ["Cause", "CausePath"],
  ],
};

const parallel: ShapeTable = {
  both: { ...common, ...transition, ...working, Assign: resultAssign, Branches: items(object, { mayBeEmpty: false }) },
  jsonPath: workingPaths,
  jsonata: { Arguments: template, Output: resultOutput },
  required: ["Branches"],
  exactlyOne: [nextOrEnd],
};

// The fields of distributed Maps are accepted on inline ones (recorded), where they do nothing.
const map: ShapeTable = {
  both: {
    ...common,
    ...transition,
    ...working,
    Assign: resultAssign,
    ItemProcessor: object,
    Iterator: object,
    ItemSelector: objectTemplate,
    ItemReader: itemReader,
    ItemBatcher: itemBatcher,
    ResultWriter: resultWriter,
    Label: label,
    MaxConcurrency: orExpression(integer({ least: 0 })),
    ToleratedFailureCount: orExpression(integer({ least: 0 })),
    ToleratedFailurePercentage: orExpression(number({ least: 0, most: 100 })),
  },
  jsonPath: {
    ...workingPaths,
    ItemsPath: singleNodePath,
    MaxConcurrencyPath: singleNodePath,
    ToleratedFailureCountPath: singleNodePath,
    ToleratedFailurePercentagePath: singleNodePath,
  },
  jsonata: { Items: mapItems, Output: resultOutput },
  exactlyOne: [nextOrEnd, ["ItemProcessor", "Iterator"]],
  atMostOne: [
    ["MaxConcurrency", "MaxConcurrencyPath"],
    ["ToleratedFailureCount", "ToleratedFailureCountPath"],
    ["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"],
    ["ItemSelector", "Parameters"],
  ],
};

export const stateShapes = {
  Task: shapeOf(task),
  Wait: shapeOf(wait),
  Pass: shapeOf(pass),
  Succeed: shapeOf(succeed),
  Fail: shapeOf(fail),
  Choice: shapeOf(choiceState),
  Parallel: shapeOf(parallel),
  Map: shapeOf(map),
} as const;

/** In the order in which AWS lists them. */
export const stateTypes: readonly string[] = Object.keys(stateShapes);

export function isStateType(type: unknown): type is keyof typeof stateShapes {
  return typeof type === "string" && stateTypes.includes(type);
}
