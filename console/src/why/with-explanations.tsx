// The frame of every explanation: data that have to be loaded first, and the reasons why there is none.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import type { ExecutionFacts } from "@contract";
import { bytesText } from "../parts/durations.ts";
import { Problem } from "../parts/problem.tsx";
import { shownText } from "../parts/shown-text.ts";
import type { Run } from "../execution/run.tsx";
import type { VisitState } from "@engine/inspection/visit-state.ts";
import { type ExplainedOccasion, useExplained } from "./explained.ts";
import { useFullEvents } from "./full-events.ts";

interface WithExplanationsProps {
  readonly visit: VisitState;
  readonly run: Run;
  readonly facts: ExecutionFacts;
  readonly children: (occasions: readonly ExplainedOccasion[]) => ReactNode;
}

export function WithExplanations({ visit, run, facts, children }: WithExplanationsProps) {
  const full = useFullEvents(facts.executionArn, run.events);
  const { occasions, withheld } = useExplained(facts, full.events, visit.id);
  if (facts.definition === undefined) {
    return (
      <Box color="text-body-secondary">
        It takes the definition to explain a state, and it is not at hand (states:DescribeStateMachineForExecution gives
        it).
      </Box>
    );
  }
  if (withheld.some(({ reason }) => reason !== "size")) {
    return (
      <Box color="text-body-secondary">
        It takes the data to explain a state, which your key does not allow to see (states:GetExecutionHistory).
      </Box>
    );
  }
  // An occasion that has not come yet is not told: the reader looks at the past.
  const past = occasions.filter(({ occasion }) => occasion.position <= run.position);
  const problem = past.find((one) => one.problem !== undefined)?.problem;
  const bytes = withheld.reduce((sum, one) => sum + (one.bytes ?? 0), 0);
  return (
    <SpaceBetween size="m">
      {withheld.length === 0 ? null : (
        <SpaceBetween size="xs">
          <Box color="text-body-secondary">
            Some of the data that the state looked at are large, and not loaded yet.
          </Box>
          {full.error === null ? null : <Problem error={full.error} />}
          <Button iconName="download" loading={full.isLoading} onClick={() => full.load(withheld)}>
            {`Load ${bytesText(bytes)} and explain`}
          </Button>
        </SpaceBetween>
      )}
      {problem === undefined ? null : (
        <Alert type="info" header="This cannot be explained">
          {shownText(problem)}
        </Alert>
      )}
      {withheld.length > 0 || problem !== undefined ? null : children(past)}
    </SpaceBetween>
  );
}
