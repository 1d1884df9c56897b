import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Json } from "../json.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { inOneGo } from "../pieces.ts";
import { type ValidateOptions, validateDefinition, validateStateText } from "./validate.ts";

type Machine = { readonly [field: string]: Json };
type Options = { readonly type?: "STANDARD" | "EXPRESS"; readonly machine?: Machine };

const last: Machine = { Type: "Succeed" };

/** The problems of one state `S` whose other states are as given. */
function problemsOf(state: Machine, { type = "STANDARD", machine = {} }: Options = {}): readonly string[] {
  const definition = { StartAt: "S", States: { S: state }, ...machine };
  return findings(definition, type);
}

function validateValue(definition: Json, options: ValidateOptions): readonly Diagnostic[] {
  return inOneGo(validateDefinition(JSON.stringify(definition), options));
}

function validateState(state: Json, options: ValidateOptions): readonly Diagnostic[] {
  return inOneGo(validateStateText(JSON.stringify(state), options));
}

function findings(definition: Json, type: "STANDARD" | "EXPRESS" = "STANDARD"): readonly string[] {
  return validateValue(definition, { type }).map(
    ({ severity, code, message, location }) =>
      `${severity === "ERROR" ? "" : "warning "}${code === "SCHEMA_VALIDATION_FAILED" ? "" : `${code} `}${message} @ ${location ?? "nowhere"}`,
  );
}

const task: Machine = { Type: "Task", Resource: "arn:aws:lambda:us-east-1:123456789012:function:f", End: true };
/** A task of an optimized integration. */
const call = (action: string, fields: Machine = {}): Machine => ({
  ...task,
  Resource: `arn:aws:states:::${action}`,
  ...fields,
});
const missingField = (field: string, place: string): string =>
  `The field '${field}' is required but was missing @ /States/S/${place}`;
const pass: Machine = { Type: "Pass", End: true };
const wait: Machine = { Type: "Wait", End: true };
const scope: Machine = { StartAt: "I", States: { I: pass } };
const map: Machine = { Type: "Map", ItemProcessor: scope, End: true };
const distributed: Machine = {
  ...scope,
  ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
};
const mapReading = (ReaderConfig: Machine, action = "getObject"): Machine => ({
  ...map,
  ItemProcessor: distributed,
  ItemReader: { Resource: `arn:aws:states:::s3:${action}`, ReaderConfig },
});
const jsonata: Options = { machine: { QueryLanguage: "JSONata" } };
const choiceOf = (rule: Json): Machine => ({ Type: "Choice", Choices: [rule], Default: "E" });
const comparison: Machine = { Variable: "$.a", NumericEquals: 1, Next: "E" };
const withEnd = (state: Machine, fields: Machine = {}): Options => ({
  machine: { ...fields, States: { S: state, E: last } },
});
const unknownResource = (arn: string): string =>
  `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. @ /States/S/Resource`;

const stateTable: readonly (readonly [
  sentence: string,
  state: Machine,
  problems: readonly string[],
  options?: Options,
])[] = [
  ["a Pass state", pass, []],
  [
    "a state type that does not exist",
    { Type: "Jump" },
    [
      "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] @ /States/S/Type",
      "MISSING_END_STATE Workflow has no terminal state @ nowhere",
    ],
  ],
  [
    "no type",
    { End: true },
    ["The field 'Type' is required @ /States/S", "MISSING_END_STATE Workflow has no terminal state @ nowhere"],
  ],
  ["a field that no state has", { ...pass, Foo: 1 }, ["Field 'Foo' is not supported @ /States/S"]],
  ["a field of another state type", { ...pass, Catch: [] }, ["Field 'Catch' is not supported @ /States/S"]],
  [
    "TimeoutSeconds on a Parallel state",
    { Type: "Parallel", Branches: [scope], TimeoutSeconds: 5, End: true },
    ["Field 'TimeoutSeconds' is not supported @ /States/S"],
  ],
  [
    "neither Next nor End",
    { Type: "Pass" },
    [
      "This object should have only one of the following fields: [Next, End] @ /States/S",
      "MISSING_END_STATE Workflow has no terminal state @ nowhere",
    ],
  ],
  [
    "both Next and End",
    { ...pass, Next: "S" },
    ["There should only be one of the following fields: [Next, End] @ /States/S"],
  ],
  [
    "End: false beside Next",
    { Type: "Pass", End: false, Next: "E" },
    [],
    withEnd({ Type: "Pass", End: false, Next: "E" }),
  ],

  [
    "a JSONata field in a JSONPath state",
    { ...pass, Output: 1 },
    [
      "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage @ /States/S",
    ],
  ],
  [
    "a JSONPath field in a JSONata state",
    { ...pass, QueryLanguage: "JSONata", InputPath: "$.a" },
    [
      "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage @ /States/S",
    ],
  ],
  [
    "JSONPath in a JSONata machine, said once",
    { ...pass, QueryLanguage: "JSONPath", Output: 1 },
    ["'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine @ /States/S"],
    jsonata,
  ],
  [
    "a query language that does not exist, taken for JSONata",
    { ...pass, QueryLanguage: "jsonpath", Output: 1 },
    ["Value should be one of the following: [JSONPath, JSONata] @ /States/S/QueryLanguage"],
  ],
  [
    "a query language that is no string",
    { ...pass, QueryLanguage: 5 },
    ["Expected value of type [STRING] @ /States/S/QueryLanguage"],
  ],

  ["a Task without Resource", { Type: "Task", End: true }, ["These fields are required: [Resource] @ /States/S"]],
  [
    "a Resource that is no ARN",
    { ...task, Resource: "hello" },
    ["Value is not a valid resource ARN @ /States/S/Resource"],
  ],
  [
    "an action that is not optimized",
    { ...task, Resource: "arn:aws:states:::dynamodb:query" },
    [unknownResource("arn:aws:states:::dynamodb:query")],
  ],
  [
    "a pattern the action lacks",
    { ...task, Resource: "arn:aws:states:::lambda:invoke.sync" },
    [unknownResource("arn:aws:states:::lambda:invoke.sync")],
  ],
  [
    "an SDK service that does not exist",
    { ...task, Resource: "arn:aws:states:::aws-sdk:nope:do" },
    [unknownResource("arn:aws:states:::aws-sdk:nope:do")],
  ],
  [
    "an SDK operation that streams",
    { ...task, Resource: "arn:aws:states:::aws-sdk:sts:assumeRole" },
    [unknownResource("arn:aws:states:::aws-sdk:sts:assumeRole")],
  ],
  [
    "an SDK callback",
    { ...task, Resource: "arn:aws-cn:states:::aws-sdk:sfn:startExecution.waitForTaskToken", Parameters: {} },
    [],
  ],
  [
    "no Parameters for an SDK action",
    call("aws-sdk:s3:listBuckets"),
    ["Parameters field is required for resource ARN: arn:aws:states:::aws-sdk:s3:listBuckets @ /States/S/Resource"],
  ],
  [
    "no Arguments for an optimized action",
    call("states:startExecution.sync:2", { QueryLanguage: "JSONata" }),
    [
      "Arguments field is required for resource ARN: arn:aws:states:::states:startExecution.sync:2 @ /States/S/Resource",
    ],
  ],
  [
    "an integration without its fields",
    call("sqs:sendMessage.waitForTaskToken", { Parameters: {} }),
    [missingField("QueueUrl", "Parameters"), missingField("MessageBody", "Parameters")],
  ],
  ["a required field from a path", call("lambda:invoke", { Parameters: { "FunctionName.$": "$.f" } }), []],
  [
    "a required field of a JSONata state under the name for paths",
    call("lambda:invoke", { QueryLanguage: "JSONata", Arguments: { "FunctionName.$": "f" } }),
    [missingField("FunctionName", "Arguments")],
  ],
  [
    "headers that an HTTP task may not give, also from paths",
    call("http:invoke", {
      Parameters: {
        ApiEndpoint: "https://a",
        Method: "GET",
        Headers: { "Authorization.$": "$.a", "X-Amz-B": "c", d: "e" },
      },
    }),
    ["The 'Headers' field contains unsupported values: [authorization, x-amz-b] @ /States/S/Parameters"],
  ],
  [
    "headers of an HTTP task in JSONata",
    call("http:invoke", { QueryLanguage: "JSONata", Arguments: { ApiEndpoint: "https://a", Headers: { Host: "b" } } }),
    [
      missingField("Method", "Arguments"),
      "The 'Headers' field contains unsupported values: [host] @ /States/S/Arguments",
    ],
  ],
  [
    "a job without the fields that it cannot be submitted without",
    call("batch:submitJob.sync", { Parameters: { "JobName.$": "$.name" } }),
    [missingField("JobQueue", "Parameters"), missingField("JobDefinition", "Parameters")],
  ],
  [
    "Arguments from one expression",
    call("lambda:invoke", { QueryLanguage: "JSONata", Arguments: "{% $states.input %}" }),
    [],
  ],
  [
    "a field that the service does not have, which is found at run time",
    call("states:startExecution", { Parameters: { StateMachineArn: "arn", input: {} } }),
    [],
  ],
  [
    "Credentials without a role",
    { ...task, Credentials: {} },
    ["The field 'RoleArn' is required but was missing @ /States/S/Credentials"],
  ],
  ["Credentials with a role from a path", { ...task, Credentials: { "RoleArn.$": "$.role" } }, []],
  [
    "Credentials of an activity",
    { ...task, Resource: "arn:aws:states:us-east-1:123456789012:activity:a", Credentials: { RoleArn: "r" } },
    ["The field 'Credentials' is not supported for activities @ /States/S"],
  ],
  ["a timeout of 0", { ...task, TimeoutSeconds: 0 }, ["Minimum value is 1 @ /States/S/TimeoutSeconds"]],
  [
    "a timeout beyond the longest",
    { ...task, TimeoutSeconds: 100_000_000 },
    ["Maximum value is 99999999 @ /States/S/TimeoutSeconds"],
  ],
  [
    "a timeout that is a string",
    { ...task, TimeoutSeconds: "$.t" },
    ["Expected value of type Integer @ /States/S/TimeoutSeconds"],
  ],
  [
    "a timeout that is a fraction",
    { ...task, TimeoutSeconds: 1.5 },
    ["Expected value of type Integer @ /States/S/TimeoutSeconds"],
  ],
  [
    "a timeout twice",
    { ...task, TimeoutSeconds: 1, TimeoutSecondsPath: "$.t" },
    ["There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath] @ /States/S"],
  ],
  [
    "a heartbeat as long as the timeout",
    { ...task, TimeoutSeconds: 5, HeartbeatSeconds: 5 },
    ["HeartbeatSeconds must be smaller than TimeoutSeconds @ /States/S/HeartbeatSeconds"],
  ],
  ["a timeout from an expression", { ...task, TimeoutSeconds: "{% $states.input.t %}" }, [], jsonata],

  [
    "no waiting time",
    wait,
    [
      "This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] @ /States/S",
    ],
  ],
  [
    "two waiting times",
    { ...wait, Seconds: 1, Timestamp: "2030-01-01T00:00:00Z" },
    ["There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] @ /States/S"],
  ],
  [
    "a timestamp without T",
    { ...wait, Timestamp: "2030-01-01 00:00:00Z" },
    ["String does not match RFC3339 timestamp @ /States/S/Timestamp"],
  ],
  ["a timestamp with an offset", { ...wait, Timestamp: "2030-01-01T00:00:00.5+02:00" }, []],

  [
    "a path that does not begin with $",
    { ...pass, OutputPath: "Test" },
    ["Value must be a valid JSONPath. @ /States/S/OutputPath"],
  ],
  ["paths that are null", { ...pass, InputPath: null, OutputPath: null, ResultPath: null }, []],
  [
    "a ResultPath with a wildcard",
    { ...pass, ResultPath: "$.a[*]" },
    ["Value is not a Reference Path: A Reference Path must name exactly one node @ /States/S/ResultPath"],
  ],
  [
    "a ResultPath into the context object",
    { ...pass, ResultPath: "$$.a" },
    [
      "Value is not a Reference Path: A Reference Path must begin with '$' and stay within the state's data @ /States/S/ResultPath",
    ],
  ],
  [
    "a template field that is no path",
    { ...pass, Parameters: { a: { "b.$": "c" } } },
    [
      "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call @ /States/S/Parameters",
    ],
  ],
  [
    "an illegal escape in an intrinsic call",
    { ...pass, Parameters: { "a.$": String.raw`States.StringToJson('\"')` } },
    [
      "The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call @ /States/S/Parameters",
    ],
  ],
  [
    "an intrinsic call with too few arguments, which fails only when it runs",
    { ...pass, Parameters: { "a.$": "States.Hash('x')", "b.$": "States.UUID('x')", "c.$": "States.StringToJson()" } },
    [],
  ],
  [
    "a space before an intrinsic call",
    { ...pass, Parameters: { "a.$": " States.UUID()" } },
    [
      "The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call @ /States/S/Parameters",
    ],
  ],
  [
    "a space before an intrinsic call, deep in a template",
    { ...pass, Parameters: { a: [{ "b.$": " States.UUID()" }] } },
    [
      "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call @ /States/S/Parameters",
    ],
  ],
  ["a literal Result with `.$` members", { ...pass, Result: { "a.$": "not a path" } }, []],
  [
    "a Result that looks like a path",
    { ...pass, Result: { "a.$": "$.b" } },
    [
      "warning PASS_RESULT_IS_STATIC The Result of a Pass state is static: paths in it are not evaluated. @ /States/S/Result",
    ],
  ],
  [
    "a template member without `.$`",
    { ...pass, Parameters: { a: "$.b" } },
    [
      "warning NO_DOLLAR The value of 'a' looks like a JSONPath or an intrinsic function call, but the field name does not end with '.$'. @ /States/S/Parameters",
    ],
  ],
  [
    "a static error that looks like a path",
    { Type: "Fail", Error: "$.e" },
    [
      "warning NO_PATH Field 'Error' has a value that looks like a path, but its name does not end with 'Path'. @ /States/S/Error",
    ],
  ],
  [
    "an ErrorPath that calls an intrinsic for strings",
    { Type: "Fail", ErrorPath: "States.Format('{}', $.e)", CausePath: "$$.State.Name" },
    [],
  ],
  [
    "an ErrorPath that calls another intrinsic",
    { Type: "Fail", ErrorPath: "States.Array($.e)" },
    ["Value must be a valid JSONPath or a valid intrinsic function call @ /States/S/ErrorPath"],
  ],
  [
    "both Cause and CausePath",
    { Type: "Fail", Cause: "c", CausePath: "$.c" },
    ["There should only be one of the following fields: [Cause, CausePath] @ /States/S"],
  ],

  [
    "JSONata that does not parse",
    { ...pass, Output: { a: ["{% 1 + %}"] } },
    ["INVALID_JSONATA_EXPRESSION Unexpected end of expression @ /States/S/Output/a[0]"],
    jsonata,
  ],
  [
    "JSONata that is not closed",
    { ...pass, Output: "{% 1" },
    ["JSONata string must start with {% and end with %} @ /States/S/Output"],
    jsonata,
  ],
  [
    "JSONata that is not opened",
    { ...pass, Output: { a: "10 %}" } },
    ["JSONata string must start with {% and end with %} @ /States/S/Output/a"],
    jsonata,
  ],
  ["a string around an expression", { ...pass, Output: " {% 1 + %} " }, [], jsonata],
  [
    "a bare name",
    { ...pass, Output: { v: "{% phone %}" } },
    ["UNSUPPORTED_JSONATA_EXPRESSION Reference to 'phone' at the top level is not supported. @ /States/S/Output/v"],
    jsonata,
  ],
  [
    "$$",
    { ...pass, Output: "{% $$ %}" },
    ["UNSUPPORTED_JSONATA_EXPRESSION Reference to '$$' is not supported. @ /States/S/Output"],
    jsonata,
  ],
  [
    "names inside a filter and a lambda",
    { ...pass, Output: "{% $states.input.a[b = $.c] ~> $map(function($v) { $v.d }) %}" },
    [],
    jsonata,
  ],
  [
    "$states.result of a Pass",
    { ...pass, Output: "{% $states.result %}" },
    ["UNSUPPORTED_JSONATA_EXPRESSION Field '$states.result' does not exist. @ /States/S/Output"],
    jsonata,
  ],
  [
    "$states.result of a Task",
    { ...task, Output: "{% $states.result %}", Assign: { a: "{% $states.result.b %}" } },
    [],
    jsonata,
  ],
  [
    "$states.result in Arguments",
    { ...task, Arguments: { a: "{% $states.result %}" } },
    ["UNSUPPORTED_JSONATA_EXPRESSION Field '$states.result' does not exist. @ /States/S/Arguments/a"],
    jsonata,
  ],
  [
    "$states.errorOutput outside a Catcher",
    { ...task, Output: "{% $states.errorOutput %}" },
    ["UNSUPPORTED_JSONATA_EXPRESSION Field '$states.errorOutput' does not exist. @ /States/S/Output"],
    jsonata,
  ],
  [
    "$states.errorOutput in a Catcher",
    {
      ...task,
      Catch: [
        {
          ErrorEquals: ["E"],
          Next: "S",
          Output: "{% $states.errorOutput %}",
          Assign: { e: "{% $states.errorOutput %}" },
        },
      ],
    },
    [],
    jsonata,
  ],

  [
    "a variable named states",
    { ...pass, Assign: { "states.$": "$" } },
    ["RESERVED_VARIABLE_NAME Cannot assign to reserved variable '$states'. @ /States/S/Assign/states"],
  ],
  [
    "a variable with a dot",
    { ...pass, Assign: { "a.b": 1 } },
    [
      "INVALID_VARIABLE_NAME Invalid variable name 'a.b': the variable name contains invalid characters. @ /States/S/Assign/a.b",
    ],
  ],
  ["a variable in any script", { ...pass, Assign: { größe: 1, "変数.$": "$" } }, []],
  [
    "a variable of 81 characters",
    { ...pass, Assign: { ["v".repeat(81)]: 1 } },
    [
      `INVALID_VARIABLE_NAME Invalid variable name '${"v".repeat(81)}': the variable name exceeds the 80-character limit. @ /States/S/Assign/${"v".repeat(81)}`,
    ],
  ],

  [
    "a Retrier without ErrorEquals",
    { ...task, Retry: [{}] },
    ["These fields are required: [ErrorEquals] @ /States/S/Retry[0]"],
  ],
  [
    "a Retrier for nothing",
    { ...task, Retry: [{ ErrorEquals: [] }] },
    ["Value cannot be empty @ /States/S/Retry[0]/ErrorEquals"],
  ],
  [
    "a Retrier out of range",
    {
      ...task,
      Retry: [{ ErrorEquals: ["E"], MaxAttempts: -1, BackoffRate: 0.5, MaxDelaySeconds: 0, JitterStrategy: "SOME" }],
    },
    [
      "Minimum value is 0 @ /States/S/Retry[0]/MaxAttempts",
      "Minimum value is 1 @ /States/S/Retry[0]/BackoffRate",
      "Minimum value is 1 @ /States/S/Retry[0]/MaxDelaySeconds",
      "Value should be one of the following: [NONE, FULL] @ /States/S/Retry[0]/JitterStrategy",
    ],
  ],
  [
    "States.ALL with others",
    { ...task, Retry: [{ ErrorEquals: ["E", "States.ALL"] }] },
    ["States.ALL must appear alone and at end of list @ /States/S/Retry[0]/ErrorEquals"],
  ],
  [
    "States.ALL before others",
    {
      ...task,
      Catch: [
        { ErrorEquals: ["States.ALL"], Next: "S" },
        { ErrorEquals: ["E"], Next: "S" },
      ],
    },
    ["States.ALL must appear alone and at end of list @ /States/S/Catch[0]/ErrorEquals"],
  ],
  [
    "a Catcher without Next",
    { ...task, Catch: [{ ErrorEquals: ["E"] }] },
    ["These fields are required: [Next] @ /States/S/Catch[0]"],
  ],
  [
    "empty Retry and Catch, and comments",
    { ...task, Retry: [], Catch: [{ ErrorEquals: ["E"], Next: "S", Comment: "c" }] },
    [],
  ],

  ["no Branches", { Type: "Parallel", Branches: [], End: true }, ["Value cannot be empty @ /States/S/Branches"]],
  [
    "a Branch without States",
    { Type: "Parallel", Branches: [{}], End: true },
    ["These fields are required: [States, StartAt] @ /States/S/Branches[0]"],
  ],
  [
    "QueryLanguage of a Branch",
    { Type: "Parallel", Branches: [{ ...scope, QueryLanguage: "JSONata" }], End: true },
    ["Field 'QueryLanguage' is not supported @ /States/S/Branches[0]"],
  ],
  [
    "a JSONata field in a Branch of a JSONata state",
    {
      Type: "Parallel",
      QueryLanguage: "JSONata",
      Branches: [{ StartAt: "I", States: { I: { ...pass, Output: 1 } } }],
      End: true,
    },
    [
      "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage @ /States/S/Branches[0]/States/I",
    ],
  ],

  [
    "a Map without processor",
    { Type: "Map", End: true },
    ["This object should have only one of the following fields: [ItemProcessor, Iterator] @ /States/S"],
  ],
  [
    "ExecutionType of an inline Map",
    { ...map, ItemProcessor: { ...scope, ProcessorConfig: { Mode: "INLINE", ExecutionType: "STANDARD" } } },
    ["Field 'ExecutionType' is not supported @ /States/S/ItemProcessor/ProcessorConfig"],
  ],
  [
    "a distributed Map without ExecutionType",
    { ...map, ItemProcessor: { ...scope, ProcessorConfig: { Mode: "DISTRIBUTED" } } },
    ["These fields are required: [ExecutionType] @ /States/S/ItemProcessor/ProcessorConfig"],
  ],
  ["tolerance of an inline Map", { ...map, ToleratedFailureCount: 1, ToleratedFailurePercentage: 10 }, []],
  [
    "numbers of a Map out of range",
    { ...map, MaxConcurrency: -1, ToleratedFailurePercentage: 101 },
    ["Minimum value is 0 @ /States/S/MaxConcurrency", "Maximum value is 100 @ /States/S/ToleratedFailurePercentage"],
  ],
  [
    "a Label with a blank",
    { ...map, ItemProcessor: distributed, Label: "a b" },
    ["INVALID_LABEL_NAME Label name 'a b' contains invalid characters @ /States/S/Label"],
  ],
  [
    "a Label of 41 characters",
    { ...map, ItemProcessor: distributed, Label: "l".repeat(41) },
    [
      `INVALID_LABEL_NAME Label name '${"l".repeat(41)}' exceeds the 40-character limit allowed by the service @ /States/S/Label`,
    ],
  ],
  [
    "a reader of something else",
    { ...map, ItemProcessor: distributed, ItemReader: { Resource: "arn:aws:states:::s3:putObject" } },
    ["The field 'Resource' does not match any of the allowed values @ /States/S/ItemReader/Resource"],
  ],
  [
    "ItemSelector under its old name too",
    { ...map, ItemSelector: {}, Parameters: {} },
    ["There should only be one of the following fields: [ItemSelector, Parameters] @ /States/S"],
  ],
  [
    "CSV without header location",
    mapReading({ InputType: "CSV", ManifestType: "S3_INVENTORY" }),
    ["The field 'CSVHeaderLocation' is required @ /States/S/ItemReader/ReaderConfig"],
  ],
  [
    "given headers that are not",
    mapReading({ InputType: "CSV", CSVHeaderLocation: "GIVEN" }),
    ["These fields are required: [CSVHeaders] @ /States/S/ItemReader/ReaderConfig"],
  ],
  [
    "headers and a manifest of JSON",
    mapReading({ InputType: "JSON", CSVHeaderLocation: "FIRST_ROW", ManifestType: "ATHENA_DATA" }),
    [
      "Field 'CSVHeaderLocation' is not supported @ /States/S/ItemReader/ReaderConfig",
      "Field 'ManifestType' is not supported @ /States/S/ItemReader/ReaderConfig",
    ],
  ],
  ["a manifest of JSON lines", mapReading({ InputType: "JSONL", ManifestType: "ATHENA_DATA" }), []],
  [
    "loading of objects of no type",
    mapReading({ Transformation: "LOAD_AND_FLATTEN" }, "listObjectsV2"),
    ["The field 'InputType' is required @ /States/S/ItemReader/ReaderConfig"],
  ],
  [
    "an ItemsPointer that is none",
    mapReading({ InputType: "JSON", ItemsPointer: "data/items" }),
    [
      `Invalid input: JSON Pointer expression must start with '/': "data/items" @ /States/S/ItemReader/ReaderConfig/ItemsPointer`,
    ],
  ],
  ["an ItemsPointer to the whole", mapReading({ InputType: "JSON", ItemsPointer: "" }), []],
  [
    "a batcher without limits",
    { ...map, ItemProcessor: distributed, ItemBatcher: {} },
    [
      "At least one of these fields is required: [MaxItemsPerBatch, MaxItemsPerBatchPath, MaxInputBytesPerBatch, MaxInputBytesPerBatchPath] @ /States/S/ItemBatcher",
    ],
  ],
  [
    "a writer without destination",
    { ...map, ItemProcessor: distributed, ResultWriter: { Resource: "arn:aws:states:::s3:putObject" } },
    ["These fields are required: [Parameters] @ /States/S/ResultWriter"],
  ],
  [
    "a writer that only formats",
    {
      ...map,
      ItemProcessor: distributed,
      ResultWriter: { WriterConfig: { Transformation: "FLATTEN", OutputType: "JSON" } },
    },
    [],
  ],

  [
    "an Express callback",
    call("sns:publish.waitForTaskToken", { Parameters: { Message: "m" } }),
    ["Express state machine does not support '.waitForTaskToken' service integration  @ /States/S/Resource"],
    { type: "EXPRESS" },
  ],
  [
    "an Express job",
    call("states:startExecution.sync:2", { Parameters: { StateMachineArn: "arn" } }),
    ["Express state machine does not support '.sync' service integration @ /States/S/Resource"],
    { type: "EXPRESS" },
  ],
  [
    "an Express activity",
    { ...task, Resource: "arn:aws:states:us-east-1:123456789012:activity:a" },
    ["Express state machine does not support Activity ARN @ /States/S/Resource"],
    { type: "EXPRESS" },
  ],
  [
    "an Express distributed Map",
    { ...map, ItemProcessor: distributed },
    [
      "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines @ /States/S/ItemProcessor/ProcessorConfig/Mode",
    ],
    { type: "EXPRESS" },
  ],
  [
    "a callback in Express children",
    {
      ...map,
      ItemProcessor: {
        StartAt: "I",
        States: { I: call("sns:publish.waitForTaskToken", { Parameters: { Message: "m" } }) },
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
      },
    },
    [
      "Express state machine does not support '.waitForTaskToken' service integration  @ /States/S/ItemProcessor/States/I/Resource",
    ],
  ],
];

for (const [sentence, state, problems, options] of stateTable) {
  test(`${sentence}: ${problems.length === 0 ? "accepted" : "reported"}`, () => {
    assert.deepEqual(problemsOf(state, options), problems);
  });
}

/** As AWS lists them (recorded). */
const operators =
  "StringEquals, IsBoolean, StringLessThan, IsNumeric, BooleanEquals, StringLessThanEqualsPath, NumericLessThan, " +
  "NumericGreaterThan, NumericLessThanPath, StringMatches, TimestampLessThanEqualsPath, NumericEquals, " +
  "TimestampGreaterThan, StringGreaterThanEqualsPath, TimestampGreaterThanEqualsPath, TimestampLessThanEquals, " +
  "NumericLessThanEqualsPath, TimestampEquals, BooleanEqualsPath, IsTimestamp, StringLessThanEquals, " +
  "NumericLessThanEquals, StringLessThanPath, TimestampGreaterThanPath, StringGreaterThan, StringGreaterThanPath, " +
  "IsString, StringEqualsPath, TimestampEqualsPath, TimestampLessThan, StringGreaterThanEquals, " +
  "NumericGreaterThanPath, NumericGreaterThanEquals, NumericEqualsPath, TimestampLessThanPath, IsNull, IsPresent, " +
  "TimestampGreaterThanEquals, NumericGreaterThanEqualsPath";
const ruleTable: readonly (readonly [sentence: string, rule: Json, problems: readonly string[]])[] = [
  ["a comparison", comparison, []],
  ["no Next", { Variable: "$.a", IsNull: true }, ["These fields are required: [Next] @ /States/S/Choices[0]"]],
  [
    "two kinds of rule",
    { ...comparison, Not: { Variable: "$.a", IsNull: true } },
    [
      "The object must have only one of the following fields, [And, Or, Not, Variable, Condition] @ /States/S/Choices[0]",
    ],
  ],
  [
    "two operators",
    { ...comparison, StringEquals: "a" },
    [`There should only be one of the following fields: [${operators}] @ /States/S/Choices[0]`],
  ],
  [
    "no operator",
    { Variable: "$.a", Next: "E" },
    [`This object should have only one of the following fields: [${operators}] @ /States/S/Choices[0]`],
  ],
  [
    "an operator that does not exist",
    { Variable: "$.a", NumericIs: 1, Next: "E" },
    ["Field 'NumericIs' is not supported @ /States/S/Choices[0]"],
  ],
  [
    "a Variable that is an intrinsic call",
    { ...comparison, Variable: "States.UUID()" },
    ["Value is not a Reference Path: Reference path didn't start with '$' @ /States/S/Choices[0]/Variable"],
  ],
  ["a nested Next", { Not: comparison, Next: "E" }, ["Field 'Next' is not supported @ /States/S/Choices[0]/Not"]],
  ["an empty And", { And: [], Next: "E" }, ["Value cannot be empty @ /States/S/Choices[0]/And"]],
  [
    "a Condition in a JSONPath state",
    { Condition: true, Next: "E" },
    [
      "The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for the 'JSONata' QueryLanguage @ /States/S/Choices[0]",
    ],
  ],
  [
    "a variable and the context object",
    {
      And: [
        { Variable: "$x", IsPresent: true },
        { Variable: "$$.Execution.Name", StringMatches: "a*" },
      ],
      Next: "E",
    },
    [],
  ],
];

for (const [sentence, rule, problems] of ruleTable) {
  test(`a choice rule with ${sentence}: ${problems.length === 0 ? "accepted" : "reported"}`, () => {
    assert.deepEqual(problemsOf(choiceOf(rule), withEnd(choiceOf(rule))), problems);
  });
}

test("a JSONata choice takes conditions, and outputs of its rules", () => {
  const rule = { Condition: "{% $states.input.a > 1 %}", Next: "E", Output: "{% $states.input %}", Assign: { a: 1 } };
  assert.deepEqual(problemsOf(choiceOf(rule), withEnd(choiceOf(rule), { QueryLanguage: "JSONata" })), []);
  const wrong = choiceOf({ Condition: "yes", Next: "E" });
  assert.deepEqual(problemsOf(wrong, withEnd(wrong, { QueryLanguage: "JSONata" })), [
    "Expected value of type [BOOLEAN] @ /States/S/Choices[0]/Condition",
  ]);
});

const machineTable: readonly (readonly [sentence: string, definition: Json, problems: readonly string[]])[] = [
  ["nothing", {}, ["These fields are required: [States, StartAt] @ /"]],
  ["no StartAt", { States: { S: pass } }, ["These fields are required: [StartAt] @ /"]],
  ["no States", { Comment: "c", StartAt: "S" }, ["These fields are required: [States] @ /"]],
  [
    "empty States",
    { StartAt: "S", States: {} },
    [
      "Value cannot be empty @ /States",
      "MISSING_TRANSITION_TARGET Missing 'Next' target: S @ /StartAt",
      "MISSING_END_STATE Workflow has no terminal state @ nowhere",
    ],
  ],
  [
    "a field that no machine has",
    { startAt: "S", StartAt: "S", States: { S: pass } },
    ["Field 'startAt' is not supported @ /"],
  ],
  [
    "another version",
    { Version: "2.0", StartAt: "S", States: { S: pass } },
    ["Value should be one of the following: [1.0] @ /Version"],
  ],
  [
    "all of the machine's fields",
    { Comment: "c", Version: "1.0", QueryLanguage: "JSONPath", TimeoutSeconds: 0, StartAt: "S", States: { S: pass } },
    [],
  ],
  [
    "a dangling StartAt",
    { StartAt: "X", States: { S: pass } },
    [
      "MISSING_TRANSITION_TARGET Missing 'Next' target: X @ /StartAt",
      'MISSING_TRANSITION_TARGET State "S" is not reachable. @ /States/S',
    ],
  ],
  [
    "a dangling Next and a state not reached",
    { StartAt: "A", States: { A: { Type: "Pass", Next: "C" }, B: pass } },
    [
      "MISSING_TRANSITION_TARGET Missing 'Next' target: C @ /States/A/Next",
      'MISSING_TRANSITION_TARGET State "B" is not reachable. @ /States/B',
    ],
  ],
  [
    "a dangling target of a rule and a Default",
    { StartAt: "C", States: { C: { ...choiceOf({ ...comparison, Next: "X" }), Default: "Y" }, E: last } },
    [
      "MISSING_TRANSITION_TARGET Missing 'Next' target: X @ /States/C/Choices[0]/Next",
      "MISSING_TRANSITION_TARGET Missing 'Next' target: Y @ /States/C/Default",
      'MISSING_TRANSITION_TARGET State "E" is not reachable. @ /States/E',
    ],
  ],
  [
    "a loop without end, and nothing about states not reached",
    { StartAt: "A", States: { A: { Type: "Pass", Next: "A" }, B: { Type: "Pass", Next: "A" } } },
    ["MISSING_END_STATE Workflow has no terminal state @ nowhere"],
  ],
  [
    "a loop without end in a Map",
    {
      StartAt: "M",
      States: { M: { ...map, ItemProcessor: { StartAt: "A", States: { A: { Type: "Pass", Next: "A" } } } } },
    },
    [],
  ],
  [
    "a target outside its scope",
    {
      StartAt: "M",
      States: {
        M: {
          ...map,
          Next: "E",
          End: false,
          ItemProcessor: { StartAt: "A", States: { A: { Type: "Pass", Next: "E" } } },
        },
        E: last,
      },
    },
    ["MISSING_TRANSITION_TARGET Missing 'Next' target: E @ /States/M/ItemProcessor/States/A/Next"],
  ],
  [
    "one name in two scopes",
    { StartAt: "I", States: { I: map } },
    ["DUPLICATE_STATE_NAME Duplicate State name: I @ /States/I/ItemProcessor/States/I"],
  ],
  [
    "a name of 81 characters",
    { StartAt: "n".repeat(81), States: { ["n".repeat(81)]: pass } },
    [
      `INVALID_STATE_NAME State name '${"n".repeat(81)}' exceeds the 80-character limit allowed by the service @ /States/${"n".repeat(81)}`,
    ],
  ],
  [
    "a name of 80 characters outside the basic plane",
    { StartAt: "😀".repeat(80), States: { ["😀".repeat(80)]: pass } },
    [],
  ],
  [
    "names of the prototype",
    { StartAt: "constructor", States: { constructor: { Type: "Pass", Next: "toString" }, hasOwnProperty: last } },
    [
      "MISSING_TRANSITION_TARGET Missing 'Next' target: toString @ /States/constructor/Next",
      'MISSING_TRANSITION_TARGET State "hasOwnProperty" is not reachable. @ /States/hasOwnProperty',
    ],
  ],
  [
    "one Label of two Maps",
    {
      StartAt: "A",
      States: {
        A: { ...map, ItemProcessor: distributed, Label: "l", Next: "B", End: false },
        B: { ...map, ItemProcessor: { ...distributed, StartAt: "J", States: { J: pass } }, Label: "l" },
      },
    },
    ["DUPLICATE_LABEL_NAME Duplicate Label name: l @ /States/B/Label"],
  ],
  [
    "a variable assigned outside before and again inside",
    {
      StartAt: "A",
      States: {
        A: { Type: "Pass", Assign: { x: 1 }, Next: "M" },
        M: { ...map, ItemProcessor: { StartAt: "I", States: { I: { ...pass, Assign: { "x.$": "$" } } } } },
      },
    },
    [
      "DUPLICATE_VARIABLE_NAME The variable name 'x' was already defined in a parent scope. @ /States/M/ItemProcessor/States/I/Assign/x",
    ],
  ],
  [
    "a variable assigned inside and afterwards outside",
    {
      StartAt: "M",
      States: {
        M: { ...map, Assign: { x: 1 }, ItemProcessor: { StartAt: "I", States: { I: { ...pass, Assign: { x: 1 } } } } },
      },
    },
    [],
  ],
  [
    "a variable assigned outside and in child executions",
    {
      StartAt: "A",
      States: {
        A: { Type: "Pass", Assign: { x: 1 }, Next: "M" },
        M: { ...map, ItemProcessor: { ...distributed, States: { I: { ...pass, Assign: { x: 1 } } } } },
      },
    },
    [],
  ],
];

for (const [sentence, definition, problems] of machineTable) {
  test(`a machine with ${sentence}: ${problems.length === 0 ? "accepted" : "reported"}`, () => {
    assert.deepEqual(findings(definition), problems);
  });
}

test("what is not a JSON object is refused as AWS refuses it", () => {
  const notObject = {
    severity: "ERROR",
    code: "SCHEMA_VALIDATION_FAILED",
    message: "Definition must be a valid JSON object",
  };
  for (const text of [" ", "", "[]", "null", "12", '"a"']) {
    assert.deepEqual(inOneGo(validateDefinition(text, { type: "STANDARD" })), [notObject]);
  }
  const location = '[Source: (String)"not a definition"; line: 1, column: 4]';
  assert.deepEqual(inOneGo(validateDefinition("not a definition", { type: "STANDARD" })), [
    {
      severity: "ERROR",
      code: "INVALID_JSON_DESCRIPTION",
      message: `Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at ${location}`,
      location,
    },
  ]);
});

test("a state by itself is validated without its targets, under the name AWS gives it", () => {
  const at = (state: Json) =>
    validateState(state, { type: "STANDARD" }).map(({ message, location }) => `${message} @ ${location ?? "nowhere"}`);
  assert.deepEqual(at({ Type: "Pass", Next: "Elsewhere" }), []);
  assert.deepEqual(at({ Type: "Parallel", Branches: [], End: true }), [
    "Value cannot be empty @ /States/StateName/Branches",
  ]);
  assert.deepEqual(at({ Type: "Pass", QueryLanguage: "JSONata", Output: "{% 1 %}", End: true }), []);
  assert.deepEqual(at("Pass"), ["Definition must be a valid JSON object @ nowhere"]);
});

const deepScopes = (depth: number): Json =>
  Array.from({ length: depth }).reduce<Json>(
    (inner, _, i) => ({ StartAt: `m${i}`, States: { [`m${i}`]: { Type: "Map", ItemProcessor: inner, End: true } } }),
    { StartAt: "x", States: { x: pass } },
  );

test("hostile definitions are refused at once", () => {
  const definitionWith = (result: string) =>
    `{"StartAt":"A","States":{"A":{"Type":"Pass","Result":${result},"End":true}}}`;
  const codes = (text: string) => inOneGo(validateDefinition(text, { type: "STANDARD" })).map(({ code }) => code);
  assert.deepEqual(codes(definitionWith("[".repeat(100_000) + "]".repeat(100_000))), ["TOO_DEEPLY_NESTED"]);
  assert.deepEqual(codes(definitionWith(`${"[".repeat(100_000)}1.0${"]".repeat(100_000)}`)), ["TOO_DEEPLY_NESTED"]);
  assert.deepEqual(codes(definitionWith(`"${"x".repeat(1_048_576)}"`)), ["SCHEMA_VALIDATION_FAILED"]);
  assert.deepEqual(codes(JSON.stringify(deepScopes(26))), ["TOO_DEEPLY_NESTED"]);
  assert.deepEqual(codes(JSON.stringify(deepScopes(25))), []);
  assert.deepEqual(codes('{"StartAt":"__proto__","States":{"__proto__":{"Type":"Pass","End":true,"__proto__":1}}}'), [
    "SCHEMA_VALIDATION_FAILED",
  ]);
});

test("a definition of 20,000 states is validated, and no more than 1000 problems are kept", () => {
  const states = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`s${i}`, pass]));
  assert.equal(validateValue({ StartAt: "s0", States: states }, { type: "STANDARD" }).length, 1000);
});

test("no value, and no damaged definition, makes the validator throw", () => {
  const field = fc.constantFrom(...fieldNames);
  const leaf = fc.oneof(
    fc.constantFrom<Json>(...leaves),
    fc.integer().map((number): Json => number),
    fc.string().map((text): Json => text),
  );
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      leaf,
      fc.dictionary(field, tie("value"), { maxKeys: 6 }).map((object): Json => ({ ...object })),
      fc.array(tie("value"), { maxLength: 3 }),
    ),
  }));
  fc.assert(
    fc.property(value, fc.constantFrom("STANDARD" as const, "EXPRESS" as const), (state, type) => {
      validateValue(state, { type });
      validateState(state, { type });
      const definition = { StartAt: "S", QueryLanguage: "JSONata", States: { S: state, __proto__: state } };
      for (const { message, code } of validateValue(definition, { type })) assert.ok(message !== "" && code !== "");
    }),
    { numRuns: 500 },
  );
  fc.assert(fc.property(fc.string(), (text) => inOneGo(validateDefinition(text, { type: "STANDARD" })).length > 0));
});

const fieldNames = (
  "Type Next End Comment QueryLanguage InputPath OutputPath Parameters ResultSelector ResultPath Arguments Output Assign " +
  "Retry Catch Resource TimeoutSeconds HeartbeatSeconds Credentials Result Seconds Timestamp Choices Default Error Cause " +
  "ErrorPath Branches ItemProcessor Iterator Items ItemsPath ItemSelector MaxConcurrency ItemReader ItemBatcher " +
  "ResultWriter Label ProcessorConfig Mode StartAt States ErrorEquals And Or Not Variable Condition StringMatches S a.$ " +
  "__proto__ constructor ReaderConfig"
).split(" ");
const leaves: readonly Json[] = [
  ..."Task Pass Wait Choice Succeed Fail Parallel Map S JSONata JSONPath DISTRIBUTED States.ALL".split(" "),
  ..."$ $.a $$.b $[?(@ States.UUID() States.Format(' {%%} {%a *\\ arn:aws:states:::lambda:invoke".split(" "),
  "{% $states.result %}",
  "{% ( %}",
  null,
  true,
  false,
  0,
  -1,
  1e300,
  0.5,
];
