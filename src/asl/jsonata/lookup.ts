// Reading a member by its name, of an object or of all the objects of an array.
import { ExactNumber } from "../json.ts";
import { newSequence } from "./sequences.ts";
import { checkDepth, FunctionValue, isArray, memberOf, type Value, type ValueArray, type Run } from "./values.ts";

/** An own member; exact numbers and functions have none. */
export function ownMember(object: Exclude<Value & object, ValueArray>, name: string): Value {
  if (object instanceof ExactNumber || object instanceof FunctionValue) return undefined;
  if (name === "__proto__") return memberOf(object, name);
  // All else that objects inherit is functions, which no value is: cheaper than asking whose the member is.
  const member: unknown = object[name];
  return typeof member === "function" ? undefined : object[name];
}

/** A member of an object, or of every object of an array. */
export function lookup(value: Value, name: string, run: Run, depth = 0): Value {
  if (typeof value !== "object" || value === null) return undefined;
  if (!isArray(value)) return ownMember(value, name);
  checkDepth(depth);
  run.pay(value.length);
  const found = newSequence();
  for (let i = 0; i < value.length; i++) {
    const member = lookup(value[i], name, run, depth + 1);
    if (member === undefined) continue;
    if (isArray(member)) {
      run.paySequenceGrowth(found.length, member.length);
      for (let j = 0; j < member.length; j++) found.push(member[j]);
    } else {
      found.push(member);
    }
  }
  return found;
}
