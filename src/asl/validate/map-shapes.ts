// Fields of Map states: the item processor's mode, and the readers, batchers and writers of distributed Maps.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from "../json.ts";
import { integer, items, jsonPointer, oneOf, orExpression, singleNodePath, string } from "./checks.ts";
import { below, type Place, report, reportSchema } from "./place.ts";
import { type Check, checkObject, type Shape, shapeOf } from "./shape.ts";
import { objectTemplate, template } from "./templates.ts";

/** The item processor of a Map, under its name or its old name. */
export function processorOf(map: JsonObject): { readonly field: string; readonly value: Json | undefined } {
  const field = Object.hasOwn(map, "ItemProcessor") || !Object.hasOwn(map, "Iterator") ? "ItemProcessor" : "Iterator";
  return { field, value: memberOf(map, field) };
}

export function isDistributed(map: JsonObject): boolean {
  const config = processorConfigOf(map);
  return config !== undefined && memberOf(config, "Mode") === "DISTRIBUTED";
}

/** Whether the Map's children are Express executions. */
export function hasExpressChildren(map: JsonObject): boolean {
  const config = processorConfigOf(map);
  return config !== undefined && isDistributed(map) && memberOf(config, "ExecutionType") === "EXPRESS";
}

function processorConfigOf(map: JsonObject): JsonObject | undefined {
  const { value } = processorOf(map);
  const config = isJsonObject(value) ? memberOf(value, "ProcessorConfig") : undefined;
  return isJsonObject(config) ? config : undefined;
}

const mode = oneOf("INLINE", "DISTRIBUTED");
const inlineConfig = shapeOf({ both: { Mode: mode } });
const distributedConfig = shapeOf({
  both: { Mode: mode, ExecutionType: oneOf("STANDARD", "EXPRESS") },
  required: ["ExecutionType"],
});

export const processorConfig: Check = (value, place) => {
  const distributed = isJsonObject(value) && memberOf(value, "Mode") === "DISTRIBUTED";
  return checkObject(value, distributed ? distributedConfig : inlineConfig, place);
};

/** Express executions cannot have child executions. */
export function checkMode(map: JsonObject, place: Place): void {
  if (place.machineType !== "EXPRESS" || !isDistributed(map)) return;
  const { field } = processorOf(map);
  const message = "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines";
  reportSchema(below(below(below(place, field), "ProcessorConfig"), "Mode"), message);
}

/** An array, in a distributed Map an object, or an expression that gives one. */
export const mapItems: Check = (value, place) => {
  const isIterable = isJsonArray(value) || isJsonObject(value) || typeof value === "string";
  return isIterable ? template(value, place) : reportSchema(place, "Expected value of type [ARRAY]");
};

const maxLabelLength = 40;
// White space, wildcards, brackets, the special characters of state machine names, and control characters.
const invalidInLabel = /[\s?*<>{}[\]:;,\\|^~$#%&`"\p{Cc}]/u;

export const label: Check = (value, place) => {
  if (typeof value !== "string") return reportSchema(place, "Expected value of type [STRING]");
  if (value === "") report(place, "INVALID_LABEL_NAME", "Label name cannot be empty");
  else if (value.length > maxLabelLength) {
    const message = `Label name '${value}' exceeds the ${maxLabelLength}-character limit allowed by the service`;
    report(place, "INVALID_LABEL_NAME", message);
  } else if (invalidInLabel.test(value)) {
    report(place, "INVALID_LABEL_NAME", `Label name '${value}' contains invalid characters`);
  }
  if (place.labels.has(value)) report(place, "DUPLICATE_LABEL_NAME", `Duplicate Label name: ${value}`);
  place.labels.add(value);
};

function s3Resource(...actions: readonly string[]): Check {
  return (value, place) => {
    const [, action] = typeof value === "string" ? (/^arn:[a-z-]+:states:::s3:([A-Za-z0-9]+)$/.exec(value) ?? []) : [];
    if (action === undefined || !actions.includes(action)) {
      reportSchema(place, "The field 'Resource' does not match any of the allowed values");
    }
  };
}

const readerConfig = shapeOf({
  both: {
    InputType: oneOf("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"),
    Transformation: oneOf("NONE", "LOAD_AND_FLATTEN"),
    ManifestType: oneOf("ATHENA_DATA", "S3_INVENTORY"),
    CSVDelimiter: oneOf("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"),
    CSVHeaderLocation: oneOf("FIRST_ROW", "GIVEN"),
    CSVHeaders: items(string, { mayBeEmpty: false }),
    ItemsPointer: orExpression(jsonPointer),
    MaxItems: orExpression(integer({ least: Number.NEGATIVE_INFINITY })),
  },
  jsonPath: { MaxItemsPath: singleNodePath },
  atMostOne: [["MaxItems", "MaxItemsPath"]],
});

const csvFields = ["CSVDelimiter", "CSVHeaderLocation", "CSVHeaders"];
/** Fields that do not go with an input type. */
const unsupportedFields: ReadonlyMap<Json, readonly string[]> = new Map([
  ["JSON", [...csvFields, "ManifestType"]],
  ["JSONL", csvFields],
  ["PARQUET", csvFields],
]);

const readerConfigCheck: Check = function* readerConfigCheck(value, place) {
  const config = yield* checkObject(value, readerConfig, place);
  if (config === undefined) return;
  const type = memberOf(config, "InputType");
  if (type === undefined && memberOf(config, "Transformation") === "LOAD_AND_FLATTEN") {
    reportSchema(place, "The field 'InputType' is required");
  }
  if (type === "CSV" && !Object.hasOwn(config, "CSVHeaderLocation")) {
    reportSchema(place, "The field 'CSVHeaderLocation' is required");
  }
  if (memberOf(config, "CSVHeaderLocation") === "GIVEN" && !Object.hasOwn(config, "CSVHeaders")) {
    reportSchema(place, "These fields are required: [CSVHeaders]");
  }
  for (const name of unsupportedFields.get(type ?? null) ?? []) {
    if (Object.hasOwn(config, name)) reportSchema(place, `Field '${name}' is not supported`, { member: name });
  }
};

const reader = shapeOf({
  both: { Resource: s3Resource("getObject", "listObjectsV2"), ReaderConfig: readerConfigCheck },
  jsonPath: { Parameters: objectTemplate },
  jsonata: { Arguments: objectTemplate },
  required: ["Resource"],
});

export const itemReader = ofShape(reader);

const batchSize = orExpression(integer({ least: 1 }));
const batchBytes = orExpression(integer({ least: 1, most: 262_144 }));
const batcher = shapeOf({
  both: { MaxItemsPerBatch: batchSize, MaxInputBytesPerBatch: batchBytes, BatchInput: template },
  jsonPath: { MaxItemsPerBatchPath: singleNodePath, MaxInputBytesPerBatchPath: singleNodePath },
  atMostOne: [
    ["MaxItemsPerBatch", "MaxItemsPerBatchPath"],
    ["MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"],
  ],
});
const batchLimits = ["MaxItemsPerBatch", "MaxItemsPerBatchPath", "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"];

export const itemBatcher: Check = function* itemBatcher(value, place) {
  const object = yield* checkObject(value, batcher, place);
  if (object !== undefined && !batchLimits.some((name) => Object.hasOwn(object, name))) {
    reportSchema(place, `At least one of these fields is required: [${batchLimits.join(", ")}]`);
  }
};

const writerConfig = shapeOf({
  both: { Transformation: oneOf("NONE", "COMPACT", "FLATTEN"), OutputType: oneOf("JSON", "JSONL") },
});
const writer = shapeOf({
  both: { Resource: s3Resource("putObject"), WriterConfig: ofShape(writerConfig) },
  jsonPath: { Parameters: objectTemplate },
  jsonata: { Arguments: objectTemplate },
});

export const resultWriter: Check = function* resultWriter(value, place) {
  const object = yield* checkObject(value, writer, place);
  if (object === undefined) return;
  const destination = place.language === "JSONata" ? "Arguments" : "Parameters";
  const hasResource = Object.hasOwn(object, "Resource");
  if (hasResource !== Object.hasOwn(object, destination)) {
    reportSchema(place, `These fields are required: [${hasResource ? destination : "Resource"}]`);
  } else if (!hasResource && !Object.hasOwn(object, "WriterConfig")) {
    reportSchema(place, "At least one of these fields is required: [Resource, WriterConfig]");
  }
};

function ofShape(shape: Shape): Check {
  return (value: Json, place: Place) => checkObject(value, shape, place);
}
