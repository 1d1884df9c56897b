// Which execution to compare with: one of the newest of the same machine, or any other by its ARN.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { executionsQuery } from "../api/queries.ts";
import { RouterLink } from "../app/router-link.tsx";
import { Problem } from "../parts/problem.tsx";
import { shownLine } from "../parts/shown-text.ts";
import { Status } from "../parts/status.tsx";
import { Time } from "../parts/time.tsx";

interface PickExecutionProps {
  readonly left: string;
  readonly machineArn: string;
}

export function PickExecution({ left, machineArn }: PickExecutionProps) {
  const { data, error, refetch, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    executionsQuery({ stateMachine: machineArn }),
  );
  const [arn, setArn] = useState("");
  const navigate = useNavigate();
  const rows = (data?.pages ?? []).flatMap((page) => page.executions).filter((row) => row.executionArn !== left);
  return (
    <SpaceBetween size="l">
      <Container>
        <FormField label="The ARN of an execution, or one of the list" stretch>
          <SpaceBetween direction="horizontal" size="xs">
            <Input value={arn} spellcheck={false} onChange={({ detail }) => setArn(detail.value)} />
            <Button
              disabled={!/:(execution|express):/.test(arn)}
              disabledReason="Give the ARN of an execution."
              onClick={() => void navigate({ to: "/compare", search: { left, right: arn.trim() } })}
            >
              Compare
            </Button>
          </SpaceBetween>
        </FormField>
      </Container>
      {error === null ? null : <Problem error={error} onRetry={() => void refetch()} />}
      <Table
        loading={isPending}
        loadingText="Loading"
        ariaLabels={{ tableLabel: "Executions to compare with" }}
        empty="The machine has no other execution."
        items={rows}
        trackBy="executionArn"
        columnDefinitions={[
          {
            id: "name",
            header: "Execution",
            isRowHeader: true,
            cell: ({ executionArn, name }) => (
              <RouterLink to="/compare" search={{ left, right: executionArn }}>
                <bdi>{shownLine(name, 80)}</bdi>
              </RouterLink>
            ),
          },
          { id: "status", header: "Status", cell: ({ status }) => <Status status={status} /> },
          { id: "started", header: "Started", cell: ({ startedAt }) => <Time at={startedAt} /> },
        ]}
        footer={
          hasNextPage ? (
            <Box textAlign="center">
              <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                Show more
              </Button>
            </Box>
          ) : null
        }
      />
    </SpaceBetween>
  );
}
