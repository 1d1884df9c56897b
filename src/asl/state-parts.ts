// The parts of a state that are compiled: each when it is first used, so that a definition of any size is loaded at once,
// and an execution has compiled what it came to. The parts of a state share one allowance; what cannot be compiled, or not
// within it, fails the state when it comes to the part.
import { type ChoiceRule, compileChoiceRule } from "./choice/choice-rule.ts";
import { mostStateSteps } from "./definition-work.ts";
import { compileExpression, type Expression, sourceOf } from "./expression.ts";
import { compileIntrinsic, type Intrinsic } from "./intrinsics/intrinsics.ts";
import type { Json, JsonObject } from "./json.ts";
import { compileJsonPath, compileReferencePath, type JsonPath, type ReferencePath } from "./jsonpath/jsonpath.ts";
import { compileTemplate, type Template } from "./template.ts";
import {
  unusableExpression,
  unusableIntrinsic,
  unusablePath,
  unusableReferencePath,
  unusableRule,
  unusableTemplate,
} from "./unusable.ts";
import { Work, WorkExceeded } from "./work.ts";

/** Told how many steps of work it took to compile a part, which says how much memory it takes. */
export type OnCompiled = (steps: number) => void;

export class StateParts {
  readonly #onCompiled: OnCompiled;
  #work: Work | undefined;

  constructor(onCompiled: OnCompiled) {
    this.#onCompiled = onCompiled;
  }

  expression(template: Json, location: string): Expression {
    const compiled = this.#part(
      (work) => compileExpression(template, location, work),
      (problem) => unusableExpression(sourceOf(template), location, problem),
    );
    return new LazyExpression(location, compiled);
  }

  /** @param location where it stands in the definition */
  template(template: Json, location: string): Template {
    const compiled = this.#part((work) => {
      const result = compileTemplate(template, location, work);
      return "template" in result ? result.template : unusableTemplate(problemOf(result));
    }, unusableTemplate);
    return { evaluate: (scope, random) => compiled().evaluate(scope, random) };
  }

  /** @param location where it stands in the definition */
  rule(rule: JsonObject, location: string): ChoiceRule {
    const compiled = this.#part((work) => {
      const result = compileChoiceRule(rule, location, work);
      return "rule" in result ? result.rule : unusableRule(problemOf(result));
    }, unusableRule);
    return { evaluate: (scope) => compiled().evaluate(scope), explain: (scope) => compiled().explain(scope) };
  }

  path(source: string): JsonPath {
    const unusable = (problem: string): JsonPath => unusablePath(source, problem);
    const compiled = this.#part((work) => {
      const result = compileJsonPath(source, work);
      return "path" in result ? result.path : unusable(result.problem);
    }, unusable);
    return new LazyPath(source, compiled);
  }

  referencePath(source: string): ReferencePath {
    const unusable = (problem: string): ReferencePath => unusableReferencePath(source, problem);
    const compiled = this.#part((work) => {
      const result = compileReferencePath(source, work);
      return "path" in result ? result.path : unusable(result.problem);
    }, unusable);
    return {
      source,
      read: (input, work) => compiled().read(input, work),
      write: (input, value, work) => compiled().write(input, value, work),
    };
  }

  intrinsic(source: string): Pick<Intrinsic, "evaluate"> {
    const unusable = (problem: string): Intrinsic => unusableIntrinsic(source, problem);
    const compiled = this.#part((work) => {
      const result = compileIntrinsic(source, work);
      return "intrinsic" in result ? result.intrinsic : unusable(result.problem);
    }, unusable);
    return { evaluate: (scope, random) => compiled().evaluate(scope, random) };
  }

  #part<Part extends object>(compile: (work: Work) => Part, unusable: (problem: string) => Part): () => Part {
    return once(() => {
      this.#work ??= new Work({ steps: mostStateSteps });
      const work = this.#work;
      const { spent } = work;
      try {
        return compile(work);
      } catch (error) {
        if (error instanceof WorkExceeded) return unusable(tooCostly);
        throw error;
      } finally {
        this.#onCompiled(work.spent - spent);
      }
    });
  }
}

const tooCostly = "The expressions, paths and patterns of the state take too much work to compile.";

function problemOf({ problems }: { readonly problems: readonly { readonly message: string }[] }): string {
  return problems[0]?.message ?? "The field cannot be compiled.";
}

/** Gives what is made when it is first asked for. */
function once<Part extends object>(make: () => Part): () => Part {
  let part: Part | undefined;
  return () => (part ??= make());
}

class LazyExpression implements Expression {
  readonly location: string;
  readonly #compiled: () => Expression;

  constructor(location: string, compiled: () => Expression) {
    this.location = location;
    this.#compiled = compiled;
  }

  get source(): string {
    return this.#compiled().source;
  }

  get isWhole(): boolean {
    return this.#compiled().isWhole;
  }

  evaluate(...given: Parameters<Expression["evaluate"]>): ReturnType<Expression["evaluate"]> {
    return this.#compiled().evaluate(...given);
  }
}

class LazyPath implements JsonPath {
  readonly source: string;
  readonly #compiled: () => JsonPath;

  constructor(source: string, compiled: () => JsonPath) {
    this.source = source;
    this.#compiled = compiled;
  }

  get isDefinite(): boolean {
    return this.#compiled().isDefinite;
  }

  get isReference(): boolean {
    return this.#compiled().isReference;
  }

  get root(): JsonPath["root"] {
    return this.#compiled().root;
  }

  get variable(): string | undefined {
    return this.#compiled().variable;
  }

  get conflict(): JsonPath["conflict"] {
    return this.#compiled().conflict;
  }

  read(...given: Parameters<JsonPath["read"]>): ReturnType<JsonPath["read"]> {
    return this.#compiled().read(...given);
  }
}
