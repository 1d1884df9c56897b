// The tags of a machine.
import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { tagsQuery } from "../api/queries.ts";
import { Foreign } from "../parts/foreign.tsx";
import { Problem } from "../parts/problem.tsx";

export function TagsTable({ resourceArn }: { readonly resourceArn: string }) {
  const tags = useQuery(tagsQuery(resourceArn));
  if (tags.error !== null) return <Problem error={tags.error} onRetry={() => void tags.refetch()} />;
  return (
    <Table
      variant="borderless"
      loading={tags.isPending}
      loadingText="Loading"
      ariaLabels={{ tableLabel: "Tags" }}
      header={<Header variant="h2">Tags</Header>}
      items={tags.data?.tags ?? []}
      empty="There is no tag. TagResource adds some."
      columnDefinitions={[
        { id: "key", header: "Key", isRowHeader: true, cell: ({ key }) => <Foreign text={key} /> },
        { id: "value", header: "Value", cell: ({ value }) => <Foreign text={value} /> },
      ]}
    />
  );
}
