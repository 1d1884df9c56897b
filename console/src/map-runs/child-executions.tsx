// The child executions of a Map Run.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { childExecutionsQuery } from "../api/queries.ts";
import { RouterLink } from "../app/router-link.tsx";
import { EmptyTable } from "../parts/empty-table.tsx";
import { ChildrenFilter } from "./children-filter.tsx";
import { Duration } from "../parts/duration.tsx";
import { Problem } from "../parts/problem.tsx";
import { shownLine } from "../parts/shown-text.ts";
import { Status } from "../parts/status.tsx";
import { Time } from "../parts/time.tsx";

export function ChildExecutions({ mapRunArn, isRunning }: { readonly mapRunArn: string; readonly isRunning: boolean }) {
  const filter = useSearch({ from: "/map-runs/$mapRunArn" });
  const children = useInfiniteQuery({
    ...childExecutionsQuery(mapRunArn, filter),
    refetchInterval: isRunning ? 3000 : false,
  });
  const isFiltered = filter.status !== undefined || filter.redriven !== undefined;
  if (children.error !== null) return <Problem error={children.error} onRetry={() => void children.refetch()} />;
  return (
    <Table
      loading={children.isPending}
      loadingText="Loading"
      items={children.data?.pages.flatMap(({ executions }) => executions) ?? []}
      trackBy="executionArn"
      ariaLabels={{ tableLabel: "Child executions" }}
      header={<Header>Executions of the Map Run</Header>}
      filter={<ChildrenFilter />}
      empty={
        <EmptyTable title={isFiltered ? "No child execution is like that" : "No child execution has started yet"} />
      }
      columnDefinitions={[
        {
          id: "name",
          header: "Name",
          isRowHeader: true,
          cell: ({ executionArn, name }) => (
            <RouterLink to="/executions/$executionArn" params={{ executionArn }}>
              <bdi>{shownLine(name, 80)}</bdi>
            </RouterLink>
          ),
        },
        { id: "status", header: "Status", cell: ({ status }) => <Status status={status} /> },
        { id: "items", header: "Items", cell: ({ itemCount }) => itemCount ?? "–" },
        { id: "started", header: "Started", cell: ({ startDate }) => <Time at={startDate * 1000} /> },
        {
          id: "duration",
          header: "Duration",
          cell: ({ startDate, stopDate }) => (
            <Duration from={startDate * 1000} to={stopDate === undefined ? undefined : stopDate * 1000} />
          ),
        },
      ]}
      footer={
        children.hasNextPage ? (
          <Box textAlign="center">
            <Button loading={children.isFetchingNextPage} onClick={() => void children.fetchNextPage()}>
              Show more
            </Button>
          </Box>
        ) : null
      }
    />
  );
}
