// The table of machines: the first page comes with the summary, further ones when they are asked for.
import { useCollection } from "@cloudscape-design/collection-hooks";
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ExecutionStatus, MachineCounts, MachinesPage } from "@contract";
import { getJson } from "../api/client.ts";
import { RouterLink } from "../app/router-link.tsx";
import { executionStatuses, Status, statusWord } from "../parts/status.tsx";
import { shownLine } from "../parts/shown-text.ts";
import { Time } from "../parts/time.tsx";

export function MachinesTable({ first }: { readonly first: MachinesPage }) {
  const more = useInfiniteQuery({
    queryKey: ["summary", "machines", first.next],
    queryFn: ({ pageParam, signal }) => getJson<MachinesPage>("machines", { after: pageParam }, signal),
    initialPageParam: first.next,
    getNextPageParam: ({ next }) => next,
    enabled: false,
  });
  const machines = [...first.machines, ...(more.data?.pages ?? []).flatMap((page) => page.machines)];
  const isMore = more.data === undefined ? first.next !== undefined : more.hasNextPage;
  const { items, collectionProps, filterProps, filteredItemsCount } = useCollection(machines, {
    filtering: { filteringFunction: ({ name }, sought) => name.toLowerCase().includes(sought.toLowerCase()) },
    sorting: {},
  });
  return (
    <Table
      {...collectionProps}
      items={items}
      columnDefinitions={columns}
      trackBy="stateMachineArn"
      variant="container"
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: "State machines" }}
      header={<Header counter={`(${machines.length}${isMore ? "+" : ""})`}>All state machines</Header>}
      filter={
        <TextFilter
          {...filterProps}
          filteringPlaceholder="Find by name"
          filteringAriaLabel="Find state machines by name"
          countText={filteredItemsCount === 1 ? "1 match" : `${filteredItemsCount ?? 0} matches`}
        />
      }
      empty={<Box textAlign="center">No state machine has such a name.</Box>}
      footer={
        isMore ? (
          <Box textAlign="center">
            <Button
              loading={more.isFetching}
              onClick={() => void (more.data === undefined ? more.refetch() : more.fetchNextPage())}
            >
              Show more
            </Button>
          </Box>
        ) : null
      }
    />
  );
}

const columns: TableProps.ColumnDefinition<MachineCounts>[] = [
  {
    id: "name",
    header: "Name",
    sortingField: "name",
    isRowHeader: true,
    minWidth: 160,
    cell: ({ stateMachineArn, name, status }) => (
      <>
        <RouterLink to="/machines/$machineArn" params={{ machineArn: stateMachineArn }} isStrong>
          <bdi>{shownLine(name, 80)}</bdi>
        </RouterLink>{" "}
        {status === "ACTIVE" ? null : <Badge>{statusWord(status)}</Badge>}
      </>
    ),
  },
  {
    id: "type",
    header: "Type",
    sortingField: "type",
    cell: ({ type }) => (type === "STANDARD" ? "Standard" : "Express"),
  },
  ...executionStatuses.map((status): TableProps.ColumnDefinition<MachineCounts> => ({
    id: status,
    header: statusWord(status),
    sortingComparator: (one, other) => one.counts[status] - other.counts[status],
    cell: (machine) => <Count machine={machine} status={status} />,
  })),
  {
    id: "newest",
    header: "Newest execution",
    minWidth: 260,
    cell: ({ newest }) =>
      newest === undefined ? (
        "–"
      ) : (
        <span className="newest">
          <Status status={newest.isQuarantined ? "QUARANTINED" : newest.status} />
          <RouterLink to="/executions/$executionArn" params={{ executionArn: newest.executionArn }}>
            <Time at={newest.startedAt} />
          </RouterLink>
        </span>
      ),
  },
];

/** A number leads to the executions that it counts; nothing draws the eye to a zero. */
function Count({ machine, status }: { readonly machine: MachineCounts; readonly status: ExecutionStatus }) {
  const count = machine.counts[status];
  if (count === 0) return <Box color="text-status-inactive">0</Box>;
  return (
    <RouterLink to="/machines/$machineArn" params={{ machineArn: machine.stateMachineArn }} search={{ status }}>
      <span className="numeric">{`${count.toLocaleString()}${count >= machine.mostCounted ? "+" : ""}`}</span>
    </RouterLink>
  );
}
