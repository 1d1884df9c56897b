// All activities: tasks that no worker has taken, and workers that ask.
import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import Spinner from "@cloudscape-design/components/spinner";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { summaryQuery } from "../api/queries.ts";
import { Page } from "../app/page.tsx";
import { RouterLink } from "../app/router-link.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { Problem } from "../parts/problem.tsx";
import { CreateActivity } from "./create-activity.tsx";

export function ActivitiesPage() {
  const { data, error, refetch } = useQuery(summaryQuery);
  return (
    <Page
      title="Activities"
      breadcrumbs={[]}
      description="Tasks that workers ask for, with GetActivityTask."
      actions={<CreateActivity />}
    >
      {data === undefined ? (
        error === null ? (
          <Spinner size="large" />
        ) : (
          <Problem error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <Table
          items={data.activities}
          trackBy="activityArn"
          ariaLabels={{ tableLabel: "Activities" }}
          header={<Header counter={`(${data.activities.length})`}>All activities</Header>}
          empty={
            <Box textAlign="center" color="text-body-secondary">
              There is no activity yet.
            </Box>
          }
          columnDefinitions={[
            { id: "name", header: "Name", isRowHeader: true, cell: ({ name }) => <Foreign text={name} /> },
            {
              id: "queued",
              header: "Tasks that wait for a worker",
              cell: ({ queued }) => (queued === 0 ? 0 : <RouterLink to="/inbox">{queued}</RouterLink>),
            },
            { id: "workers", header: "Workers that ask", cell: ({ workers }) => workers },
            { id: "arn", header: "ARN", cell: ({ activityArn }) => <span className="code">{activityArn}</span> },
          ]}
        />
      )}
    </Page>
  );
}
