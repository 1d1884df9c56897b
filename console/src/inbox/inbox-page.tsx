// The inbox: every task that waits for somebody to answer, across all executions.
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { WaitingTask } from "@contract";
import { waitingQuery } from "../api/queries.ts";
import { useStream } from "../api/stream.ts";
import { Page } from "../app/page.tsx";
import { RouterLink } from "../app/router-link.tsx";
import { machineNameOf } from "../parts/arn.ts";
import { Duration } from "../parts/duration.tsx";
import { EmptyTable } from "../parts/empty-table.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { Problem } from "../parts/problem.tsx";
import { shownLine } from "../parts/shown-text.ts";
import { Time } from "../parts/time.tsx";
import { useEventually } from "../parts/use-eventually.ts";
import { AnswerTask } from "./answer-task.tsx";

export function InboxPage() {
  const waiting = useInfiniteQuery(waitingQuery);
  const queries = useQueryClient();
  const refresh = useEventually(() => queries.invalidateQueries({ queryKey: waitingQuery.queryKey }));
  const [answered, setAnswered] = useState<WaitingTask>();
  useStream({ areAllMachinesNamed: true }, { machines: refresh, resync: refresh });
  const tasks = waiting.data?.pages.flatMap((page) => page.tasks) ?? [];
  return (
    <Page title="Inbox" breadcrumbs={[]} description="Tasks that wait for a person or a worker to answer.">
      {waiting.error !== null && waiting.data === undefined ? (
        <Problem error={waiting.error} onRetry={() => void waiting.refetch()} />
      ) : (
        <Table
          items={tasks}
          trackBy={({ executionArn, eventId }) => `${executionArn} ${eventId}`}
          loading={waiting.isPending}
          loadingText="Loading"
          enableKeyboardNavigation
          wrapLines
          ariaLabels={{ tableLabel: "Waiting tasks" }}
          columnDefinitions={columnsOf(setAnswered)}
          header={<Header counter={`(${tasks.length}${waiting.hasNextPage ? "+" : ""})`}>Waiting tasks</Header>}
          empty={<NothingWaits />}
          footer={
            waiting.hasNextPage ? (
              <Box textAlign="center">
                <Button loading={waiting.isFetchingNextPage} onClick={() => void waiting.fetchNextPage()}>
                  Show more
                </Button>
              </Box>
            ) : null
          }
        />
      )}
      {answered === undefined ? null : <AnswerTask task={answered} onClose={() => setAnswered(undefined)} />}
    </Page>
  );
}

function NothingWaits() {
  return (
    <EmptyTable title="Nobody is waited for">
      A task with .waitForTaskToken, or an activity without a worker, appears here until it is answered.
    </EmptyTable>
  );
}

function columnsOf(answer: (task: WaitingTask) => void): TableProps.ColumnDefinition<WaitingTask>[] {
  return [
    {
      id: "state",
      header: "State",
      minWidth: 150,
      isRowHeader: true,
      cell: ({ executionArn, state, kind, isTaken }) => (
        <>
          <RouterLink to="/executions/$executionArn" params={{ executionArn }} isStrong>
            <Foreign text={shownLine(state, 80)} />
          </RouterLink>{" "}
          <Badge color={kind === "callback" ? "blue" : "grey"}>
            {kind === "callback" ? "Token" : isTaken ? "Activity, taken" : "Activity"}
          </Badge>
        </>
      ),
    },
    {
      id: "execution",
      header: "Execution",
      cell: ({ stateMachineArn, executionName }) => (
        <Foreign text={`${machineNameOf(stateMachineArn)} / ${shownLine(executionName, 60)}`} />
      ),
    },
    { id: "since", header: "Waits for", cell: ({ since }) => <Duration from={since} /> },
    {
      id: "deadline",
      header: "Until",
      cell: ({ deadline, heartbeatDeadline }) => <Time at={heartbeatDeadline ?? deadline} />,
    },
    {
      id: "answer",
      header: "Answer",
      cell: (task) => (
        <Button
          variant="normal"
          ariaLabel={`Answer ${shownLine(task.state, 60)} of ${shownLine(task.executionName, 60)}`}
          onClick={() => answer(task)}
        >
          Answer
        </Button>
      ),
    },
  ];
}
