// Functions: calling, chaining with `~>`, partial application, lambdas with their closures and tail calls.
import type { Compiler, Evaluate } from "./compiler.ts";
import { fail, JsonataFailure } from "../failures.ts";
import { matcherOf } from "../functions/regex.ts";
import { boundNames, candidatesFor, Frame, Scope, type Slot, unbound } from "./scope.ts";
import { collapsed } from "../sequences.ts";
import { compileSignature } from "../functions/signatures.ts";
import type { ApplyNode, CallNode, LambdaNode, Node, RegexNode } from "../syntax.ts";
import { apply, applyAt } from "../apply.ts";
import { compileRegex } from "../regex/match.ts";
import { type CallSite, FunctionValue, isFunction, TailCall, type Value } from "../values.ts";

type Call = { readonly procedure: Evaluate; readonly args: readonly Evaluate[]; readonly site: CallSite };

export function compileCall(node: CallNode, scope: Scope, compiler: Compiler): Evaluate {
  const { procedure, args, site } = compileParts(node, scope, compiler);
  const [first, second] = args;
  if (args.length === 1 && first !== undefined) {
    return (input, frame, run) => applyAt(procedure(input, frame, run), [first(input, frame, run)], input, run, site);
  }
  if (args.length === 2 && first !== undefined && second !== undefined) {
    return (input, frame, run) => {
      const callee = procedure(input, frame, run);
      return applyAt(callee, [first(input, frame, run), second(input, frame, run)], input, run, site);
    };
  }
  return (input, frame, run) => {
    const callee = procedure(input, frame, run);
    const values: Value[] = [];
    for (let i = 0; i < args.length; i++) values.push(args[i]?.(input, frame, run));
    return applyAt(callee, values, input, run, site);
  };
}

function compileParts(node: CallNode, scope: Scope, compiler: Compiler): Call {
  const { procedure } = node;
  const token = nameOf(procedure);
  const site = { position: node.position, token, levels: compiler.levels.depth };
  const callee = compiler.compile(procedure, scope);
  const args = node.arguments.map((argument) => compiler.compile(argument, scope));
  if (procedure.type !== "path" || token === undefined) return { procedure: callee, args, site };
  // A name without its `$` is not a function; say what was probably meant.
  const meant = compileVariable(token, scope, compiler);
  const code = node.type === "partial" ? "T1007" : "T1005";
  const hinted: Evaluate = (input, frame, run) => {
    const value = callee(input, frame, run);
    return value === undefined && isPresent(meant(input, frame, run)) ? fail(code, site) : value;
  };
  return { procedure: hinted, args, site };
}

function isPresent(value: Value): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== "";
}

/** The name an error calls a function by. */
function nameOf(procedure: Node): string | undefined {
  const named = procedure.type === "path" ? procedure.steps[0] : procedure;
  return named !== undefined && "value" in named && typeof named.value === "string" ? named.value : undefined;
}

export function compileVariable(name: string, scope: Scope, compiler: Compiler): Evaluate {
  const candidates = candidatesFor(name, scope);
  const builtin = compiler.builtins.get(name);
  const fromOutside: Evaluate = (_input, _frame, run) => {
    const bound = run.bindings.get(name);
    if (bound !== undefined) return bound;
    return builtin;
  };
  if (candidates.length === 0) return fromOutside;
  const [nearest] = candidates;
  if (candidates.length === 1 && nearest?.hops === 0 && nearest.slot !== undefined) {
    const { slot } = nearest;
    return (input, frame, run) => {
      const value = frame.slots[slot];
      return value === unbound ? fromOutside(input, frame, run) : value;
    };
  }
  const cost = (candidates.at(-1)?.hops ?? 0) >> 2;
  return (input, frame, run) => {
    if (cost > 0) run.pay(cost);
    let at: Frame | undefined = frame;
    let hops = 0;
    for (const candidate of candidates) {
      for (; hops < candidate.hops; hops++) at = at?.parent;
      if (candidate.slot === undefined) {
        if (at?.tuple !== undefined && Object.hasOwn(at.tuple, name)) return at.tuple[name];
      } else {
        const value: Slot | undefined = at?.slots[candidate.slot];
        if (value !== unbound) return value;
      }
    }
    return fromOutside(input, frame, run);
  };
}

export function compileLambda(node: LambdaNode, scope: Scope, compiler: Compiler): Evaluate {
  if (node.thunk === true && node.body.type === "function") return compileTailCall(node.body, scope, compiler);
  const parameters = node.arguments.map(({ value }) => value);
  const names = boundNames([node.body]).filter((name) => !parameters.includes(name));
  const bodyScope = new Scope(scope, [...parameters, ...names]);
  const body = compiler.compileBody(node.body, bodyScope);
  const cost = compiler.costOf(node.body) + bodyScope.size;
  const arity = parameters.length;
  const signature = node.signature === undefined ? undefined : compileSignature(node.signature.definition, compiler);
  return (input, frame) => {
    return new FunctionValue(arity, (args, context, callRun) => {
      const validated = signature === undefined ? args : signature(args, context, callRun);
      callRun.pay(cost);
      const slots: Slot[] = [];
      for (let i = 0; i < arity; i++) slots.push(validated[i]);
      for (let i = arity; i < bodyScope.size; i++) slots.push(unbound);
      return tailOf(body, input, new Frame(frame, slots), callRun);
    });
  };
}

/** Marks that the value of a body may be a call still to be made; only `apply` sees it. */
function tailOf(body: Evaluate, input: Value, frame: Frame, run: Parameters<Evaluate>[2]): Value | TailCall {
  const value = body(input, frame, run);
  if (run.tailCall === undefined) return value;
  const { tailCall } = run;
  run.tailCall = undefined;
  return tailCall;
}

function compileTailCall(node: CallNode, scope: Scope, compiler: Compiler): Evaluate {
  const { procedure, args, site } = compiler.levels.atTop(() => compileParts(node, scope, compiler));
  const tailSite = { ...site, position: node.procedure.position };
  return (input, frame, run) => {
    const callee = procedure(input, frame, run);
    const values = args.map((argument) => argument(input, frame, run));
    run.tailCall = new TailCall(callee, values, tailSite);
    return undefined;
  };
}

export function compilePartial(node: CallNode, scope: Scope, compiler: Compiler): Evaluate {
  const open = node.arguments.map((argument) => argument.type === "operator" && argument.value === "?");
  const given = node.arguments.map((argument, i) => (open[i] === true ? undefined : compiler.compile(argument, scope)));
  const { procedure, site } = compileParts({ ...node, arguments: [] }, scope, compiler);
  const openCount = open.filter(Boolean).length;
  return (input, frame, run) => {
    const values = given.map((argument) => argument?.(input, frame, run));
    const callee = procedure(input, frame, run);
    if (!isFunction(callee)) return fail("T1008", site);
    return new FunctionValue(openCount, (args, context, callRun) => {
      let next = 0;
      const all = values.map((value, i) => (open[i] === true ? args[next++] : value));
      return apply(callee, all, context, callRun);
    });
  };
}

export function compileApply(node: ApplyNode, scope: Scope, compiler: Compiler): Evaluate {
  const left = compiler.compile(node.lhs, scope);
  if (node.rhs.type === "function") {
    const { procedure, args, site } = compileParts(node.rhs, scope, compiler);
    return (input, frame, run) => {
      const first = left(input, frame, run);
      const callee = procedure(input, frame, run);
      const values = [first, ...args.map((argument) => argument(input, frame, run))];
      return applyAt(callee, values, input, run, site);
    };
  }
  const right = compiler.compile(node.rhs, scope);
  const site = { position: undefined, token: undefined, levels: compiler.levels.depth };
  return (input, frame, run) => {
    const value = left(input, frame, run);
    const callee = right(input, frame, run);
    if (!isFunction(callee)) return fail("T2006", { position: node.position, value: callee });
    if (!isFunction(value)) return applyAt(callee, [value], null, run, site);
    return new FunctionValue(1, ([argument], context, callRun) => {
      callRun.checkLevels(2);
      const first = collapsed(applyAt(value, [collapsed(argument)], null, callRun, chained));
      return apply(callee, [first], context, callRun);
    });
  };
}

/** The first of two chained functions is called as in `function($x){ $second($first($x)) }`; the second call is a tail call. */
const chained = { position: undefined, token: undefined, levels: 1 };

export function compileRegexLiteral(node: RegexNode, compiler: Compiler): Evaluate {
  const { patterns } = compiler;
  const pattern = node.value instanceof RegExp ? node.value : patterns.get(node.position ?? -1);
  const { source, flags } = pattern ?? fail("S0303", { position: node.position, message: "pattern lost" });
  try {
    const matcher = matcherOf(compileRegex(source, flags, compiler));
    return () => {
      return matcher;
    };
  } catch (error) {
    if (error instanceof JsonataFailure) error.position = node.position;
    throw error;
  }
}
