// The cases of a seed, each by its number: the same seed and number make the same case in every run.
import { type Random, randomOf } from "../random.ts";
import { definition, stateText } from "./definitions.ts";
import type { WireRequest } from "./requests.ts";
import { inputs, list, pickFrom } from "./values.ts";
import { roleArn, wireRequest } from "./wire.ts";

export interface RequestsCase {
  readonly kind: "wire" | "expressions";
  readonly what: string;
  readonly requests: readonly WireRequest[];
}

/** A machine that is created, and started with each of the inputs at the same time. */
export interface DefinitionCase {
  readonly kind: "definitions";
  readonly what: string;
  readonly creation: { readonly type: "STANDARD" | "EXPRESS"; readonly definition: string };
  readonly inputs: readonly string[];
  readonly isSynchronous: boolean;
}

export type FuzzCase = RequestsCase | DefinitionCase;

const requestsPerCase = 20;
const expressionsPerCase = 4;

export function caseOf(seed: number, number: number): FuzzCase {
  const random = randomOf(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  switch (number % 3) {
    case 0:
      return { kind: "wire", what: "wire", requests: list(requestsPerCase, () => wireRequest(random)) };
    case 1:
      return { kind: "expressions", what: "expression", requests: list(expressionsPerCase, () => expression(random)) };
    default:
      return definitionCase(random);
  }
}

function expression(random: Random): WireRequest {
  if (random.isLucky(30)) {
    const body = JSON.stringify({
      definition: definition(random).text,
      ...(random.isLucky(50) && { type: "EXPRESS" }),
    });
    return { action: "ValidateStateMachineDefinition", body };
  }
  const input = pickFrom(random, inputs)(random);
  const variables = random.isLucky(10) ? { variables: pickFrom(random, inputs)(random) } : {};
  const inspectionLevel = pickFrom(random, ["INFO", "DEBUG", "TRACE"]);
  const body = JSON.stringify({ definition: stateText(random), roleArn, input, inspectionLevel, ...variables });
  return { action: "TestState", body };
}

function definitionCase(random: Random): DefinitionCase {
  const { maker, text } = definition(random);
  const type = random.isLucky(30) ? "EXPRESS" : "STANDARD";
  const count = random.isLucky(10) ? 12 : 1 + random.below(2);
  return {
    kind: "definitions",
    what: maker,
    creation: { type, definition: text },
    inputs: list(count, () => pickFrom(random, inputs)(random)),
    isSynchronous: type === "EXPRESS" && random.isLucky(50),
  };
}
