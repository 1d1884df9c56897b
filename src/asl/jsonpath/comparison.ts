// The comparison operators of JSONPath filters, with Jayway's ideas of equality and order.
import { isJsonArray, isJsonNumber, isJsonObject, type Json, jsonEquals, toDouble } from "../json.ts";
import type { Comparison } from "./path-syntax.ts";

type Sides = {
  readonly operator: Comparison;
  /** `undefined` for a path that names nothing: it equals nothing, not even another one. */
  readonly left: Json | undefined;
  readonly right: Json | undefined;
  /** Accounts for work that grows with the operands. */
  readonly spend: (steps: number) => void;
};

export function compare({ operator, left, right, spend }: Sides): boolean {
  switch (operator) {
    case "==":
      return equals(left, right, spend);
    case "!=":
      return !equals(left, right, spend);
    case "===":
      return typeof left === typeof right && equals(left, right, spend);
    case "!==":
      return !(typeof left === typeof right && equals(left, right, spend));
    case "<":
      return isOrdered(left, right, (order) => order < 0);
    case "<=":
      return isOrdered(left, right, (order) => order <= 0);
    case ">":
      return isOrdered(left, right, (order) => order > 0);
    case ">=":
      return isOrdered(left, right, (order) => order >= 0);
    case "size":
      return isJsonNumber(right) && sizeOf(left) === toDouble(right);
    case "empty":
      return typeof right === "boolean" && sizeOf(left) !== undefined && (sizeOf(left) === 0) === right;
    case "contains":
      if (typeof left === "string") return typeof right === "string" && left.includes(right);
      return includes(left, right, spend);
    case "in":
      return includes(right, left, spend);
    case "nin":
      return !includes(right, left, spend);
    case "all":
      return isEvery(right, (item) => includes(left, item, spend));
    case "subsetof":
      return isEvery(left, (item) => includes(right, item, spend));
    case "anyof":
      return isJsonArray(left) && left.some((item) => includes(right, item, spend));
    case "noneof":
      return isJsonArray(left) && !left.some((item) => includes(right, item, spend));
  }
}

function equals(left: Json | undefined, right: Json | undefined, spend: (steps: number) => void): boolean {
  if (left === undefined || right === undefined) return false;
  if (isJsonNumber(left) && typeof right === "string") return right.trim() !== "" && Number(right) === toDouble(left);
  if (typeof left === "string" && isJsonNumber(right)) return left === JSON.stringify(right);
  if (left !== right && typeof left === "object" && typeof right === "object") spendNodes(left, spend);
  return jsonEquals(left, right);
}

function spendNodes(value: Json, spend: (steps: number) => void): void {
  spend(1);
  if (isJsonArray(value)) for (const item of value) spendNodes(item, spend);
  else if (isJsonObject(value)) for (const member of Object.values(value)) spendNodes(member, spend);
}

function isOrdered(left: Json | undefined, right: Json | undefined, test: (order: number) => boolean): boolean {
  if (isJsonNumber(left) && isJsonNumber(right)) {
    return test(Math.sign(toDouble(left) - toDouble(right)));
  }
  if (typeof left !== "string" || typeof right !== "string") return false;
  return test(left < right ? -1 : left > right ? 1 : 0);
}

function sizeOf(value: Json | undefined): number | undefined {
  if (typeof value === "string" || isJsonArray(value)) return value.length;
  return isJsonObject(value) ? Object.keys(value).length : undefined;
}

function includes(list: Json | undefined, value: Json | undefined, spend: (steps: number) => void): boolean {
  if (!isJsonArray(list)) return false;
  spend(list.length);
  return list.some((item) => equals(item, value, spend));
}

function isEvery(list: Json | undefined, test: (item: Json) => boolean): boolean {
  return isJsonArray(list) && list.every(test);
}
