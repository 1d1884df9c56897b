// Function signatures (`<s-nn?:s>`): which arguments a function takes, which it takes from its context, and the errors for
// all others. The argument kinds, one letter each, are matched as JSONata does it: against a pattern made of the signature.
import { fail } from "../failures.ts";
import { compileRegex } from "../regex/match.ts";
import { isArray, isFunction, type Payer, type Regex, type Value, withDouble, type Run } from "../values.ts";

type Parameter = {
  /** A character class of kinds. */
  kinds: string;
  /** `?` and `+`, or the `?` of a context parameter. */
  suffix: string;
  readonly type: string;
  takesContext: boolean;
  subtype: string | undefined;
};

/** Gives the arguments as the function gets them: absent ones filled in, single values where arrays go wrapped. */
export type Validate = (args: readonly Value[], context: Value, run: Run) => readonly Value[];

const pluralNames: ReadonlyMap<string, string> = new Map([
  ["a", "arrays"],
  ["b", "booleans"],
  ["f", "functions"],
  ["n", "numbers"],
  ["o", "objects"],
  ["s", "strings"],
]);

/** @param payer whose work compiling is, for a signature that stands in an expression */
export function compileSignature(definition: string, payer: Payer = nobody): Validate {
  payer.pay(stepsPerCharacter * definition.length);
  const parameters = parseSignature(definition);
  const patterns = parameters.map(({ kinds, suffix }) => kinds + suffix);
  const canBeEmpty = parameters.every(({ suffix }) => suffix.startsWith("?"));
  const compile = (): Regex => compileRegex(`^${patterns.map((pattern) => `(${pattern})`).join("")}$`, "", payer);
  let full = payer === nobody ? undefined : compile();
  return (args, context, run) => {
    run.pay(parameters.length);
    const simple = matchSimply(parameters, args, run);
    if (simple !== undefined) return simple;
    if (args.length === 0 && canBeEmpty) return take(parameters, [], { args, context, run });
    run.pay(stepsPerMatch + stepsPerArgument * args.length);
    full ??= compile();
    const supplied = args.map(kindOf).join("");
    const match = full.exec(supplied, 0, run);
    if (match === undefined) return refuse(patterns, supplied, args, run);
    return take(parameters, match.groups, { args, context, run });
  };
}

const nobody: Payer = { pay: () => {} };

/** Measured. */
const [stepsPerCharacter, stepsPerMatch, stepsPerArgument] = [10, 20, 3];

export function kindOf(value: Value): string {
  if (isFunction(value)) return "f";
  const plain = withDouble(value);
  if (plain === undefined) return "m";
  if (plain === null) return "l";
  if (isArray(plain)) return "a";
  return (typeof plain).charAt(0);
}

function parseSignature(definition: string): readonly Parameter[] {
  const parameters: Parameter[] = [];
  for (let position = 1; position < definition.length && definition.charAt(position) !== ":"; position++) {
    const symbol = definition.charAt(position);
    const previous = parameters.at(-1);
    if (symbol === "(") {
      const end = closingOf(definition, position, "()");
      const choice = definition.slice(position + 1, end);
      parameters.push(newParameter(`(${choice})`, `[${choice}m]`));
      position = end;
    } else if (symbol === "<" && previous !== undefined) {
      const end = closingOf(definition, position, "<>");
      previous.subtype = definition.slice(position + 1, end);
      position = end;
    } else if (symbol === "-" && previous !== undefined) {
      previous.takesContext = true;
      previous.suffix += "?";
    } else if ((symbol === "?" || symbol === "+") && previous !== undefined) {
      previous.suffix += symbol;
    } else {
      const kinds = kindsOfSymbol.get(symbol);
      if (kinds !== undefined) parameters.push(newParameter(symbol, kinds));
    }
  }
  return parameters;
}

const kindsOfSymbol: ReadonlyMap<string, string> = new Map([
  ["s", "[sm]"],
  ["n", "[nm]"],
  ["b", "[bm]"],
  ["l", "[lm]"],
  ["o", "[om]"],
  ["a", "[asnblfom]"],
  ["f", "f"],
  ["j", "[asnblom]"],
  ["x", "[asnblfom]"],
]);

function newParameter(type: string, kinds: string): Parameter {
  return { type, kinds, suffix: "", takesContext: false, subtype: undefined };
}

function closingOf(text: string, start: number, brackets: string): number {
  let depth = 1;
  for (let position = start + 1; position < text.length; position++) {
    if (text.charAt(position) === brackets.charAt(1)) depth -= 1;
    else if (text.charAt(position) === brackets.charAt(0)) depth += 1;
    if (depth === 0) return position;
  }
  return text.length;
}

/** The usual case without a pattern: every argument given fits its own parameter, the others are optional. */
function matchSimply(parameters: readonly Parameter[], args: readonly Value[], run: Run): readonly Value[] | undefined {
  if (args.length > parameters.length) return undefined;
  let hasArrays = false;
  for (let i = 0; i < parameters.length; i++) {
    const parameter = parameters[i] as Parameter;
    if (i >= args.length) {
      if (parameter.suffix !== "?" || parameter.takesContext) return undefined;
      continue;
    }
    if (parameter.suffix !== "" && parameter.suffix !== "?") return undefined;
    if (!parameter.kinds.includes(kindOf(args[i]))) return undefined;
    hasArrays ||= parameter.type === "a";
  }
  return hasArrays ? withArrays(parameters, args, run) : args;
}

function withArrays(parameters: readonly Parameter[], args: readonly Value[], run: Run): readonly Value[] {
  let values: Value[] | undefined;
  for (let i = 0; i < args.length; i++) {
    const parameter = parameters[i] as Parameter;
    if (parameter.type !== "a") continue;
    const arg = args[i];
    const kind = kindOf(arg);
    const array = asArray(parameter, arg, { kind, kinds: kind, index: i + 1 }, run);
    if (array !== arg) {
      values ??= [...args];
      values[i] = array;
    }
  }
  return values ?? args;
}

function asArray(
  { subtype }: Parameter,
  arg: Value,
  { kind, kinds, index }: { readonly kind: string; readonly kinds: string; readonly index: number },
  run: Run,
): Value {
  if (kind === "m") return undefined;
  if (subtype !== undefined) {
    const isRight = isArray(arg) ? isUniform(arg, subtype.charAt(0), run) : kinds === subtype;
    if (!isRight) fail("T0412", { value: arg, index, type: pluralNames.get(subtype) });
  }
  return isArray(arg) ? arg : [arg];
}

function isUniform(items: readonly Value[], kind: string, run: Run): boolean {
  run.pay(items.length);
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (!(kind === "n" && typeof item === "number") && kindOf(item) !== kind) return false;
  }
  return true;
}

function take(
  parameters: readonly Parameter[],
  groups: readonly (string | undefined)[],
  { args, context, run }: { readonly args: readonly Value[]; readonly context: Value; readonly run: Run },
): readonly Value[] {
  const taken: Value[] = [];
  let index = 0;
  parameters.forEach((parameter, i) => {
    const kinds = groups[i] ?? "";
    if (kinds === "" && parameter.takesContext) {
      if (!parameter.kinds.includes(kindOf(context))) fail("T0411", { value: context, index: index + 1 });
      taken.push(context);
    } else if (kinds === "") {
      taken.push(args[index]);
      index += 1;
    } else {
      for (const kind of kinds) {
        const arg = args[index];
        taken.push(parameter.type === "a" ? asArray(parameter, arg, { kind, kinds, index: index + 1 }, run) : arg);
        index += 1;
      }
    }
  });
  return taken;
}

/** Finds the first argument that does not fit, by matching ever more parameters. */
function refuse(patterns: readonly string[], supplied: string, args: readonly Value[], run: Run): never {
  let goodTo = 0;
  for (let count = 1; count <= patterns.length; count++) {
    const match = compileRegex(`^${patterns.slice(0, count).join("")}`, "", run).exec(supplied, 0, run);
    if (match === undefined) break;
    goodTo = match.end;
  }
  return fail("T0410", { value: args[goodTo], index: goodTo + 1 });
}
