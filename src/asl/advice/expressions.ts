// Advice on an expression of JSONata that AWS refuses.
import type { Mistake } from "../validate/diagnostic.ts";

const shownLength = 30;

/** The part of the expression at which it ends to be one. */
export function expressionAdvice({ source, position }: Extract<Mistake, { readonly kind: "expression" }>): string {
  const before = source.slice(0, position).trimEnd();
  if (before === "") return "It goes wrong at its beginning";
  const isCut = before.length > shownLength;
  return `It goes wrong after: ${isCut ? "…" : ""}${before.slice(-shownLength)}`;
}

export function topLevelAdvice(name: string): string {
  if (name === "States")
    return "Intrinsic functions are of JSONPath: JSONata has functions of its own, such as $uuid()";
  if (name === "$" || name === "$$") return "The state's input is $states.input";
  return `The state's input is $states.input: write $states.input.${name}, or '${name}' for a text`;
}
