// The versions of a machine: published, compared, started and deleted here.
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { DeleteDialog } from "../actions/delete-dialog.tsx";
import type { StateMachine, StateMachineVersions } from "../api/aws-shapes.ts";
import { versionsQuery } from "../api/queries.ts";
import { RouterLink } from "../app/router-link.tsx";
import { StartExecution } from "../executions/start-execution.tsx";
import { qualifierOf } from "../parts/arn.ts";
import { EmptyTable } from "../parts/empty-table.tsx";
import { Problem } from "../parts/problem.tsx";
import { Time } from "../parts/time.tsx";
import { PublishVersion } from "./publish-version.tsx";
import { RowActions } from "../parts/row-actions.tsx";

interface Chosen {
  readonly dialog: "publish" | "delete" | "start";
  readonly versionArn?: string;
}

export function VersionsTable({ machine }: { readonly machine: StateMachine }) {
  const { stateMachineArn } = machine;
  const versions = useQuery(versionsQuery(stateMachineArn));
  const [chosen, choose] = useState<Chosen>();
  if (versions.error !== null) return <Problem error={versions.error} onRetry={() => void versions.refetch()} />;
  const items = versions.data?.stateMachineVersions ?? [];
  return (
    <>
      <Table
        variant="borderless"
        loading={versions.isPending}
        loadingText="Loading"
        ariaLabels={{ tableLabel: "Versions" }}
        header={
          <Header
            variant="h2"
            counter={`(${items.length})`}
            actions={<Button onClick={() => choose({ dialog: "publish" })}>Publish version</Button>}
          >
            Versions
          </Header>
        }
        items={items}
        empty={<EmptyTable title="No version is published">Executions start with the definition as it is.</EmptyTable>}
        columnDefinitions={columnsOf(stateMachineArn, choose)}
      />
      {chosen === undefined ? null : (
        <VersionDialogs machine={machine} chosen={chosen} onClose={() => choose(undefined)} />
      )}
    </>
  );
}

interface VersionDialogsProps {
  readonly machine: StateMachine;
  readonly chosen: Chosen;
  readonly onClose: () => void;
}

function VersionDialogs({ machine, chosen: { dialog, versionArn }, onClose }: VersionDialogsProps) {
  const { stateMachineArn, name, type } = machine;
  const queries = useQueryClient();
  if (versionArn === undefined) return <PublishVersion machine={machine} onClose={onClose} />;
  if (dialog === "start") {
    return (
      <StartExecution
        stateMachineArn={stateMachineArn}
        qualifiedArn={versionArn}
        type={type}
        inputOf={undefined}
        onClose={onClose}
      />
    );
  }
  return (
    <DeleteDialog
      action="DeleteStateMachineVersion"
      input={{ stateMachineVersionArn: versionArn }}
      kind="version"
      name={`${name}, version ${qualifierOf(versionArn)},`}
      done="is deleted."
      onDone={() => queries.invalidateQueries({ queryKey: versionsQuery(stateMachineArn).queryKey })}
      onClose={onClose}
    >
      starts no executions then. Those that run go on with it. A version that an alias leads to cannot be deleted.
    </DeleteDialog>
  );
}

type Version = StateMachineVersions["stateMachineVersions"][number];

const columnsOf = (machineArn: string, choose: (chosen: Chosen) => void) => [
  {
    id: "version",
    header: "Version",
    isRowHeader: true,
    cell: ({ stateMachineVersionArn }: Version) => qualifierOf(stateMachineVersionArn),
  },
  {
    id: "created",
    header: "Published",
    cell: ({ creationDate }: Version) => <Time at={creationDate * 1000} />,
  },
  {
    id: "compare",
    header: "Definition",
    cell: ({ stateMachineVersionArn }: Version) => (
      <RouterLink to="/compare" search={{ left: stateMachineVersionArn, right: machineArn }}>
        Compare with now
      </RouterLink>
    ),
  },
  {
    id: "executions",
    header: "Executions",
    cell: ({ stateMachineVersionArn }: Version) => (
      <RouterLink
        to="/machines/$machineArn"
        params={{ machineArn }}
        search={{ qualifier: qualifierOf(stateMachineVersionArn) }}
      >
        Show
      </RouterLink>
    ),
  },
  {
    id: "actions",
    header: "Actions",
    cell: ({ stateMachineVersionArn: versionArn }: Version) => (
      <RowActions
        of={`version ${qualifierOf(versionArn)}`}
        actions={[
          { text: "Start execution", onDo: () => choose({ dialog: "start", versionArn }) },
          { text: "Delete", onDo: () => choose({ dialog: "delete", versionArn }) },
        ]}
      />
    ),
  },
];
