// The differences of one visit in two executions: its data place by place, its error, and where it went on.
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ComparedVisit, dataDifferences } from "@engine/inspection/compare.ts";
import { useMemo } from "react";
import { shownLine } from "../parts/shown-text.ts";
import { DifferencesTable } from "./differences-table.tsx";

interface VisitDifferencesProps {
  readonly visit: ComparedVisit;
  readonly left: string;
  readonly right: string;
}

export function VisitDifferences({ visit, left, right }: VisitDifferencesProps) {
  const input = useMemo(() => dataDifferences(visit, "input"), [visit]);
  const output = useMemo(() => dataDifferences(visit, "output"), [visit]);
  const others = [
    { pointer: "error", left: visit.left?.failure?.error, right: visit.right?.failure?.error },
    { pointer: "cause", left: visit.left?.failure?.cause, right: visit.right?.failure?.cause },
    { pointer: "next state", left: visit.left?.next, right: visit.right?.next },
  ].filter((one) => one.left !== one.right);
  return (
    <Container header={<Header variant="h3">{shownLine(visit.key, 80)}</Header>}>
      <SpaceBetween size="l">
        <DifferencesTable title="Input" found={input} left={left} right={right} />
        <DifferencesTable title="Output" found={output} left={left} right={right} />
        {others.length === 0 ? null : (
          <DifferencesTable
            title="How it went"
            found={{ differences: others, isCut: false }}
            left={left}
            right={right}
          />
        )}
      </SpaceBetween>
    </Container>
  );
}
