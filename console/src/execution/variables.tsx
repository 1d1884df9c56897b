// The variables of a visit: those that it saw when it was entered, and those that it assigned.
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { FoldedExecution } from "@engine/execution.ts";
import type { Story } from "@engine/inspection/story.ts";
import type { TimeTravel } from "@engine/inspection/time-travel.ts";
import type { Json } from "@asl/json.ts";
import { Payload } from "@asl/payload.ts";
import { useMemo } from "react";
import type { ExecutionFacts } from "@contract";
import { PayloadView } from "./payload-view.tsx";
import type { Run } from "./run.tsx";
import type { VisitState } from "@engine/inspection/visit-state.ts";

interface VariablesProps {
  readonly visit: VisitState;
  readonly run: Run;
  readonly facts: ExecutionFacts;
}

export function Variables({ visit, run, facts }: VariablesProps) {
  const { story, travel } = run;
  const { id } = visit;
  const seen = useMemo(
    () => (travel === undefined ? new Map<string, Json>() : variablesAt(story, id, travel)),
    [story, travel, id],
  );
  const assigned = Object.entries(visit.assigned ?? {});
  const { executionArn } = facts;
  if (seen.size === 0 && assigned.length === 0) {
    return <Box color="text-body-secondary">No variables are set here.</Box>;
  }
  return (
    <SpaceBetween size="m">
      {assigned.length === 0 ? null : <Values title="Assigned here" values={assigned} executionArn={executionArn} />}
      {seen.size === 0 ? null : (
        <Values
          title="When the state was entered"
          values={[...seen].map(([name, value]) => [name, Payload.ofValue(value)])}
          executionArn={executionArn}
        />
      )}
    </SpaceBetween>
  );
}

interface ValuesProps {
  readonly title: string;
  readonly values: readonly (readonly [name: string, value: Payload])[];
  readonly executionArn: string;
}

function Values({ title, values, executionArn }: ValuesProps) {
  return (
    <SpaceBetween size="xs">
      <Box variant="h3">{title}</Box>
      {values.map(([name, value]) => (
        <div key={name}>
          <Box variant="awsui-key-label">{`$${name}`}</Box>
          <PayloadView payload={value} label={`variable ${name}`} executionArn={executionArn} />
        </div>
      ))}
    </SpaceBetween>
  );
}

/** Folds the journal up to the entering, by the engine's own `apply`. */
function variablesAt(story: Story, id: number, travel: TimeTravel<FoldedExecution>): ReadonlyMap<string, Json> {
  const visit = story.visit(id);
  const [entered] = visit?.statuses ?? [];
  if (visit === undefined || entered === undefined) return new Map();
  return travel.at(entered.position + 1).scopes.get(visit.scope.id)?.variables ?? new Map();
}
