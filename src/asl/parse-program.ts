// Definition text to typed program. The validator has the say on what is wrong with a definition and reports it kindly;
// here a definition without the form of one is refused, and a field that cannot be compiled fails when it is used.
import { type Expression, expressionText } from "./expression.ts";
import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  parseJson,
  toDouble,
} from "./json.ts";
import type { JsonPath, ReferencePath } from "./jsonpath/jsonpath.ts";
import { Payload } from "./payload.ts";
import type {
  Catcher,
  Choice,
  DataFlow,
  ItemBatcher,
  ItemReader,
  MapState,
  Program,
  ResultWriter,
  Retrier,
  State,
  StateScope,
  TaskState,
  ValueSource,
} from "./program.ts";
import { parseTaskResource } from "./resource.ts";
import { type OnCompiled, StateParts } from "./state-parts.ts";
import type { Template } from "./template.ts";

export type QueryLanguage = "JSONPath" | "JSONata";

/** The definition cannot be run; `message` names the field. */
export class DefinitionError extends Error {
  override readonly name = "DefinitionError";
}

/**
 * Paths, templates, expressions and choice rules are compiled when an execution first comes to them, once.
 * @param onCompiled told each time
 * @throws DefinitionError for a text that has not the form of a definition, whatever version of Pawl took it.
 */
export function parseProgram(definition: string, onCompiled: OnCompiled = () => undefined): Program {
  const root = objectOf(parseDefinition(definition), "");
  const machineLanguage: QueryLanguage = memberOf(root, "QueryLanguage") === "JSONata" ? "JSONata" : "JSONPath";
  return {
    ...parseScope(root, { location: "", machineLanguage, onCompiled }),
    timeoutSeconds: optionalNumber(root, "TimeoutSeconds"),
  };
}

function parseDefinition(definition: string): Json {
  try {
    return parseJson(definition);
  } catch (cause) {
    throw new DefinitionError("The definition is not JSON.", { cause });
  }
}

function parseScope(scope: JsonObject, around: Surroundings): StateScope {
  const { location } = around;
  const states = new Map<string, State>();
  for (const [name, value] of Object.entries(objectOf(memberOf(scope, "States"), `${location}/States`))) {
    const at = `${location}/States/${name}`;
    states.set(name, new StateReader(objectOf(value, at), name, { ...around, location: at }).read());
  }
  const startAt = requiredString(scope, "StartAt", location);
  if (!states.has(startAt)) throw new DefinitionError(`${location}/StartAt names no state: ${startAt}`);
  return { startAt, states };
}

interface Surroundings {
  readonly location: string;
  readonly machineLanguage: QueryLanguage;
  readonly onCompiled: OnCompiled;
}

/** Reads one state; a class because every reader needs the same object, place and query language. */
class StateReader {
  readonly #state: JsonObject;
  readonly #name: string;
  readonly #around: Surroundings;
  readonly #language: QueryLanguage;
  readonly #parts: StateParts;

  constructor(state: JsonObject, name: string, around: Surroundings) {
    this.#state = state;
    this.#name = name;
    this.#around = around;
    this.#parts = new StateParts(around.onCompiled);
    const own = memberOf(state, "QueryLanguage");
    this.#language = own === "JSONata" || own === "JSONPath" ? own : around.machineLanguage;
  }

  read(): State {
    const base = { name: this.#name, flow: this.#flow(this.#state) };
    const transition = { ...base, next: this.#optionalString("Next") };
    switch (this.#optionalString("Type")) {
      case "Task":
        return this.#task();
      case "Pass": {
        const result = memberOf(this.#state, "Result");
        return { ...transition, type: "Pass", result: result === undefined ? undefined : Payload.ofValue(result) };
      }
      case "Wait":
        return {
          ...transition,
          type: "Wait",
          seconds: this.#source("Seconds"),
          timestamp: this.#source("Timestamp"),
        };
      case "Choice":
        return { ...base, type: "Choice", choices: this.#choices(), default: this.#optionalString("Default") };
      case "Succeed":
        return { ...base, type: "Succeed" };
      case "Fail":
        return { ...base, type: "Fail", error: this.#source("Error"), cause: this.#source("Cause") };
      case "Parallel": {
        const branches = arrayOf(memberOf(this.#state, "Branches"), this.#at("Branches")).map((branch, index) => {
          const at = `${this.#at("Branches")}[${index}]`;
          return parseScope(objectOf(branch, at), { ...this.#around, location: at });
        });
        return { ...this.#recovering(), type: "Parallel", branches };
      }
      case "Map":
        return this.#map();
      default:
        throw new DefinitionError(`${this.#at("Type")} is no state type`);
    }
  }

  #task(): TaskState {
    const arn = requiredString(this.#state, "Resource", this.#around.location);
    const resource = parseTaskResource(arn);
    if (resource === undefined) throw new DefinitionError(`${this.#at("Resource")} is no resource ARN: ${arn}`);
    const credentials = memberOf(this.#state, "Credentials");
    return {
      ...this.#recovering(),
      type: "Task",
      resource,
      timeoutSeconds: this.#source("TimeoutSeconds"),
      heartbeatSeconds: this.#source("HeartbeatSeconds"),
      credentials: credentials === undefined ? undefined : this.#template(credentials, "Credentials"),
    };
  }

  #map(): MapState {
    const field = memberOf(this.#state, "ItemProcessor") === undefined ? "Iterator" : "ItemProcessor";
    const processor = objectOf(memberOf(this.#state, field), this.#at(field));
    const config = memberOf(processor, "ProcessorConfig");
    const isDistributed = isJsonObject(config) && memberOf(config, "Mode") === "DISTRIBUTED";
    const items = memberOf(this.#state, "Items");
    const itemsPath = this.#optionalString("ItemsPath");
    return {
      ...this.#recovering(),
      type: "Map",
      mode: isDistributed ? "DISTRIBUTED" : "INLINE",
      processor: parseScope(processor, { ...this.#around, location: this.#at(field) }),
      items:
        items !== undefined
          ? this.#parts.expression(items, "Items")
          : itemsPath === undefined
            ? undefined
            : this.#parts.path(itemsPath),
      maxConcurrency: this.#source("MaxConcurrency"),
      toleratedFailureCount: this.#source("ToleratedFailureCount"),
      toleratedFailurePercentage: this.#source("ToleratedFailurePercentage"),
      itemReader: this.#itemReader(),
      itemBatcher: this.#itemBatcher(),
      resultWriter: this.#resultWriter(),
      childType: isJsonObject(config) && memberOf(config, "ExecutionType") === "EXPRESS" ? "EXPRESS" : "STANDARD",
      label: this.#optionalString("Label"),
    };
  }

  #itemReader(): ItemReader | undefined {
    const reader = memberOf(this.#state, "ItemReader");
    if (!isJsonObject(reader)) return undefined;
    const config = objectIn(reader, "ReaderConfig");
    const headers = memberOf(config, "CSVHeaderLocation") === "GIVEN" ? memberOf(config, "CSVHeaders") : undefined;
    return {
      ...this.#connection("ItemReader", reader),
      resource: stringIn(reader, "Resource") ?? "",
      config,
      maxItems: this.#source("MaxItems", config),
      pointer: this.#source("ItemsPointer", config),
      inputType: stringIn(config, "InputType"),
      itemsPointer: stringIn(config, "ItemsPointer"),
      csvDelimiter: stringIn(config, "CSVDelimiter"),
      csvHeaders: isJsonArray(headers) ? headers.map(String) : undefined,
    };
  }

  #resultWriter(): ResultWriter | undefined {
    const writer = memberOf(this.#state, "ResultWriter");
    if (!isJsonObject(writer)) return undefined;
    const config = objectIn(writer, "WriterConfig");
    return {
      ...this.#connection("ResultWriter", writer),
      resource: stringIn(writer, "Resource"),
      transformation: stringIn(config, "Transformation"),
      outputType: stringIn(config, "OutputType"),
    };
  }

  /** The parameters of a reader or writer. */
  #connection(field: string, holder: JsonObject) {
    const name = this.#language === "JSONata" ? "Arguments" : "Parameters";
    const given = memberOf(holder, name);
    return { arguments: given === undefined ? undefined : this.#template(given, `${field}/${name}`) };
  }

  #itemBatcher(): ItemBatcher | undefined {
    const batcher = memberOf(this.#state, "ItemBatcher");
    if (!isJsonObject(batcher)) return undefined;
    const batchInput = memberOf(batcher, "BatchInput");
    return {
      maxItemsPerBatch: this.#source("MaxItemsPerBatch", batcher),
      maxInputBytesPerBatch: this.#source("MaxInputBytesPerBatch", batcher),
      batchInput: batchInput === undefined ? undefined : this.#template(batchInput, "ItemBatcher/BatchInput"),
    };
  }

  #recovering() {
    const entries = (field: string): readonly JsonObject[] => {
      const list = memberOf(this.#state, field);
      return list === undefined ? [] : arrayOf(list, this.#at(field)).map((entry) => objectOf(entry, this.#at(field)));
    };
    return {
      name: this.#name,
      flow: this.#flow(this.#state),
      next: this.#optionalString("Next"),
      retry: entries("Retry").map((entry) => parseRetrier(entry, this.#at("Retry"))),
      catch: entries("Catch").map((entry, index) => this.#catcher(entry, `Catch[${index}]`)),
    };
  }

  #catcher(catcher: JsonObject, field: string): Catcher {
    const location = this.#at("Catch");
    const assign = memberOf(catcher, "Assign");
    const output = memberOf(catcher, "Output");
    return {
      errorEquals: errorNames(catcher, location),
      next: requiredString(catcher, "Next", location),
      resultPath: this.#resultPath(catcher),
      assign: assign === undefined ? undefined : this.#template(assign, `${field}/Assign`),
      output: output === undefined ? undefined : this.#parts.expression(output, `${field}/Output`),
    };
  }

  #choices(): readonly Choice[] {
    return arrayOf(memberOf(this.#state, "Choices"), this.#at("Choices")).map((entry, index) => {
      const field = `Choices[${index}]`;
      const location = this.#at(field);
      const choice = objectOf(entry, location);
      const assign = memberOf(choice, "Assign");
      const output = memberOf(choice, "Output");
      return {
        condition:
          this.#language === "JSONata"
            ? this.#parts.expression(memberOf(choice, "Condition") ?? null, `${field}/Condition`)
            : this.#parts.rule(choice, location),
        next: requiredString(choice, "Next", location),
        assign: assign === undefined ? undefined : this.#template(assign, `${field}/Assign`),
        output: output === undefined ? undefined : this.#parts.expression(output, `${field}/Output`),
      };
    });
  }

  #flow(state: JsonObject): DataFlow {
    const assign = memberOf(state, "Assign");
    if (this.#language === "JSONata") {
      const expression = (value: Json | undefined, field: string): Expression | undefined =>
        value === undefined ? undefined : this.#parts.expression(value, field);
      const selector = memberOf(state, "ItemSelector");
      return {
        language: "JSONata",
        arguments:
          selector === undefined
            ? expression(memberOf(state, "Arguments"), "Arguments")
            : expression(selector, "ItemSelector"),
        output: expression(memberOf(state, "Output"), "Output"),
        assign: expression(assign, "Assign"),
      };
    }
    const template = (field: string): Template | undefined => {
      const value = memberOf(state, field);
      return value === undefined ? undefined : this.#jsonPathTemplate(value, field);
    };
    return {
      language: "JSONPath",
      inputPath: this.#dataPath(state, "InputPath"),
      parameters: template("ItemSelector") ?? template("Parameters"),
      resultSelector: template("ResultSelector"),
      resultPath: this.#resultPath(state),
      outputPath: this.#dataPath(state, "OutputPath"),
      assign: assign === undefined ? undefined : this.#jsonPathTemplate(assign, "Assign"),
    };
  }

  /** `<field>` fixed or an expression, or `<field>Path`. */
  #source(field: string, holder = this.#state): ValueSource | undefined {
    const fixed = memberOf(holder, field);
    if (typeof fixed === "string" && this.#language === "JSONata" && expressionText(fixed) !== undefined) {
      return { kind: "expression", expression: this.#parts.expression(fixed, field) };
    }
    if (typeof fixed === "string") return { kind: "fixed", value: fixed };
    if (isJsonNumber(fixed)) return { kind: "fixed", value: toDouble(fixed) };
    const path = memberOf(holder, `${field}Path`);
    if (typeof path !== "string") return undefined;
    if (path.startsWith("States.")) return { kind: "intrinsic", intrinsic: this.#parts.intrinsic(path) };
    return { kind: "path", path: this.#parts.path(path) };
  }

  #template(value: Json, field: string): Template | Expression {
    return this.#language === "JSONata" ? this.#parts.expression(value, field) : this.#jsonPathTemplate(value, field);
  }

  #jsonPathTemplate(value: Json, field: string): Template {
    return this.#parts.template(value, this.#at(field));
  }

  #dataPath(state: JsonObject, field: "InputPath" | "OutputPath"): JsonPath | null {
    const path = memberOf(state, field);
    if (path === null) return null;
    return typeof path === "string" && path !== "$" ? this.#parts.path(path) : wholeInput;
  }

  #resultPath(holder: JsonObject): ReferencePath | null {
    const path = memberOf(holder, "ResultPath");
    if (path === null) return null;
    return typeof path === "string" && path !== "$" ? this.#parts.referencePath(path) : wholePlace;
  }

  #optionalString(field: string): string | undefined {
    return stringIn(this.#state, field);
  }

  #at(field: string): string {
    return `${this.#around.location}/${field}`;
  }
}

const always = new StateParts(() => undefined);
/** `InputPath` and `OutputPath` where they are left out. */
const wholeInput = always.path("$");
/** `ResultPath` where it is left out. */
const wholePlace = always.referencePath("$");

function parseRetrier(retrier: JsonObject, location: string): Retrier {
  return {
    errorEquals: errorNames(retrier, location),
    intervalSeconds: optionalNumber(retrier, "IntervalSeconds") ?? 1,
    maxAttempts: optionalNumber(retrier, "MaxAttempts") ?? 3,
    backoffRate: optionalNumber(retrier, "BackoffRate") ?? 2,
    maxDelaySeconds: optionalNumber(retrier, "MaxDelaySeconds"),
    jitterStrategy: memberOf(retrier, "JitterStrategy") === "FULL" ? "FULL" : "NONE",
  };
}

function errorNames(holder: JsonObject, location: string): readonly string[] {
  return arrayOf(memberOf(holder, "ErrorEquals"), `${location}/ErrorEquals`).map(String);
}

function objectIn(holder: JsonObject, field: string): JsonObject {
  const value = memberOf(holder, field);
  return isJsonObject(value) ? value : {};
}

function stringIn(holder: JsonObject, field: string): string | undefined {
  const value = memberOf(holder, field);
  return typeof value === "string" ? value : undefined;
}

function objectOf(value: Json | undefined, location: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new DefinitionError(`${location === "" ? "/" : location} must be an object`);
}

function arrayOf(value: Json | undefined, location: string): readonly Json[] {
  if (isJsonArray(value)) return value;
  throw new DefinitionError(`${location} must be an array`);
}

function requiredString(holder: JsonObject, field: string, location: string): string {
  const value = memberOf(holder, field);
  if (typeof value === "string") return value;
  throw new DefinitionError(`${location}/${field} must be a string`);
}

function optionalNumber(holder: JsonObject, field: string): number | undefined {
  const value = memberOf(holder, field);
  return isJsonNumber(value) ? toDouble(value) : undefined;
}
