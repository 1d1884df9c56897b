// Two executions: the ways that they went, and their definitions where those are not the same.
import Alert from "@cloudscape-design/components/alert";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { compareExecutions } from "@engine/inspection/compare.ts";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { executionQuery } from "../api/queries.ts";
import { bytesText } from "../parts/durations.ts";
import { Problem } from "../parts/problem.tsx";
import { shownLine } from "../parts/shown-text.ts";
import { Comparison } from "./comparison.tsx";
import { DefinitionsComparison } from "./definitions-comparison.tsx";
import { fullJournalQuery, mostText } from "./events-query.ts";

interface CompareExecutionsProps {
  readonly left: string;
  readonly right: string;
  readonly nameOf: (arn: string) => string;
}

export function CompareExecutions({ left, right, nameOf }: CompareExecutionsProps) {
  const [one, other] = [useQuery(fullJournalQuery(left)), useQuery(fullJournalQuery(right))];
  const [facts, otherFacts] = [useQuery(executionQuery(left)).data, useQuery(executionQuery(right)).data];
  const comparison = useMemo(
    () => (one.data && other.data ? compareExecutions(one.data.events, other.data.events) : undefined),
    [one.data, other.data],
  );
  const error = one.error ?? other.error;
  if (error !== null) {
    const again = (): void => {
      void one.refetch();
      void other.refetch();
    };
    return <Problem error={error} onRetry={again} />;
  }
  if (comparison === undefined) return <Spinner size="large" />;
  const names = { left: shownLine(nameOf(left), 24), right: shownLine(nameOf(right), 24) };
  const cut = [one.data?.isCut === true ? names.left : "", other.data?.isCut === true ? names.right : ""].filter(
    Boolean,
  );
  const definitions = [facts?.definition, otherFacts?.definition] as const;
  return (
    <SpaceBetween size="l">
      <Container
        header={<Header variant="h2">{`${shownLine(nameOf(left), 80)} and ${shownLine(nameOf(right), 80)}`}</Header>}
      >
        <SpaceBetween size="m">
          {cut.length === 0 ? null : (
            <Alert type="warning" header="Only their beginnings are compared">
              {`${cut.join(" and ")} ${cut.length === 1 ? "has" : "have"} more data than a tab has room for: what comes after the first ${bytesText(mostText)} is not looked at.`}
            </Alert>
          )}
          <Comparison comparison={comparison} {...names} />
        </SpaceBetween>
      </Container>
      {definitions[0] === undefined || definitions[1] === undefined || definitions[0] === definitions[1] ? null : (
        <Container header={<Header variant="h2">Their definitions</Header>}>
          <DefinitionsComparison leftText={definitions[0]} rightText={definitions[1]} {...names} />
        </Container>
      )}
    </SpaceBetween>
  );
}
