// The executions of a machine, newest first and live. The filter is the page's address; columns are remembered.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import CollectionPreferences from "@cloudscape-design/components/collection-preferences";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { ExecutionRow, ExecutionsPage } from "@contract";
import { type ExecutionsFilter, executionsQuery } from "../api/queries.ts";
import { useStream } from "../api/stream.ts";
import { RouterLink } from "../app/router-link.tsx";
import { qualifierOf } from "../parts/arn.ts";
import { Duration } from "../parts/duration.tsx";
import { Problem } from "../parts/problem.tsx";
import { shownLine } from "../parts/shown-text.ts";
import { Status } from "../parts/status.tsx";
import { Time } from "../parts/time.tsx";
import { useEventually } from "../parts/use-eventually.ts";
import { EmptyTable } from "../parts/empty-table.tsx";
import { SavedViews } from "./saved-views.tsx";
import { BulkActions } from "./bulk-actions.tsx";
import { keptColumns, keepColumns } from "./columns.ts";
import { ExecutionsFilterBar } from "./executions-filter.tsx";

export function ExecutionsTable({ stateMachineArn }: { readonly stateMachineArn: string }) {
  const filter = useFilter(stateMachineArn);
  const executions = useInfiniteQuery(executionsQuery(filter));
  const [selected, setSelected] = useState<readonly ExecutionRow[]>([]);
  const [shownColumns, setShownColumns] = useState(keptColumns);
  useLiveRows(stateMachineArn, filter);
  if (executions.error !== null && executions.data === undefined) {
    return <Problem error={executions.error} onRetry={() => void executions.refetch()} />;
  }
  const rows = executions.data?.pages.flatMap((page) => page.executions) ?? [];
  return (
    <Table
      variant="borderless"
      items={rows}
      trackBy="executionArn"
      loading={executions.isPending}
      loadingText="Loading"
      enableKeyboardNavigation
      selectionType="multi"
      selectedItems={[...selected]}
      onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
      columnDefinitions={columns}
      visibleColumns={[...shownColumns]}
      ariaLabels={{
        tableLabel: "Executions",
        selectionGroupLabel: "Choose executions",
        allItemsSelectionLabel: () => "Choose all that are shown",
        itemSelectionLabel: (_, { name }) => `Choose ${name}`,
      }}
      header={
        <Header
          variant="h2"
          counter={`(${rows.length}${executions.hasNextPage ? "+" : ""})`}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <SavedViews />
              <BulkActions selected={selected} onDone={() => setSelected([])} />
            </SpaceBetween>
          }
        >
          Executions
        </Header>
      }
      filter={<ExecutionsFilterBar />}
      preferences={
        <ColumnsPreference shown={shownColumns} onChange={(chosen) => setShownColumns(keepColumns(chosen))} />
      }
      empty={<Empty isFiltered={Object.values(filter).filter((value) => value !== undefined).length > 1} />}
      footer={
        executions.hasNextPage ? (
          <Box textAlign="center">
            <Button loading={executions.isFetchingNextPage} onClick={() => void executions.fetchNextPage()}>
              Show more
            </Button>
          </Box>
        ) : null
      }
    />
  );
}

interface ColumnsPreferenceProps {
  readonly shown: readonly string[];
  readonly onChange: (columns: readonly string[]) => void;
}

function ColumnsPreference({ shown, onChange }: ColumnsPreferenceProps) {
  const options = columns.map(({ id, header }) => ({ id: id ?? "", label: String(header), editable: id !== "name" }));
  return (
    <CollectionPreferences
      title="Columns"
      confirmLabel="Keep"
      cancelLabel="Cancel"
      preferences={{ visibleContent: shown }}
      visibleContentPreference={{ title: "Shown columns", options: [{ label: "Of executions", options }] }}
      onConfirm={({ detail }) => onChange(detail.visibleContent ?? [])}
    />
  );
}

function useFilter(stateMachineArn: string): ExecutionsFilter {
  const { status, name, qualifier, redriven, within, from: since, to } = useSearch({ from: "/machines/$machineArn" });
  // Counted back once, so that what is read again is the same list.
  const from = useMemo(() => (within === undefined ? since : Date.now() - spanMs[within]), [within, since]);
  const stateMachine = qualifier === undefined ? stateMachineArn : `${stateMachineArn}:${qualifier}`;
  return { stateMachine, status, name, redriven, from, to };
}

const dayMs = 86_400_000;
const spanMs = { hour: dayMs / 24, day: dayMs, week: 7 * dayMs, month: 30 * dayMs } as const;

/** Rows that are shown change in place; for others the list is read again. */
function useLiveRows(stateMachineArn: string, filter: ExecutionsFilter): void {
  const queries = useQueryClient();
  const { queryKey } = executionsQuery(filter);
  const refresh = useEventually(() => queries.invalidateQueries({ queryKey }));
  useStream(
    { stateMachines: [stateMachineArn] },
    {
      executions: (changed) => {
        const byArn = new Map(changed.map((row) => [row.executionArn, row]));
        queries.setQueryData<InfiniteData<ExecutionsPage, string | undefined>>(
          queryKey,
          (data) =>
            data && {
              ...data,
              pages: data.pages.map((page) => ({
                ...page,
                executions: page.executions.map((row) => byArn.get(row.executionArn) ?? row),
              })),
            },
        );
        refresh();
      },
      machines: refresh,
      resync: refresh,
      logout: () => void queries.invalidateQueries({ queryKey: ["session"] }),
    },
  );
}

function Empty({ isFiltered }: { readonly isFiltered: boolean }) {
  return isFiltered ? (
    <EmptyTable title="No execution is like that">Take away a part of the filter to see more.</EmptyTable>
  ) : (
    <EmptyTable title="No executions yet">Start one: it appears here at once.</EmptyTable>
  );
}

const columns: TableProps.ColumnDefinition<ExecutionRow>[] = [
  {
    id: "name",
    header: "Name",
    isRowHeader: true,
    minWidth: 180,
    cell: ({ executionArn, name }) => (
      <RouterLink to="/executions/$executionArn" params={{ executionArn }} isStrong>
        <bdi>{shownLine(name, 80)}</bdi>
      </RouterLink>
    ),
  },
  {
    id: "status",
    header: "Status",
    minWidth: 130,
    cell: ({ status, isQuarantined }) => <Status status={isQuarantined ? "QUARANTINED" : status} />,
  },
  { id: "started", header: "Started", cell: ({ startedAt }) => <Time at={startedAt} /> },
  { id: "ended", header: "Ended", cell: ({ stoppedAt }) => <Time at={stoppedAt} /> },
  {
    id: "duration",
    header: "Duration",
    cell: ({ startedAt, stoppedAt }) => <Duration from={startedAt} to={stoppedAt} />,
  },
  {
    id: "version",
    header: "Version",
    cell: ({ versionArn }) => (versionArn === undefined ? "–" : qualifierOf(versionArn)),
  },
  {
    id: "alias",
    header: "Alias",
    cell: ({ aliasArn }) => (aliasArn === undefined ? "–" : shownLine(qualifierOf(aliasArn), 40)),
  },
  { id: "redrives", header: "Redrives", cell: ({ redriveCount }) => redriveCount },
  {
    id: "events",
    header: "Events",
    cell: ({ lastEventId }) => <span className="numeric">{lastEventId.toLocaleString()}</span>,
  },
];
