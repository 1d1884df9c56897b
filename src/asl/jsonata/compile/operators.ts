// Operators: arithmetic, comparison, logic, text, ranges, membership.
import { isTrue, numericOf, textOf } from "../conversions.ts";
import type { Compiler, Evaluate } from "./compiler.ts";
import { fail, JsonataFailure } from "../failures.ts";
import type { Scope } from "./scope.ts";
import { Mark, marked } from "../sequences.ts";
import type { BinaryNode, NegationNode } from "../syntax.ts";
import { deepEquals, doubleOf, isArray, type Value, withDouble, type Run } from "../values.ts";

type Operator = (left: Value, right: Value, run: Run) => Value;

export function compileBinary(node: BinaryNode, scope: Scope, compiler: Compiler): Evaluate {
  const left = compiler.compile(node.lhs, scope);
  const right = compiler.compile(node.rhs, scope);
  const site = { position: node.position, token: node.value };
  if (node.value === "and" || node.value === "or") {
    const decided = node.value === "or";
    return (input, frame, run) => {
      try {
        return isTrue(left(input, frame, run), run) === decided ? decided : isTrue(right(input, frame, run), run);
      } catch (error) {
        throw located(error, site);
      }
    };
  }
  const operate = operators.get(node.value);
  if (operate === undefined) return fail("S0204", { token: node.value, position: node.position });
  if (node.value === "&") return compileConcatenation(left, right, site);
  return (input, frame, run) => {
    const leftValue = left(input, frame, run);
    const rightValue = right(input, frame, run);
    try {
      return operate(leftValue, rightValue, run);
    } catch (error) {
      throw located(error, site);
    }
  };
}

export function compileNegation(node: NegationNode, scope: Scope, compiler: Compiler): Evaluate {
  const operand = compiler.compile(node.expression, scope);
  return (input, frame, run) => {
    const value = operand(input, frame, run);
    if (value === undefined) return undefined;
    const number = numericOf(value);
    return number === undefined ? fail("D1002", { position: node.position, token: "-", value }) : -number;
  };
}

type Site = { readonly position: number | undefined; readonly token: string };

function located(error: unknown, { position, token }: Site): unknown {
  if (error instanceof JsonataFailure) Object.assign(error, { position, token });
  return error;
}

function compileConcatenation(left: Evaluate, right: Evaluate, site: Site): Evaluate {
  return (input, frame, run) => {
    const leftValue = left(input, frame, run);
    const rightValue = right(input, frame, run);
    try {
      const text = concatenable(leftValue, run) + concatenable(rightValue, run);
      run.checkString(text.length);
      return text;
    } catch (error) {
      throw located(error, site);
    }
  };
}

function concatenable(value: Value, run: Run): string {
  if (typeof value === "string") return value;
  return value === undefined ? "" : textOf(value, run);
}

function arithmetic(calculate: (left: number, right: number) => number): Operator {
  return (left, right) => {
    const leftNumber = numericOf(left);
    if (left !== undefined && leftNumber === undefined) fail("T2001", { value: left });
    const rightNumber = numericOf(right);
    if (right !== undefined && rightNumber === undefined) fail("T2002", { value: right });
    if (leftNumber === undefined || rightNumber === undefined) return undefined;
    return calculate(leftNumber, rightNumber);
  };
}

function comparison(holds: (left: number | string, right: number | string) => boolean): Operator {
  return (leftValue, rightValue, run) => {
    const left = withDouble(leftValue);
    const right = withDouble(rightValue);
    const isLeftComparable = typeof left === "string" || typeof left === "number";
    const isRightComparable = typeof right === "string" || typeof right === "number";
    if (!(isLeftComparable || left === undefined) || !(isRightComparable || right === undefined)) {
      return fail("T2010", { value: isLeftComparable ? right : left });
    }
    if (!isLeftComparable || !isRightComparable) return undefined;
    if (typeof left === "string") run.payString(left.length);
    return typeof left === typeof right ? holds(left, right) : fail("T2009", { value: left, value2: right });
  };
}

function isIn(left: Value, right: Value, run: Run): boolean {
  if (left === undefined || right === undefined) return false;
  const number = doubleOf(left);
  const isSame = (item: Value): boolean => (number === undefined ? item === left : number === doubleOf(item));
  const cost = typeof left === "string" ? 1 + (left.length >> 4) : 1;
  run.pay(isArray(right) ? cost * right.length : cost);
  if (!isArray(right)) return isSame(right);
  return right.some(isSame);
}

function range(left: Value, right: Value, run: Run): Value {
  const first = doubleOf(left);
  const last = doubleOf(right);
  if (left !== undefined && !Number.isInteger(first)) fail("T2003", { value: left });
  if (right !== undefined && !Number.isInteger(last)) fail("T2004", { value: right });
  if (first === undefined || last === undefined || first > last) return undefined;
  const size = last - first + 1;
  if (size > 1e7) fail("D2014", { value: size });
  run.paySequence(size);
  const items: number[] = [];
  for (let i = 0; i < size; i++) items.push(first + i);
  return marked(items, Mark.sequence);
}

export const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["+", arithmetic((left, right) => left + right)],
  ["-", arithmetic((left, right) => left - right)],
  ["*", arithmetic((left, right) => left * right)],
  ["/", arithmetic((left, right) => left / right)],
  ["%", arithmetic((left, right) => left % right)],
  ["=", (left, right, run) => left !== undefined && right !== undefined && deepEquals(left, right, run)],
  ["!=", (left, right, run) => left !== undefined && right !== undefined && !deepEquals(left, right, run)],
  ["<", comparison((left, right) => left < right)],
  ["<=", comparison((left, right) => left <= right)],
  [">", comparison((left, right) => left > right)],
  [">=", comparison((left, right) => left >= right)],
  ["&", (left, right, run) => concatenable(left, run) + concatenable(right, run)],
  ["..", range],
  ["in", isIn],
]);
