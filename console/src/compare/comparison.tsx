// Two executions side by side: every visit of a state with what is not the same, and the place where they part.
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Toggle from "@cloudscape-design/components/toggle";
import { type ComparedVisit, type ExecutionComparison, isSame, type VisitFacts } from "@engine/inspection/compare.ts";
import { useCallback, useMemo, useState } from "react";
import { durationText } from "../parts/durations.ts";
import { shownLine } from "../parts/shown-text.ts";
import { Rows } from "../execution/rows.tsx";
import { VisitDifferences } from "./visit-differences.tsx";
import "./compare.css";

interface ComparisonProps {
  readonly comparison: ExecutionComparison;
  /** The names of the sides. */
  readonly left: string;
  readonly right: string;
}

export function Comparison({ comparison, left, right }: ComparisonProps) {
  const { visits, divergence } = comparison;
  const [isAll, setAll] = useState(true);
  const [key, setKey] = useState<string>();
  const shown = useMemo(() => (isAll ? visits : visits.filter((visit) => !isSame(visit))), [visits, isAll]);
  const cells = useCallback((visit: ComparedVisit) => cellsOf(visit, left, right), [left, right]);
  const first = divergence === undefined ? undefined : visits[divergence];
  const chosen = shown.findIndex((visit) => visit.key === key);
  return (
    <SpaceBetween size="m">
      {first === undefined ? (
        <Alert type="success" header="They went the same way">
          Every state got and gave the same.
        </Alert>
      ) : (
        <Alert
          type="info"
          header={`They part at ${shownLine(first.key, 80)}`}
          action={<Button onClick={() => setKey(first.key)}>Show where</Button>}
        >
          {differenceText(first, left, right)}
        </Alert>
      )}
      <Toggle checked={isAll} onChange={({ detail }) => setAll(detail.checked)}>
        Show what is the same, too
      </Toggle>
      <Rows
        label="Compared visits"
        className="compared-row"
        head={["State", "Difference", left, right]}
        count={shown.length}
        chosen={chosen === -1 ? undefined : chosen}
        onChoose={(index) => setKey(shown[index]?.key)}
        item={(index) => shown[index]}
        cells={cells}
      />
      {chosen === -1 || shown[chosen] === undefined ? null : (
        <VisitDifferences visit={shown[chosen]} left={left} right={right} />
      )}
    </SpaceBetween>
  );
}

function cellsOf(visit: ComparedVisit, left: string, right: string) {
  return [
    <bdi key="key">{shownLine(visit.key, 90)}</bdi>,
    <span key="difference" className={isSame(visit) ? "compared-same" : "compared-differs"}>
      {isSame(visit) ? "Same" : differenceText(visit, left, right)}
    </span>,
    <span key="left">{factsText(visit.left)}</span>,
    <span key="right">{factsText(visit.right)}</span>,
  ];
}

const words = { input: "input", output: "output", failure: "error", next: "next state", end: "end" } as const;

function differenceText({ left, right, differs }: ComparedVisit, leftName: string, rightName: string): string {
  if (right === undefined) return `Only in ${leftName}`;
  if (left === undefined) return `Only in ${rightName}`;
  return `Other ${differs.map((member) => words[member]).join(", ")}`;
}

function factsText(facts: VisitFacts | undefined): string {
  if (facts === undefined) return "–";
  const took = facts.took === undefined ? "goes on" : durationText(facts.took);
  const error = facts.failure?.error;
  return error === undefined ? took : `${took}, ${shownLine(error, 60)}`;
}
