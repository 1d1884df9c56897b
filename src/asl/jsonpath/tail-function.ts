// The functions a JSONPath may end in: `$.prices.max()`, `$.items.length()` (Jayway's path functions).
import { ExactNumber, isJsonArray, isJsonNumber, isJsonObject, type Json, type JsonArray, toDouble } from "../json.ts";
import { javaDoubleText } from "./java-text.ts";
import type { TailFunction } from "./path-syntax.ts";

/** `undefined` when there is nothing to calculate with, which fails the path. */
export function callTailFunction(name: TailFunction, node: Json, parameters: readonly Json[]): Json | undefined {
  switch (name) {
    case "length":
    case "size":
      return lengthOf(node, parameters);
    case "keys":
      return isJsonObject(node) ? Object.keys(node) : null;
    case "first":
      return isJsonArray(node) ? node[0] : undefined;
    case "last":
      return isJsonArray(node) ? node.at(-1) : undefined;
    case "index":
      return itemAt(node, parameters[0]);
    case "append":
      return isJsonArray(node) ? [...node, ...parameters] : node;
    case "concat":
      return concatenate(node, parameters);
    default:
      return aggregate(name, node, parameters);
  }
}

function lengthOf(node: Json, parameters: readonly Json[]): Json {
  const [scanned] = parameters;
  // Jayway asks for the children of what the parameter names.
  if (isJsonArray(scanned)) return scanned.flatMap(childrenOf).length;
  if (typeof node === "string" || isJsonArray(node)) return node.length;
  return isJsonObject(node) ? Object.keys(node).length : null;
}

function childrenOf(node: Json): JsonArray {
  if (isJsonArray(node)) return node;
  return isJsonObject(node) ? Object.values(node) : [];
}

function itemAt(node: Json, position: Json | undefined): Json | undefined {
  if (!isJsonArray(node) || !isJsonNumber(position)) return undefined;
  return node.at(toDouble(position));
}

function concatenate(node: Json, parameters: readonly Json[]): string {
  const texts = [node, ...parameters].flatMap((value) => (isJsonArray(value) ? value : [value]));
  return texts.filter((value) => typeof value === "string").join("");
}

type Aggregation = "min" | "max" | "avg" | "sum" | "stddev";

function aggregate(name: Aggregation, node: Json, parameters: readonly Json[]): Json | undefined {
  const numbers = [isJsonArray(node) ? node : [], ...parameters]
    .flatMap((value) => (isJsonArray(value) ? value : [value]))
    .filter(isJsonNumber)
    .map(toDouble);
  return numbers.length === 0 ? undefined : javaDouble(aggregateNumbers(name, numbers));
}

function aggregateNumbers(name: Aggregation, numbers: readonly number[]): number {
  const mean = sum(numbers) / numbers.length;
  switch (name) {
    case "min":
      return numbers.reduce((least, value) => Math.min(least, value));
    case "max":
      return numbers.reduce((most, value) => Math.max(most, value));
    case "sum":
      return sum(numbers);
    case "avg":
      return mean;
    case "stddev":
      return Math.sqrt(sum(numbers.map((value) => value * value)) / numbers.length - mean * mean);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}

/** The aggregates are Java doubles, which are written with a fraction even when they are whole: `6.0`. */
function javaDouble(value: number): Json | undefined {
  if (!Number.isFinite(value)) return undefined;
  const text = javaDoubleText(value);
  return text === String(value) ? value : new ExactNumber(text);
}
