// Calling a function value: the depth of calls is bounded, tail calls are made in a loop, errors learn where they happened.
import { exceed, fail, JsonataFailure } from "./failures.ts";
import { type CallSite, isFunction, TailCall, type Value, type Run } from "./values.ts";

/** A call made by another function: its result as it is, a sequence not collapsed. */
export function apply(callee: Value, args: readonly Value[], context: Value, run: Run): Value {
  return finished(applyOnce(callee, args, context, run, undefined), context, run);
}

/** A call written in the expression. */
export function applyAt(callee: Value, args: readonly Value[], context: Value, run: Run, site: CallSite): Value {
  run.levelsLeft -= site.levels;
  try {
    const result = applyOnce(callee, args, context, run, site);
    const value = result instanceof TailCall ? finished(result, context, run) : result;
    run.levelsLeft += site.levels;
    return value;
  } catch (error) {
    if (error instanceof JsonataFailure) {
      error.position ||= site.position;
      error.token ??= site.token;
    }
    throw error;
  }
}

function finished(first: Value | TailCall, context: Value, run: Run): Value {
  let result = first;
  while (result instanceof TailCall) result = applyOnce(result.callee, result.args, context, run, result.site);
  return result;
}

function applyOnce(
  callee: Value,
  args: readonly Value[],
  context: Value,
  run: Run,
  site: CallSite | undefined,
): Value | TailCall {
  if (!isFunction(callee)) return fail("T1006", site);
  if ((run.callsLeft -= 1) < 0) exceed("depth");
  run.pay(1);
  try {
    const result = callee.invoke(args, context, run);
    run.callsLeft += 1;
    return result;
  } catch (error) {
    if (error instanceof JsonataFailure && site !== undefined) {
      error.token ??= site.token;
      error.position = site.position || error.position;
    }
    throw error;
  }
}
