// The versions of a machine, and a way to publish another.
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { StateMachine } from "../api/aws-shapes.ts";
import { act } from "../api/client.ts";
import { versionsQuery } from "../api/queries.ts";
import { useNotify } from "../app/notices.tsx";
import { RouterLink } from "../app/router-link.tsx";
import { qualifierOf } from "../parts/arn.ts";
import { Problem } from "../parts/problem.tsx";
import { Time } from "../parts/time.tsx";

export function VersionsTable({ machine }: { readonly machine: StateMachine }) {
  const { stateMachineArn, revisionId } = machine;
  const versions = useQuery(versionsQuery(stateMachineArn));
  const queries = useQueryClient();
  const notify = useNotify();
  const publish = useMutation({
    mutationFn: () =>
      act("PublishStateMachineVersion", { stateMachineArn, ...(revisionId === undefined ? {} : { revisionId }) }),
    onSuccess: () => {
      notify({ type: "success", text: "The definition as it is now is published as a version." });
      return queries.invalidateQueries({ queryKey: versionsQuery(stateMachineArn).queryKey });
    },
    onError: (error) => notify({ type: "error", text: `No version was published: ${error.message}` }),
  });
  if (versions.error !== null) return <Problem error={versions.error} onRetry={() => void versions.refetch()} />;
  return (
    <Table
      variant="borderless"
      loading={versions.isPending}
      loadingText="Loading"
      ariaLabels={{ tableLabel: "Versions" }}
      header={
        <Header
          variant="h2"
          actions={
            <Button loading={publish.isPending} onClick={() => publish.mutate()}>
              Publish version
            </Button>
          }
        >
          Versions
        </Header>
      }
      items={versions.data?.stateMachineVersions ?? []}
      empty="No version is published: executions start with the definition as it is."
      columnDefinitions={[
        {
          id: "version",
          header: "Version",
          isRowHeader: true,
          cell: ({ stateMachineVersionArn }) => qualifierOf(stateMachineVersionArn),
        },
        { id: "created", header: "Published", cell: ({ creationDate }) => <Time at={creationDate * 1000} /> },
        {
          id: "compare",
          header: "Definition",
          cell: ({ stateMachineVersionArn }) => (
            <RouterLink to="/compare" search={{ left: stateMachineVersionArn, right: stateMachineArn }}>
              Compare with now
            </RouterLink>
          ),
        },
        {
          id: "executions",
          header: "Executions",
          cell: ({ stateMachineVersionArn }) => (
            <RouterLink
              to="/machines/$machineArn"
              params={{ machineArn: stateMachineArn }}
              search={{ qualifier: qualifierOf(stateMachineVersionArn) }}
            >
              Show
            </RouterLink>
          ),
        },
      ]}
    />
  );
}
