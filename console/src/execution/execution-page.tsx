// The page of one execution: its facts, and what happened in it as a graph, a table of states or a list of events, live.
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import type { ExecutionFacts } from "@contract";
import { executionQuery } from "../api/queries.ts";
import type { Connection } from "../api/stream.ts";
import { Page } from "../app/page.tsx";
import { executionNameOf, machineNameOf } from "../parts/arn.ts";
import { CopiedArn } from "../parts/copied-arn.tsx";
import { Problem } from "../parts/problem.tsx";
import { Status } from "../parts/status.tsx";
import { useOwnDefinition } from "./child-definition.ts";
import { ExecutionActions } from "./execution-actions.tsx";
import { ExecutionSummary } from "./execution-summary.tsx";
import { ExecutionViews } from "./execution-views.tsx";
import { Failure } from "./failure.tsx";
import { useJournal } from "./journal.ts";
import { isAnythingChosen, useSelection } from "./selection.ts";
import { StatePanel } from "./state-panel.tsx";
import { RunProvider, useRecorded } from "./run.tsx";

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
  const selection = useSelection();
  const navigate = useNavigate();
  const recorded = useRecorded(facts, journal);
  const isPanelOpen = isAnythingChosen(selection);
  const close = (): void =>
    void navigate({
      to: ".",
      search: (was: object) => ({ ...was, state: undefined, visit: undefined, event: undefined }),
    });
  return (
    <RunProvider recorded={recorded}>
      <Page
        title={facts.name}
        breadcrumbs={[
          {
            text: machineNameOf(stateMachineArn),
            to: "/machines/$machineArn",
            params: { machineArn: stateMachineArn },
          },
        ]}
        info={
          <>
            <Status status={facts.isQuarantined ? "QUARANTINED" : facts.status} />{" "}
            <Live facts={facts} connection={connection} />
          </>
        }
        description={<CopiedArn arn={executionArn} label="execution ARN" />}
        actions={<ExecutionActions facts={facts} />}
        panel={{
          splitPanel: isPanelOpen ? <StatePanel facts={facts} /> : null,
          splitPanelOpen: isPanelOpen,
          onSplitPanelToggle: close,
        }}
      >
        <SpaceBetween size="l">
          <ExecutionSummary facts={facts} />
          <Failure facts={facts} recorded={recorded} />
          {error === null ? null : <Problem error={error} onRetry={retry} />}
          <ExecutionViews facts={facts} recorded={recorded} isLoading={!journal.isComplete && error === null} />
        </SpaceBetween>
      </Page>
    </RunProvider>
  );
}

/** Whether what is shown keeps up with the server: said for an execution that goes on. */
function Live({ facts, connection }: { readonly facts: ExecutionFacts; readonly connection: Connection }) {
  if (facts.status !== "RUNNING") return null;
  if (connection === "open") return <StatusIndicator type="info">Live</StatusIndicator>;
  return connection === "lost" ? <StatusIndicator type="warning">Reconnecting</StatusIndicator> : null;
}
