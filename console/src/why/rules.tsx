// The rules of a Choice, with what each of them saw and whether it held.
import { isJsonArray, isJsonObject, type Json, memberOf, parseJson } from "@asl/json.ts";
import type { StateExplanation } from "@engine/inspection/explain-state.ts";
import { useMemo } from "react";
import { Foreign } from "../parts/foreign.tsx";
import { partAt } from "../execution/state-definition.tsx";
import { Condition } from "./condition.tsx";

interface RulesProps {
  readonly explanation: StateExplanation;
  readonly definition: string;
  readonly nodeId: string;
}

export function Rules({ explanation, definition, nodeId }: RulesProps) {
  const state = useMemo(() => partAt(parseJson(definition), nodeId), [definition, nodeId]);
  const choices = choicesOf(state);
  const fallback = isJsonObject(state) ? memberOf(state, "Default") : undefined;
  const matched = explanation.rules.find(({ condition }) => condition.matched === true);
  const notAsked = Math.max(0, choices.length - explanation.rules.length);
  return (
    <ol className="why-rules">
      {explanation.rules.map(({ position, condition }) => (
        <li key={position} className={condition.matched === true ? "holds" : undefined}>
          <Condition condition={condition} />
          {condition.matched === true ? <Target name={nextOf(choices[position])} /> : null}
        </li>
      ))}
      {notAsked > 0 ? (
        <li className="why-quiet">
          {notAsked === 1
            ? "The rule behind it was not looked at."
            : `The ${notAsked} rules behind it were not looked at.`}
        </li>
      ) : null}
      {matched === undefined && typeof fallback === "string" ? (
        <li className="holds">
          No rule held: the default counts. <Target name={fallback} />
        </li>
      ) : null}
    </ol>
  );
}

function Target({ name }: { readonly name: string | undefined }) {
  return name === undefined ? null : (
    <p className="why-target">
      → <Foreign text={name} />
    </p>
  );
}

function choicesOf(state: Json | undefined): readonly Json[] {
  const choices = isJsonObject(state) ? memberOf(state, "Choices") : undefined;
  return isJsonArray(choices) ? choices : [];
}

function nextOf(choice: Json | undefined): string | undefined {
  const next = isJsonObject(choice) ? memberOf(choice, "Next") : undefined;
  return typeof next === "string" ? next : undefined;
}
