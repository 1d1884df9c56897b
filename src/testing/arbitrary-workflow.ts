// Generated workflows for laws: every state type, both query languages, nesting, variables, retries and catches. All of
// them end: states only lead on to later ones.
import fc from "fast-check";
import type { Json } from "../asl/json.ts";

type Definition = Record<string, Json>;

/** A definition whose task parameters say how its attempts come out: see `outcomeOf` in the laws. */
export const arbitraryWorkflow: fc.Arbitrary<Definition> = fc
  .tuple(fc.boolean(), fc.infiniteStream(fc.nat(1_000)))
  .map(([isJsonata, stream]) => {
    const draw = (below: number): number => Number(stream.next().value) % below;
    const scope = new WorkflowMaker(draw, isJsonata).scope(2);
    return isJsonata ? { QueryLanguage: "JSONata", ...scope } : scope;
  });

const distributed = { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" };

class WorkflowMaker {
  readonly #draw: (below: number) => number;
  readonly #isJsonata: boolean;
  #count = 0;

  constructor(draw: (below: number) => number, isJsonata: boolean) {
    this.#draw = draw;
    this.#isJsonata = isJsonata;
  }

  scope(depth: number): Definition {
    const names = Array.from({ length: 1 + this.#draw(4) }, () => `S${this.#count++}`);
    const states: Definition = {};
    for (const [index, name] of names.entries()) states[name] = this.#state(depth, names.slice(index + 1));
    return { StartAt: names[0] ?? "", States: states };
  }

  #state(depth: number, later: readonly string[]): Definition {
    const next = later.length === 0 ? { End: true } : { Next: later[0] ?? "" };
    switch (this.#draw(depth > 0 ? 10 : 7)) {
      case 0:
        return later.length === 0 ? { Type: "Succeed" } : { Type: "Wait", Seconds: this.#draw(3), ...next };
      case 1:
        return this.#draw(4) === 0 ? { Type: "Fail", Error: "Drawn", Cause: "as drawn" } : { Type: "Pass", ...next };
      case 2:
        return later.length === 0 ? { Type: "Pass", End: true } : this.#choice(later);
      case 3:
      case 4:
      case 5:
        return { ...this.#task(), ...this.#recovery(later), ...next };
      case 6:
        return { Type: "Pass", ...this.#assigned(), ...next };
      case 7:
        return {
          Type: "Parallel",
          Branches: Array.from({ length: 1 + this.#draw(3) }, () => this.scope(depth - 1)),
          ...this.#recovery(later),
          ...next,
        };
      default:
        return { ...this.#map(depth), ...this.#recovery(later), ...next };
    }
  }

  #map(depth: number): Definition {
    const items = Array.from({ length: this.#draw(5) }, (_, index) => index);
    const data: Definition = this.#isJsonata
      ? { Items: items, ItemSelector: { item: "{% $states.context.Map.Item.Value %}" } }
      : { ItemsPath: "$$.Execution.Input.items", ItemSelector: { "item.$": "$$.Map.Item.Value" } };
    const isDistributed = this.#draw(4) === 0;
    const processor = { ...(isDistributed ? { ProcessorConfig: distributed } : {}), ...this.scope(depth - 1) };
    return { Type: "Map", MaxConcurrency: this.#draw(3), ...data, ItemProcessor: processor };
  }

  #task(): Definition {
    const hasToken = this.#draw(2) === 1;
    const resource = hasToken ? "arn:aws:states:::sqs:sendMessage.waitForTaskToken" : "arn:aws:states:::lambda:invoke";
    const drawn = { failures: this.#draw(3), kind: this.#draw(3) };
    const [field, retry, token] = this.#isJsonata
      ? ["Arguments", "{% $states.context.State.RetryCount %}", { token: "{% $states.context.Task.Token %}" }]
      : ["Parameters", "$$.State.RetryCount", { "token.$": "$$.Task.Token" }];
    const parameters = { ...drawn, [this.#isJsonata ? "retry" : "retry.$"]: retry, ...(hasToken ? token : {}) };
    return { Type: "Task", Resource: resource, TimeoutSeconds: 30, [field]: parameters };
  }

  #assigned(): Definition {
    const name = `v${this.#count++}`;
    if (this.#isJsonata)
      return { Assign: { [name]: "{% $states.context.State.Name %}" }, Output: { seen: "{% $random() %}" } };
    return { Parameters: { "seen.$": "States.MathRandom(1, 1000)" }, Assign: { [`${name}.$`]: "$$.State.Name" } };
  }

  #choice(later: readonly string[]): Definition {
    const target = later[this.#draw(later.length)] ?? "";
    const rule = this.#isJsonata
      ? { Condition: "{% $random() < 0.5 %}", Next: target }
      : { Variable: "$", IsString: true, Next: target };
    return { Type: "Choice", Choices: [rule], Default: later[0] ?? "" };
  }

  #recovery(later: readonly string[]): Definition {
    const retry =
      this.#draw(2) === 0 ? {} : { Retry: [{ ErrorEquals: ["Drawn"], MaxAttempts: 1, JitterStrategy: "FULL" }] };
    if (later.length === 0 || this.#draw(2) === 0) return retry;
    return { ...retry, Catch: [{ ErrorEquals: ["States.ALL"], Next: later[this.#draw(later.length)] ?? "" }] };
  }
}
