// The page of one execution: its facts, and what happened in it as a graph, a table of states or a list of events, live.
import Spinner from "@cloudscape-design/components/spinner";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ExecutionFacts } from "@contract";
import { executionQuery } from "../api/queries.ts";
import type { Connection } from "../api/stream.ts";
import { Page } from "../app/page.tsx";
import { executionNameOf, machineNameOf } from "../parts/arn.ts";
import { CopiedArn } from "../parts/copied-arn.tsx";
import { Problem } from "../parts/problem.tsx";
import { useOwnDefinition } from "./child-definition.ts";
import { ExecutionActions } from "./execution-actions.tsx";
import { ExecutionSummary } from "./execution-summary.tsx";
import { useJournal } from "./journal.ts";
import { OpenedExecution } from "./opened-execution.tsx";

export function ExecutionPage() {
  const { executionArn } = useParams({ from: "/executions/$executionArn" });
  const { data: facts, error, refetch } = useQuery(executionQuery(executionArn));
  if (facts !== undefined) return <LoadedExecution key={executionArn} facts={facts} />;
  return (
    <Page title={executionNameOf(executionArn)} breadcrumbs={[]}>
      {error === null ? <Spinner size="large" /> : <Problem error={error} onRetry={() => void refetch()} />}
    </Page>
  );
}

function LoadedExecution({ facts: given }: { readonly facts: ExecutionFacts }) {
  const { executionArn, stateMachineArn } = given;
  const { journal, error, retry, connection } = useJournal(executionArn);
  const facts = useOwnDefinition(given, journal.events);
  return (
    <OpenedExecution
      facts={facts}
      journal={journal}
      isLoading={!journal.isComplete && error === null}
      breadcrumbs={[
        { text: machineNameOf(stateMachineArn), to: "/machines/$machineArn", params: { machineArn: stateMachineArn } },
      ]}
      info={<Live facts={facts} connection={connection} />}
      description={<CopiedArn arn={executionArn} label="execution ARN" />}
      actions={<ExecutionActions facts={facts} />}
    >
      <ExecutionSummary facts={facts} />
      {error === null ? null : <Problem error={error} onRetry={retry} />}
    </OpenedExecution>
  );
}

/** Whether what is shown keeps up with the server: said for an execution that goes on. */
function Live({ facts, connection }: { readonly facts: ExecutionFacts; readonly connection: Connection }) {
  if (facts.status !== "RUNNING") return null;
  if (connection === "open") return <StatusIndicator type="info">Live</StatusIndicator>;
  return connection === "lost" ? <StatusIndicator type="warning">Reconnecting</StatusIndicator> : null;
}
