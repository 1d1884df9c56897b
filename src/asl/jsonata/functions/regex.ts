// Matchers: a regular expression called as a function, and what `$match`, `$contains`, `$replace` and `$split` ask of one.
// A lambda may stand in for a regular expression when it returns the same structure.
import { apply } from "../apply.ts";
import { fail } from "../failures.ts";
import type { Regex } from "../values.ts";
import {
  doubleOf,
  FunctionValue,
  isArray,
  isFunction,
  isRecord,
  memberOf,
  type Value,
  type ValueObject,
  type Run,
} from "../values.ts";

export type Match = {
  readonly match: Value;
  readonly start: number;
  readonly end: number;
  readonly groups: Value;
  /** As a replacement function gets it. */
  readonly structure: ValueObject;
};

export function matcherOf(regex: Regex): FunctionValue {
  const matchFrom = (text: Value, from: number, run: Run): Value => {
    const subject = typeof text === "string" ? text : String(doubleOf(text) ?? "");
    const found = regex.exec(subject, from, run);
    if (found === undefined) return undefined;
    const { match, start, end, groups } = found;
    const next = new FunctionValue(0, (_args, _context, nextRun) => {
      if (end >= subject.length) return undefined;
      const following = matchFrom(subject, end, nextRun);
      if (isRecord(following) && following["match"] === "") fail("D1004", { value: regex.source });
      return following;
    });
    return { match, start, end, groups, next };
  };
  return new FunctionValue(2, (args, _context, run) => matchFrom(args[0], doubleOf(args[1]) ?? 0, run), regex);
}

/** The matches of a matcher in a text, one after the other. */
export function* matchesOf(matcher: FunctionValue, text: string, run: Run): Generator<Match> {
  let found = checked(apply(matcher, [text], null, run));
  while (found !== undefined) {
    run.pay(1);
    yield {
      match: memberOf(found, "match"),
      start: doubleOf(memberOf(found, "start")) ?? 0,
      end: doubleOf(memberOf(found, "end")) ?? 0,
      groups: memberOf(found, "groups"),
      structure: found,
    };
    const next = memberOf(found, "next");
    if (!isFunction(next)) return;
    found = checked(apply(next, [undefined], null, run));
  }
}

function checked(result: Value): ValueObject | undefined {
  if (result === undefined || result === null || result === false || result === 0 || result === "") return undefined;
  const structure = isRecord(result) ? result : {};
  const isMatch =
    doubleOf(memberOf(structure, "start")) !== undefined ||
    doubleOf(memberOf(structure, "end")) !== undefined ||
    isArray(memberOf(structure, "groups")) ||
    isFunction(memberOf(structure, "next"));
  return isMatch ? structure : fail("T1010");
}
