// Payload templates of JSONPath states (`Parameters`, `ItemSelector`, `ResultSelector`, `Assign` ...): a member whose name
// ends in `.$` takes what its path or intrinsic call yields, everything else is passed on as it stands. Recorded: what is
// passed on comes first, as written, and what is filled in follows in the order of a HashMap.
import { compileIntrinsic } from "./intrinsics/intrinsics.ts";
import { stringHashCode } from "./java/hash-code.ts";
import { inHashMapOrder } from "./java/hash-order.ts";
import { isJsonArray, isJsonObject, type Json, type JsonArray, type JsonObject, setMember } from "./json.ts";
import { payForMembers } from "./json-work.ts";
import { type PathScope, workOf } from "./jsonpath/jsonpath.ts";
import { compilePayloadPath } from "./payload-path.ts";
import { unlimitedWork, type Work } from "./work.ts";

export type TemplateOutcome =
  | { readonly ok: true; readonly value: Json }
  /** A path names nothing; `field` is the member as written, `value.$`. */
  | { readonly ok: false; readonly kind: "missing"; readonly field: string; readonly path: string }
  /** AWS's whole sentence. */
  | { readonly ok: false; readonly kind: "problem"; readonly message: string };

export type Template = {
  /**
   * @param random numbers in [0, 1) for `States.UUID` and `States.MathRandom`
   * @throws WorkExceeded
   */
  evaluate(scope: PathScope, random: () => number): TemplateOutcome;
};

export type TemplateProblem = {
  /** Where AWS sees it. */
  readonly location: string;
  readonly message: string;
  /** The steps from there to the value that is meant, `[0]` for an item. */
  readonly within: readonly string[];
  /** The member that is neither a path nor a call. */
  readonly evaluated?: { readonly name: string; readonly value: Json };
};
type TemplateFailure = Extract<TemplateOutcome, { readonly ok: false }>;

/** Evaluates a part of a template, or throws a `Failed`. Absent for a part that holds no `.$` member. */
type Part = (scope: PayingScope, random: () => number) => Json;
type PayingScope = PathScope & { readonly work: Work };

class Failed extends Error {
  readonly failure: TemplateFailure;

  constructor(failure: TemplateFailure) {
    super(failure.kind);
    this.failure = failure;
  }
}

type Compilation = {
  readonly location: string;
  readonly problems: TemplateProblem[];
  readonly work: Work;
};

/**
 * @param location where the template stands, `/States/S/Parameters`: AWS reports problems of nested members there too.
 * @throws WorkExceeded
 */
export function compileTemplate(
  template: Json,
  location: string,
  work = unlimitedWork(),
): { readonly template: Template } | { readonly problems: readonly TemplateProblem[] } {
  work.pay(stepsPerTemplate);
  const compilation: Compilation = { location, problems: [], work };
  const part = compilePart(template, compilation, undefined);
  if (compilation.problems.length > 0) return { problems: compilation.problems };
  const evaluate: Template["evaluate"] = (scope, random) => {
    if (part === undefined) return { ok: true, value: template };
    try {
      return { ok: true, value: part({ ...scope, work: workOf(scope) }, random) };
    } catch (error) {
      if (error instanceof Failed) return error.failure;
      throw error;
    }
  };
  return { template: { evaluate } };
}

/** Deeper than any template a person writes. */
const maxDepth = 200;

/** A value within the template. */
type Step = { readonly name: string | number; readonly depth: number; readonly outer: Step | undefined };

function stepTo(name: string | number, outer: Step | undefined): Step {
  return { name, depth: 1 + (outer?.depth ?? 0), outer };
}

function stepsOf(last: Step | undefined): readonly string[] {
  const steps: string[] = [];
  for (let step = last; step !== undefined; step = step.outer) {
    steps.push(typeof step.name === "number" ? `[${step.name}]` : step.name);
  }
  return steps.toReversed();
}

function compilePart(value: Json, compilation: Compilation, at: Step | undefined): Part | undefined {
  if ((at?.depth ?? 0) > maxDepth) {
    addProblem(compilation, `Value is nested more than ${maxDepth} levels deep`, at);
    return undefined;
  }
  if (isJsonArray(value)) return compileArray(value, compilation, at);
  return isJsonObject(value) ? compileObject(value, compilation, at) : undefined;
}

function compileArray(items: JsonArray, compilation: Compilation, at: Step | undefined): Part | undefined {
  compilation.work.pay(stepsPerItem * items.length);
  const parts = items.map((item, index) => compilePart(item, compilation, stepTo(index, at)));
  if (parts.every((part) => part === undefined)) return undefined;
  const pairs = items.map((item, i) => ({ item, part: parts[i] }));
  return (scope, random) => {
    scope.work.pay(2 * pairs.length);
    return pairs.map(({ item, part }) => (part === undefined ? item : part(scope, random)));
  };
}

/** Measured. */
const [stepsPerTemplate, stepsPerItem, stepsPerObject, stepsPerMember, stepsPerFilledMember] = [50, 4, 10, 45, 8];

type Member = {
  readonly name: string;
  readonly value: Json;
  readonly part: Part | undefined;
  /** Whether its name was written with `.$`. */
  readonly isFilled: boolean;
};

function compileObject(object: JsonObject, compilation: Compilation, at: Step | undefined): Part | undefined {
  payForMembers(object, compilation.work);
  compilation.work.pay(stepsPerObject);
  const entries = Object.entries(object);
  if (entries.length === 0) return undefined;
  const members = inOrder(
    entries.map(([name, value]): Member => {
      compilation.work.pay(stepsPerMember + (name.length >> 2));
      if (!name.endsWith(".$")) {
        return { name, value, part: compilePart(value, compilation, stepTo(name, at)), isFilled: false };
      }
      const plain = name.slice(0, -2);
      if (Object.hasOwn(object, plain))
        addProblem(compilation, `The fields '${plain}' and '${name}' cannot both be given`, stepTo(name, at));
      return { name: plain, value, part: compileField({ name, value, at }, compilation), isFilled: true };
    }),
  );
  if (members.every(({ part }) => part === undefined)) return undefined;
  return (scope, random) => {
    scope.work.pay(stepsPerFilledMember * members.length);
    const result: { [name: string]: Json } = {};
    for (const { name, value, part } of members) {
      setMember(result, name, part === undefined ? value : part(scope, random));
    }
    return result;
  };
}

function inOrder(members: readonly Member[]): readonly Member[] {
  const filled = members.filter(({ isFilled }) => isFilled);
  const passedOn = members.filter(({ isFilled }) => !isFilled);
  return [...passedOn, ...inHashMapOrder(filled, ({ name }) => stringHashCode(name))];
}

function addProblem(
  { location, problems }: Compilation,
  message: string,
  at: Step | undefined,
  more: Pick<TemplateProblem, "evaluated"> = {},
): void {
  problems.push({ location, message, within: stepsOf(at), ...more });
}

type Field = { readonly name: string; readonly value: Json; readonly at: Step | undefined };

function compileField({ name, value, at }: Field, compilation: Compilation): Part | undefined {
  const part = typeof value === "string" ? compileExpression(name, value, compilation) : undefined;
  if (part === undefined)
    addProblem(compilation, evaluatedProblem(name), stepTo(name, at), { evaluated: { name, value } });
  return part;
}

/** AWS's sentence for a member that is neither a path nor a call. */
export function evaluatedProblem(field: string): string {
  return `The value for the field '${field}' must be a valid JSONPath or a valid intrinsic function call`;
}

function compileExpression(field: string, text: string, { work }: Compilation): Part | undefined {
  if (text.startsWith("$")) {
    const compiled = compilePayloadPath(text, work);
    if ("problem" in compiled) return undefined;
    const { read } = compiled.payloadPath;
    return (scope) => {
      const result = read(scope);
      if (result.found) return result.value;
      if (result.kind === "missing") throw new Failed({ ok: false, kind: "missing", field, path: text });
      throw new Failed({ ok: false, kind: "problem", message: result.message });
    };
  }
  const compiled = compileIntrinsic(text, work);
  if ("problem" in compiled) return undefined;
  const { intrinsic } = compiled;
  return (scope, random) => {
    const outcome = intrinsic.evaluate(scope, random);
    if (outcome.ok) return outcome.value;
    throw new Failed({ ok: false, kind: "problem", message: outcome.message });
  };
}
