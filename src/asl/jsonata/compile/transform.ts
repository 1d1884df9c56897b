// The transform `|pattern|update,delete|`: a function that gives a changed copy of an object. Only what was copied is ever
// changed, whatever the pattern finds.
import { apply } from "../apply.ts";
import { compileVariable } from "./calls.ts";
import type { Compiler, Evaluate } from "./compiler.ts";
import { copyOf } from "../conversions.ts";
import { fail } from "../failures.ts";
import type { Scope } from "./scope.ts";
import { compileSignature } from "../functions/signatures.ts";
import type { TransformNode } from "../syntax.ts";
import {
  FunctionValue,
  isArray,
  isFunction,
  isRecord,
  type MutableRecord,
  namesOf,
  setMember,
  stepsPerMember,
  type Value,
  type Run,
} from "../values.ts";

export function compileTransform(node: TransformNode, scope: Scope, compiler: Compiler): Evaluate {
  const pattern = compiler.compileBody(node.pattern, scope);
  const update = compiler.compileBody(node.update, scope);
  const deletion = node.delete === undefined ? undefined : compiler.compileBody(node.delete, scope);
  const clone = compileVariable("clone", scope, compiler);
  const cost = compiler.costOf(node);
  const validate = compileSignature("<(oa):o>");
  return (input, frame) => {
    return new FunctionValue(1, (args, context, callRun) => {
      const [object] = validate(args, context, callRun);
      if (object === undefined) return undefined;
      const cloner = clone(input, frame, callRun);
      if (!isFunction(cloner)) return fail("T2013", { position: node.position });
      const copies = new Set<Value>();
      const isOwnCloner = cloner !== compiler.builtins.get("clone");
      const source = isOwnCloner ? apply(cloner, [object], null, callRun) : object;
      const result = copyOf(source, callRun, copies);
      const found = pattern(result, frame, callRun);
      if (found === undefined) return result;
      for (const match of isArray(found) ? [...found] : [found]) {
        callRun.pay(cost);
        merge(match, update(match, frame, callRun), { copies, position: node.update.position, run: callRun });
        if (deletion === undefined) continue;
        remove(match, deletion(match, frame, callRun), { copies, position: node.delete?.position, run: callRun });
      }
      return result;
    });
  };
}

type Target = { readonly copies: ReadonlySet<Value>; readonly position: number | undefined; readonly run: Run };

function merge(match: Value, update: Value, { copies, position, run }: Target): void {
  if (update === undefined) return;
  // A function is an object to the package, without members to merge.
  if (!isRecord(update)) return isFunction(update) ? undefined : fail("T2011", { position, value: update });
  if (!copies.has(match) || !isRecord(match)) return;
  run.pay(2 * stepsPerMember * namesOf(update, run).length);
  const members = new Map(Object.entries(update));
  for (const [name, value] of members) setMember(match as MutableRecord, name, value);
}

function remove(match: Value, deletion: Value, { copies, position, run }: Target): void {
  if (deletion === undefined) return;
  const names = isArray(deletion) ? deletion : [deletion];
  run.pay(stepsPerMember * names.length);
  for (const name of names) if (typeof name !== "string") fail("T2012", { position, value: deletion });
  if (!copies.has(match) || !isRecord(match)) return;
  for (const name of names) if (typeof name === "string") Reflect.deleteProperty(match, name);
}
