// Names that the configuration should have, or has too many of: functions that tasks call, and states that test cases of the mock
// file answer for. Told before a state runs.
import { type Json, type JsonObject, memberOf } from "../../asl/json.ts";
import { nearestName } from "../../asl/nearest-name.ts";
import { parseTaskResource } from "../../asl/resource.ts";
import type { Diagnostic } from "../../asl/validate/diagnostic.ts";
import { calledFunction, findFunction, literalParameter } from "./called-functions.ts";
import type { Configured } from "./configured.ts";
import { statesIn } from "./states-in.ts";

/**
 * @param definition a valid one.
 * @param machineName by which the mock file knows it.
 */
export function missingNames(
  definition: Json,
  configured: Configured,
  machineName: string | undefined,
): readonly Diagnostic[] {
  const mocked = machineName === undefined ? new Map<string, string>() : mockedStates(machineName, configured);
  return [...missingFunctions(definition, configured, mocked), ...missingStates(definition, mocked)];
}

/** The states that test cases answer for, each with the first of these. */
function mockedStates(machineName: string, { mocks }: Configured): ReadonlyMap<string, string> {
  const cases = mocks?.testCases(machineName) ?? [];
  const states = cases.flatMap((name) =>
    [...(mocks?.findTestCase(machineName, name)?.keys() ?? [])].map((state) => [state, name] as const),
  );
  return new Map(states.toReversed());
}

/** At the first place of each. */
function missingFunctions(
  definition: Json,
  { functions }: Configured,
  mocked: ReadonlyMap<string, string>,
): readonly Diagnostic[] {
  if (functions === undefined) return [];
  const found = new Map<string, Diagnostic>();
  for (const { name: stateName, state, location } of statesIn(definition)) {
    const arn = memberOf(state, "Resource");
    const resource = typeof arn === "string" ? parseTaskResource(arn) : undefined;
    const called = resource && calledFunction(state, resource);
    const { name, target } = (called && findFunction(called, functions.targets, functions.homeArn)) || {};
    if (name === undefined || target !== undefined || mocked.has(stateName) || found.has(name)) continue;
    const message = missingMessage(name, [...functions.targets.keys()]);
    found.set(name, warning("UNKNOWN_FUNCTION", message, `${location}/${placeOf(state)}`));
  }
  return [...found.values()];
}

function placeOf(task: JsonObject): string {
  const parameter = literalParameter(task, "FunctionName");
  return parameter === undefined ? "Resource" : `${parameter.field}/FunctionName`;
}

function missingMessage(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return `There is no function ${name}. Did you mean ${nearest}?`;
  const line = `"functions": { ${JSON.stringify(name)}: "./${name}.js#handler" }`;
  return `There is no function ${name}: this state fails. Add it to pawl.config.json: ${line}`;
}

function missingStates(definition: Json, mocked: ReadonlyMap<string, string>): readonly Diagnostic[] {
  if (mocked.size === 0) return [];
  const names = [...statesIn(definition)].map(({ name }) => name);
  return [...mocked].flatMap(([state, testCase]) => {
    if (names.includes(state)) return [];
    const nearest = nearestName(state, names);
    const advice = nearest === undefined ? "" : `. Did you mean ${nearest}?`;
    const message = `The test case ${testCase} of the mock file answers for ${state}, which is no state of this workflow${advice}`;
    return [warning("UNKNOWN_MOCKED_STATE", message, "/States")];
  });
}

function warning(code: string, message: string, location: string): Diagnostic {
  return { severity: "WARNING", code, message, location };
}
