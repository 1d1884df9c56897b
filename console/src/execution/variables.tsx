// The variables of a visit: those that it saw when it was entered, and those that it assigned.
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { apply } from "@engine/apply.ts";
import { type FoldIdentity, newExecution } from "@engine/execution.ts";
import type { Json } from "@asl/json.ts";
import { Payload } from "@asl/payload.ts";
import { useMemo } from "react";
import type { ExecutionFacts } from "@contract";
import { PayloadView } from "./payload-view.tsx";
import type { Run } from "./run.ts";
import type { Visit } from "./visits.ts";

interface VariablesProps {
  readonly visit: Visit;
  readonly run: Run;
  readonly facts: ExecutionFacts;
}

export function Variables({ visit, run, facts }: VariablesProps) {
  const seen = useMemo(() => variablesAt(visit, run, facts), [visit, run, facts]);
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
function variablesAt(visit: Visit, { definition, events }: Run, facts: ExecutionFacts): ReadonlyMap<string, Json> {
  if (definition === undefined) return new Map();
  const { executionArn: arn, name, type, stateMachineArn, stateMachineName } = facts;
  const program = definition.shape;
  const identity: FoldIdentity = {
    arn,
    name,
    type,
    isSynchronous: false,
    stateMachineArn,
    stateMachineName,
    program,
    timeoutSeconds: undefined,
  };
  const execution = newExecution(identity);
  for (const event of events) {
    apply(execution, event);
    if (event === visit.events[0]) break;
  }
  return execution.scopes.get(visit.scope.id)?.variables ?? new Map();
}
