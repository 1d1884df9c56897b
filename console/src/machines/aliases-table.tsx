// The aliases of a machine, and which versions they lead to.
import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { aliasesQuery } from "../api/queries.ts";
import { RouterLink } from "../app/router-link.tsx";
import { qualifierOf } from "../parts/arn.ts";
import { Foreign } from "../parts/foreign.tsx";
import { Problem } from "../parts/problem.tsx";
import { Time } from "../parts/time.tsx";

export function AliasesTable({ stateMachineArn }: { readonly stateMachineArn: string }) {
  const aliases = useQuery(aliasesQuery(stateMachineArn));
  if (aliases.error !== null) return <Problem error={aliases.error} onRetry={() => void aliases.refetch()} />;
  return (
    <Table
      variant="borderless"
      loading={aliases.isPending}
      loadingText="Loading"
      ariaLabels={{ tableLabel: "Aliases" }}
      header={<Header variant="h2">Aliases</Header>}
      items={aliases.data ?? []}
      empty="There is no alias. CreateStateMachineAlias makes one that leads to one or two versions."
      columnDefinitions={[
        { id: "name", header: "Alias", isRowHeader: true, cell: ({ name }) => <Foreign text={name} /> },
        {
          id: "routing",
          header: "Leads to",
          cell: ({ routingConfiguration }) =>
            routingConfiguration
              .map(
                ({ stateMachineVersionArn, weight }) => `version ${qualifierOf(stateMachineVersionArn)} (${weight} %)`,
              )
              .join(", "),
        },
        { id: "updated", header: "Changed", cell: ({ updateDate }) => <Time at={updateDate * 1000} /> },
        {
          id: "executions",
          header: "Executions",
          cell: ({ name }) => (
            <RouterLink
              to="/machines/$machineArn"
              params={{ machineArn: stateMachineArn }}
              search={{ qualifier: name }}
            >
              Show
            </RouterLink>
          ),
        },
      ]}
    />
  );
}
