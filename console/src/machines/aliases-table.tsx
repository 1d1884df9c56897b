// The aliases of a machine and which versions they lead to: made, changed, deleted and started here.
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { DeleteDialog } from "../actions/delete-dialog.tsx";
import type { StateMachine, StateMachineAlias } from "../api/aws-shapes.ts";
import { aliasesQuery } from "../api/queries.ts";
import { RouterLink } from "../app/router-link.tsx";
import { StartExecution } from "../executions/start-execution.tsx";
import { qualifierOf } from "../parts/arn.ts";
import { EmptyTable } from "../parts/empty-table.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { Problem } from "../parts/problem.tsx";
import { Time } from "../parts/time.tsx";
import { AliasDialog } from "./alias-dialog.tsx";
import { RowActions } from "../parts/row-actions.tsx";

interface Chosen {
  readonly dialog: "create" | "change" | "delete" | "start";
  readonly alias?: StateMachineAlias;
}

export function AliasesTable({ machine }: { readonly machine: StateMachine }) {
  const { stateMachineArn } = machine;
  const aliases = useQuery(aliasesQuery(stateMachineArn));
  const [chosen, choose] = useState<Chosen>();
  if (aliases.error !== null) return <Problem error={aliases.error} onRetry={() => void aliases.refetch()} />;
  return (
    <>
      <Table
        variant="borderless"
        loading={aliases.isPending}
        loadingText="Loading"
        ariaLabels={{ tableLabel: "Aliases" }}
        header={
          <Header
            variant="h2"
            counter={`(${aliases.data?.length ?? 0})`}
            actions={<Button onClick={() => choose({ dialog: "create" })}>Create alias</Button>}
          >
            Aliases
          </Header>
        }
        items={aliases.data ?? []}
        empty={
          <EmptyTable title="There is no alias">
            An alias is a name that leads to one version or to two by weight, so that callers need not change.
          </EmptyTable>
        }
        columnDefinitions={columnsOf(stateMachineArn, choose)}
      />
      {chosen === undefined ? null : (
        <AliasDialogs machine={machine} chosen={chosen} onClose={() => choose(undefined)} />
      )}
    </>
  );
}

interface AliasDialogsProps {
  readonly machine: StateMachine;
  readonly chosen: Chosen;
  readonly onClose: () => void;
}

function AliasDialogs({ machine, chosen: { dialog, alias }, onClose }: AliasDialogsProps) {
  const { stateMachineArn, type } = machine;
  const queries = useQueryClient();
  if (alias === undefined || dialog === "change") {
    return <AliasDialog stateMachineArn={stateMachineArn} alias={alias} onClose={onClose} />;
  }
  const { stateMachineAliasArn, name } = alias;
  if (dialog === "start") {
    return (
      <StartExecution
        stateMachineArn={stateMachineArn}
        qualifiedArn={stateMachineAliasArn}
        type={type}
        inputOf={undefined}
        onClose={onClose}
      />
    );
  }
  return (
    <DeleteDialog
      action="DeleteStateMachineAlias"
      input={{ stateMachineAliasArn }}
      kind="alias"
      name={name}
      done="is deleted."
      onDone={() => queries.invalidateQueries({ queryKey: aliasesQuery(stateMachineArn).queryKey })}
      onClose={onClose}
    >
      starts no executions then. The versions stay, and so do the executions that it has started.
    </DeleteDialog>
  );
}

const columnsOf = (machineArn: string, choose: (chosen: Chosen) => void) => [
  {
    id: "name",
    header: "Alias",
    minWidth: 150,
    isRowHeader: true,
    cell: ({ name, description = "" }: StateMachineAlias) => (
      <>
        <Foreign text={name} />
        {description === "" ? null : (
          <div className="secondary">
            <Foreign text={description} />
          </div>
        )}
      </>
    ),
  },
  {
    id: "routing",
    header: "Leads to",
    cell: ({ routingConfiguration }: StateMachineAlias) =>
      routingConfiguration
        .map(({ stateMachineVersionArn, weight }) => `Version ${qualifierOf(stateMachineVersionArn)} (${weight} %)`)
        .join(", "),
  },
  {
    id: "updated",
    header: "Changed",
    cell: ({ updateDate }: StateMachineAlias) => <Time at={updateDate * 1000} />,
  },
  {
    id: "executions",
    header: "Executions",
    cell: ({ name }: StateMachineAlias) => (
      <RouterLink to="/machines/$machineArn" params={{ machineArn }} search={{ qualifier: name }}>
        Show
      </RouterLink>
    ),
  },
  {
    id: "actions",
    header: "Actions",
    cell: (alias: StateMachineAlias) => (
      <RowActions
        of={`alias ${alias.name}`}
        actions={[
          { text: "Start execution", onDo: () => choose({ dialog: "start", alias }) },
          { text: "Change", onDo: () => choose({ dialog: "change", alias }) },
          { text: "Delete", onDo: () => choose({ dialog: "delete", alias }) },
        ]}
      />
    ),
  },
];
