// The facts of an execution above its views.
import Container from "@cloudscape-design/components/container";
import KeyValuePairs, { type KeyValuePairsProps } from "@cloudscape-design/components/key-value-pairs";
import type { ExecutionFacts } from "@contract";
import { RouterLink } from "../app/router-link.tsx";
import { executionNameOf, qualifierOf } from "../parts/arn.ts";
import { Duration } from "../parts/duration.tsx";
import { shownLine } from "../parts/shown-text.ts";
import { Time } from "../parts/time.tsx";

export function ExecutionSummary({ facts }: { readonly facts: ExecutionFacts }) {
  return (
    <Container>
      <KeyValuePairs columns={4} minColumnWidth={130} items={itemsOf(facts)} />
    </Container>
  );
}

function itemsOf(facts: ExecutionFacts): KeyValuePairsProps.Item[] {
  const { stateMachineArn, stateMachineName, versionArn, aliasArn, parentExecutionArn, mapRunArn, redrivenAt } = facts;
  const items: KeyValuePairsProps.Item[] = [
    {
      label: "State machine",
      value: (
        <RouterLink to="/machines/$machineArn" params={{ machineArn: stateMachineArn }}>
          <bdi>{shownLine(stateMachineName, 60)}</bdi>
        </RouterLink>
      ),
    },
    { label: "Started", value: <Time at={facts.startedAt} /> },
    {
      label: facts.stoppedAt === undefined ? "Running for" : "Duration",
      value: <Duration from={facts.startedAt} to={facts.stoppedAt} />,
    },
    {
      label: "Type",
      value: `${facts.type === "STANDARD" ? "Standard" : "Express"} · ${facts.lastEventId.toLocaleString()} events`,
    },
  ];
  if (aliasArn !== undefined) items.push({ label: "Alias", value: shownLine(qualifierOf(aliasArn), 60) });
  if (versionArn !== undefined) items.push({ label: "Version", value: qualifierOf(versionArn) });
  if (facts.redriveCount > 0)
    items.push({
      label: `Redriven ${facts.redriveCount === 1 ? "once" : `${facts.redriveCount} times`}, last`,
      value: <Time at={redrivenAt} />,
    });
  if (mapRunArn !== undefined) {
    items.push({
      label: "Map Run",
      value: (
        <RouterLink to="/map-runs/$mapRunArn" params={{ mapRunArn }}>
          Its items and executions
        </RouterLink>
      ),
    });
  }
  if (parentExecutionArn !== undefined) {
    items.push({
      label: "Started by",
      value: (
        <RouterLink to="/executions/$executionArn" params={{ executionArn: parentExecutionArn }}>
          {shownLine(executionNameOf(parentExecutionArn), 60)}
        </RouterLink>
      ),
    });
  }
  return items;
}
