// A condition taken apart: what it combines and compares, with the values, and whether each part held.
import type { ChoiceRuleExplanation } from "@asl/choice/choice-rule.ts";
import { type Json, stringifyJson } from "@asl/json.ts";
import type { ConditionExplanation } from "@asl/jsonata/explain.ts";
import { shownLine } from "../parts/shown-text.ts";

type Explanation = ChoiceRuleExplanation | ConditionExplanation;

const combinations = { And: "All of these", Or: "One of these", Not: "Not this" } as const;

export function Condition({ condition }: { readonly condition: Explanation }) {
  if (condition.kind === "And" || condition.kind === "Or" || condition.kind === "Not") {
    return (
      <div className="why-condition">
        <Truth matched={condition.matched} /> {combinations[condition.kind]}
        <ul>
          {condition.rules.map((rule, index) => (
            <li key={index}>
              <Condition condition={rule} />
            </li>
          ))}
        </ul>
      </div>
    );
  }
  if (condition.kind === "value") {
    return (
      <div className="why-condition">
        <Truth matched={condition.matched} />{" "}
        <Operand text={condition.text} value={condition.value} problem={condition.problem} />
      </div>
    );
  }
  if ("left" in condition) {
    const { left, right, operator } = condition;
    return (
      <div className="why-condition">
        <Truth matched={condition.matched} /> <Operand {...left} /> <b>{operator}</b> <Operand {...right} />
      </div>
    );
  }
  if (!("variable" in condition)) return null;
  const { variable, operator, value, operand } = condition;
  return (
    <div className="why-condition">
      <Truth matched={condition.matched} /> <Operand text={variable} value={value} /> <b>{operator}</b>{" "}
      <Value value={operand} />
    </div>
  );
}

/** By a sign and by a word. */
function Truth({ matched }: { readonly matched: boolean | undefined }) {
  if (matched === undefined) return <span className="why-truth fails">! fails</span>;
  return matched ? <span className="why-truth true">✓ true</span> : <span className="why-truth false">✗ false</span>;
}

interface OperandProps {
  readonly text: string;
  readonly value?: Json | undefined;
  readonly problem?: string | undefined;
}

function Operand({ text, value, problem }: OperandProps) {
  const isLiteral = value !== undefined && stringifyJson(value) === text.trim().replace(/^'(.*)'$/s, '"$1"');
  return (
    <span>
      {isLiteral ? null : (
        <>
          <code className="code">
            <bdi>{shownLine(text, 300)}</bdi>
          </code>{" "}
        </>
      )}
      {problem === undefined ? <Value value={value} /> : <span className="why-nothing">{shownLine(problem)}</span>}
    </span>
  );
}

function Value({ value }: { readonly value: Json | undefined }) {
  if (value === undefined) return <span className="why-nothing">nothing</span>;
  return (
    <code className="why-value">
      <bdi>{shownLine(stringifyJson(value), 160)}</bdi>
    </code>
  );
}
