// The mock file of Step Functions Local: which results stand in for the calls of which states, by test case. A start
// names its test case behind the machine's ARN, as in `…:stateMachine:m#HappyPath`.
import { isJsonObject, type Json, type JsonObject, memberOf, parseJson } from "../../asl/json.ts";
import { jsonLimitProblem } from "../../asl/json-limits.ts";
import { Payload } from "../../asl/payload.ts";

/** The file cannot be used; the message lists every problem, one a line. */
export class MockFileError extends Error {
  override readonly name = "MockFileError";
}

export type MockedResponse =
  | { readonly kind: "return"; readonly output: Payload }
  | { readonly kind: "throw"; readonly error: string; readonly cause?: string | undefined };

/** The response to some invocations of one state, which count from 0 in each execution. */
interface Range {
  readonly first: number;
  readonly last: number;
  readonly response: MockedResponse;
}

/** Responses to the states of one test case, by name. */
export type TestCase = ReadonlyMap<string, readonly Range[]>;

export class MockFile {
  readonly #machines: ReadonlyMap<string, ReadonlyMap<string, TestCase>>;

  constructor(machines: ReadonlyMap<string, ReadonlyMap<string, TestCase>>) {
    this.#machines = machines;
  }

  /** Names of the test cases of a machine. */
  testCases(stateMachineName: string): readonly string[] {
    return [...(this.#machines.get(stateMachineName)?.keys() ?? [])];
  }

  findTestCase(stateMachineName: string, testCase: string): TestCase | undefined {
    return this.#machines.get(stateMachineName)?.get(testCase);
  }
}

export function responseTo(ranges: readonly Range[], invocation: number): MockedResponse | undefined {
  return ranges.find(({ first, last }) => first <= invocation && invocation <= last)?.response;
}

type Report = (problem: string) => void;

/** @throws MockFileError */
export function parseMockFile(text: string): MockFile {
  const problems: string[] = [];
  const report: Report = (problem) => problems.push(problem);
  const content = objectOf("The file", parse(text), report);
  const responses = new Map(
    membersOf(content, "MockedResponses", report).map(([name, value]) => [
      name,
      rangesOf(`MockedResponses.${name}`, value, report),
    ]),
  );
  const machines = new Map(
    membersOf(content, "StateMachines", report).map(([name, value]) => {
      const within = `StateMachines.${name}`;
      const cases = membersOf(objectOf(within, value, report), "TestCases", report, within);
      return [name, new Map(cases.map(([test, states]) => [test, testCaseOf(`${within}.TestCases.${test}`, states)]))];
    }),
  );
  if (problems.length > 0) throw new MockFileError(problems.join("\n"));
  return new MockFile(machines);

  function testCaseOf(within: string, value: Json): TestCase {
    const states = new Map<string, readonly Range[]>();
    for (const [state, name] of entriesOf(objectOf(within, value, report))) {
      const ranges = typeof name === "string" ? responses.get(name) : undefined;
      if (ranges !== undefined) states.set(state, ranges);
      else report(`${within}.${state} is ${JSON.stringify(name)}. Give the name of a member of MockedResponses.`);
    }
    return states;
  }
}

function parse(text: string): Json {
  const problem = jsonLimitProblem(text);
  if (problem !== undefined) throw new MockFileError(`The file cannot be read: ${problem}`);
  try {
    return parseJson(text);
  } catch (cause) {
    throw new MockFileError(`The file is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

function rangesOf(within: string, value: Json, report: Report): readonly Range[] {
  const ranges: Range[] = [];
  for (const [key, member] of entriesOf(objectOf(within, value, report))) {
    const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(key) ?? [];
    const response = responseOf(`${within}.${key}`, member, report);
    if (first === undefined || Number(last) < Number(first)) {
      report(`${within}.${key} names no invocations. Give the number of one or a range of them, such as "0" or "1-2".`);
    } else if (response !== undefined) {
      ranges.push({ first: Number(first), last: Number(last), response });
    }
  }
  const sorted = ranges.toSorted((one, other) => one.first - other.first);
  if (sorted.some(({ first }, i) => first <= (sorted[i - 1]?.last ?? -1))) {
    report(`${within} gives an invocation more than one response.`);
  }
  return sorted;
}

function responseOf(within: string, value: Json, report: Report): MockedResponse | undefined {
  const response = objectOf(within, value, report);
  const [output, thrown] = [memberOf(response, "Return"), memberOf(response, "Throw")];
  if ((output === undefined) === (thrown === undefined)) {
    report(`${within} must have either Return or Throw.`);
    return undefined;
  }
  if (output !== undefined) return { kind: "return", output: Payload.ofValue(output) };
  const failure = objectOf(`${within}.Throw`, thrown ?? null, report);
  const [error, cause] = [memberOf(failure, "Error"), memberOf(failure, "Cause")];
  if (typeof error === "string" && (cause === undefined || typeof cause === "string")) {
    return { kind: "throw", error, cause };
  }
  report(`${within}.Throw must have an Error, and may have a Cause, both texts.`);
  return undefined;
}

function membersOf(
  value: JsonObject,
  name: string,
  report: Report,
  within?: string,
): readonly (readonly [name: string, value: Json])[] {
  const path = within === undefined ? name : `${within}.${name}`;
  return entriesOf(objectOf(path, memberOf(value, name), report));
}

function entriesOf(value: JsonObject): readonly (readonly [name: string, value: Json])[] {
  return Object.entries(value);
}

function objectOf(what: string, value: Json | undefined, report: Report): JsonObject {
  if (isJsonObject(value)) return value;
  report(`${what} ${value === undefined ? "is missing" : "is no object"}. Make it an object.`);
  return {};
}
