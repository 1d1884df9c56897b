// Reading a member by its name, of an object or of all the objects of an array.
import { ExactNumber } from "../json.ts";
import type { Run } from "./run.ts";
import { newSequence } from "./sequences.ts";
import { FunctionValue, isArray, type Value, type ValueArray } from "./values.ts";

/** An own member; exact numbers and functions have none. */
export function ownMember(object: Exclude<Value & object, ValueArray>, name: string): Value {
  if (object instanceof ExactNumber || object instanceof FunctionValue) return undefined;
  return name in Object.prototype && !Object.hasOwn(object, name) ? undefined : object[name];
}

/** A member of an object, or of every object of an array. */
export function lookup(value: Value, name: string, run: Run): Value {
  if (typeof value !== "object" || value === null) return undefined;
  if (!isArray(value)) return ownMember(value, name);
  const found = newSequence(run);
  for (let i = 0; i < value.length; i++) {
    const member = lookup(value[i], name, run);
    if (member === undefined) continue;
    if (isArray(member)) for (let j = 0; j < member.length; j++) found.push(member[j]);
    else found.push(member);
  }
  run.paySequence(value.length + found.length);
  return found;
}
