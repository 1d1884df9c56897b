// A past execution tried again with another input or definition: its calls come out as they were recorded, and nothing is
// called. It shows where the two part, and saves the recorded results as a test.
import Alert from "@cloudscape-design/components/alert";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ExecutionFacts } from "@contract";
import { executionQuery } from "../api/queries.ts";
import { Page } from "../app/page.tsx";
import { executionNameOf, machineNameOf } from "../parts/arn.ts";
import { bytesText } from "../parts/durations.ts";
import { Problem } from "../parts/problem.tsx";
import { type FullJournal, fullJournalQuery, mostText } from "../compare/events-query.ts";
import { ForkForm } from "./fork-form.tsx";

export function ForkPage() {
  const { executionArn } = useParams({ from: "/executions/$executionArn/fork" });
  const facts = useQuery(executionQuery(executionArn));
  const journal = useQuery(fullJournalQuery(executionArn));
  const name = executionNameOf(executionArn);
  const error = facts.error ?? journal.error;
  const machineArn = facts.data?.stateMachineArn;
  return (
    <Page
      title="Try it again, differently"
      description="The calls come out as they were recorded, and nothing is called."
      breadcrumbs={[
        ...(machineArn === undefined
          ? []
          : [{ text: machineNameOf(machineArn), to: "/machines/$machineArn" as const, params: { machineArn } }]),
        { text: name, to: "/executions/$executionArn", params: { executionArn } },
      ]}
    >
      {error === null ? null : (
        <Problem
          error={error}
          onRetry={() => {
            void facts.refetch();
            void journal.refetch();
          }}
        />
      )}
      {facts.data === undefined || journal.data === undefined ? (
        error === null ? (
          <Spinner size="large" />
        ) : null
      ) : (
        <Loaded facts={facts.data} journal={journal.data} />
      )}
    </Page>
  );
}

function Loaded({ facts, journal }: { readonly facts: ExecutionFacts; readonly journal: FullJournal }) {
  const [first] = journal.events;
  if (facts.definition === undefined || !facts.isDataShown || first?.kind !== "ExecutionStarted") {
    return (
      <Alert type="info" header="This execution cannot be forked">
        It takes its definition and its data, which your key does not allow to see
        (states:DescribeStateMachineForExecution, states:GetExecutionHistory).
      </Alert>
    );
  }
  if (journal.isCut) {
    return (
      <Alert type="info" header="This execution is too large to be forked here">
        {`Its data take more than ${bytesText(mostText)}, and a replay needs all of its results. Test the definition with a mock file instead: the documentation of the API tells how.`}
      </Alert>
    );
  }
  return <ForkForm facts={facts} definition={facts.definition} input={first.input.text} journal={journal} />;
}
