// The start page: all state machines with how their executions fare, live.
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { QuarantinedExecution } from "@contract";
import { summaryQuery } from "../api/queries.ts";
import { useStream } from "../api/stream.ts";
import { Page } from "../app/page.tsx";
import { RouterLink } from "../app/router-link.tsx";
import { nameOfArn } from "../parts/arn.ts";
import { Problem } from "../parts/problem.tsx";
import { shownLine } from "../parts/shown-text.ts";
import { useEventually } from "../parts/use-eventually.ts";
import { FirstRun } from "./first-run.tsx";
import { MachinesTable } from "./machines-table.tsx";

export function MachinesPage() {
  const { data, error, refetch } = useQuery(summaryQuery);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const refresh = useEventually(() => queries.invalidateQueries({ queryKey: summaryQuery.queryKey }));
  useStream({ areAllMachinesNamed: true }, { machines: refresh, resync: refresh });
  return (
    <Page
      title="State machines"
      breadcrumbs={[]}
      actions={
        <Button variant="primary" onClick={() => void navigate({ to: "/machines/new" })}>
          Create state machine
        </Button>
      }
    >
      <SpaceBetween size="l">
        {data === undefined && error !== null ? <Problem error={error} onRetry={() => void refetch()} /> : null}
        {data === undefined && error === null ? <Spinner size="large" /> : null}
        {data === undefined ? null : <Quarantined executions={data.quarantined} count={data.quarantinedCount} />}
        {data === undefined || data.firstRun.hasMachine ? null : <FirstRun summary={data} />}
        {data !== undefined && data.machines.length > 0 ? <MachinesTable first={data} /> : null}
      </SpaceBetween>
    </Page>
  );
}

function Quarantined({
  executions,
  count,
}: {
  readonly executions: readonly QuarantinedExecution[];
  readonly count: number;
}) {
  if (count === 0) return null;
  return (
    <Alert
      type="warning"
      header={count === 1 ? "A bug of Pawl has stopped an execution" : `A bug of Pawl has stopped ${count} executions`}
    >
      They go on when another version of Pawl takes them up; stopping them ends them.{" "}
      {executions.slice(0, 10).map(({ executionArn }) => (
        <span key={executionArn}>
          <RouterLink to="/executions/$executionArn" params={{ executionArn }}>
            {shownLine(nameOfArn(executionArn), 80)}
          </RouterLink>{" "}
        </span>
      ))}
    </Alert>
  );
}
