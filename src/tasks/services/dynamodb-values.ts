// Values of attributes in the parameters of `dynamodb` tasks. A text stands for itself: the class that the AWS SDK for Java 1 has
// for them, through which Step Functions takes these tasks, is made from one. Published workflows write `"id.$": "$.id"`.
import { isJsonArray, isJsonObject, type Json, type JsonObject, setMember } from "../../asl/json.ts";

/** Members that are attributes by their names. */
const attributes = new Set(["Item", "Key", "ExpressionAttributeValues"]);
/** Members that say something of attributes, the value among it. */
const conditions = new Set(["AttributeUpdates", "Expected"]);

/** The parameters with each text in the place of a value as a value. */
export function withValuesOfTexts(input: JsonObject): JsonObject {
  return mapped(input, (value, name) => {
    if (attributes.has(name)) return mapped(value, valueOf);
    return conditions.has(name) ? mapped(value, (condition) => mapped(condition, ofCondition)) : value;
  });
}

function ofCondition(value: Json, name: string): Json {
  if (name === "Value") return valueOf(value);
  return name === "AttributeValueList" && isJsonArray(value) ? value.map(valueOf) : value;
}

function valueOf(value: Json): Json {
  if (typeof value === "string") return { S: value };
  return mapped(value, (inner, kind) => {
    if (kind === "M") return mapped(inner, valueOf);
    return kind === "L" && isJsonArray(inner) ? inner.map(valueOf) : inner;
  });
}

function mapped<V extends Json>(value: V, change: (member: Json, name: string) => Json): V | JsonObject {
  if (!isJsonObject(value)) return value;
  const result: { [name: string]: Json } = {};
  for (const [name, member] of Object.entries(value)) setMember(result, name, change(member, name));
  return result;
}
