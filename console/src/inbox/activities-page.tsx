// All activities: tasks that no worker has taken, and workers that ask.
import Header from "@cloudscape-design/components/header";
import Spinner from "@cloudscape-design/components/spinner";
import Table from "@cloudscape-design/components/table";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ActivityCount } from "@contract";
import { DeleteDialog } from "../actions/delete-dialog.tsx";
import { summaryQuery } from "../api/queries.ts";
import { Page } from "../app/page.tsx";
import { RouterLink } from "../app/router-link.tsx";
import { CopiedArn } from "../parts/copied-arn.tsx";
import { EmptyTable } from "../parts/empty-table.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { Problem } from "../parts/problem.tsx";
import { RowActions } from "../parts/row-actions.tsx";
import { CreateActivity } from "./create-activity.tsx";

export function ActivitiesPage() {
  const { data, error, refetch } = useQuery(summaryQuery);
  const [deleted, setDeleted] = useState<ActivityCount>();
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
            <EmptyTable title="There is no activity yet">
              An activity is a queue of tasks, which workers anywhere ask for and answer.
            </EmptyTable>
          }
          columnDefinitions={[
            {
              id: "name",
              header: "Name",
              minWidth: 150,
              isRowHeader: true,
              cell: ({ name }) => <Foreign text={name} />,
            },
            {
              id: "queued",
              header: "Tasks that wait for a worker",
              cell: ({ queued }) => (queued === 0 ? 0 : <RouterLink to="/inbox">{queued}</RouterLink>),
            },
            { id: "workers", header: "Workers that ask", cell: ({ workers }) => workers },
            {
              id: "arn",
              header: "ARN",
              cell: ({ activityArn }) => <CopiedArn arn={activityArn} label="activity ARN" />,
            },
            {
              id: "actions",
              header: "Actions",
              cell: (activity) => (
                <RowActions
                  of={`activity ${activity.name}`}
                  actions={[{ text: "Delete", onDo: () => setDeleted(activity) }]}
                />
              ),
            },
          ]}
        />
      )}
      {deleted === undefined ? null : <DeleteActivity activity={deleted} onClose={() => setDeleted(undefined)} />}
    </Page>
  );
}

function DeleteActivity({ activity, onClose }: { readonly activity: ActivityCount; readonly onClose: () => void }) {
  const queries = useQueryClient();
  return (
    <DeleteDialog
      action="DeleteActivity"
      input={{ activityArn: activity.activityArn }}
      kind="activity"
      name={activity.name}
      done="is deleted."
      onDone={() => queries.invalidateQueries({ queryKey: summaryQuery.queryKey })}
      onClose={onClose}
    >
      has no workers then, and states that name it fail when they are entered.
    </DeleteDialog>
  );
}
