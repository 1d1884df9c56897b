// The tags of a machine: added, changed and taken away here.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../actions/action-dialog.tsx";
import { tagsQuery } from "../api/queries.ts";
import { EmptyTable } from "../parts/empty-table.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { Problem } from "../parts/problem.tsx";
import { RowActions } from "../parts/row-actions.tsx";
import { type Tag, TagDialog } from "./tag-dialog.tsx";

interface Chosen {
  readonly dialog: "add" | "change" | "remove";
  readonly tag?: Tag;
}

export function TagsTable({ resourceArn }: { readonly resourceArn: string }) {
  const tags = useQuery(tagsQuery(resourceArn));
  const queries = useQueryClient();
  const [chosen, choose] = useState<Chosen>();
  if (tags.error !== null) return <Problem error={tags.error} onRetry={() => void tags.refetch()} />;
  const items = tags.data?.tags ?? [];
  const onDone = (): Promise<void> => queries.invalidateQueries({ queryKey: tagsQuery(resourceArn).queryKey });
  const onClose = (): void => choose(undefined);
  return (
    <>
      <Table
        variant="borderless"
        loading={tags.isPending}
        loadingText="Loading"
        ariaLabels={{ tableLabel: "Tags" }}
        header={
          <Header
            variant="h2"
            counter={`(${items.length})`}
            actions={<Button onClick={() => choose({ dialog: "add" })}>Add tag</Button>}
          >
            Tags
          </Header>
        }
        items={items}
        empty={
          <EmptyTable title="There is no tag">Policies and bills can tell machines apart by their tags.</EmptyTable>
        }
        columnDefinitions={columnsOf(choose)}
      />
      {chosen === undefined || chosen.dialog === "remove" ? null : (
        <TagDialog resourceArn={resourceArn} tag={chosen.tag} onDone={onDone} onClose={onClose} />
      )}
      {chosen?.dialog === "remove" && chosen.tag !== undefined ? (
        <ActionDialog
          action="UntagResource"
          input={{ resourceArn, tagKeys: [chosen.tag.key] }}
          title="Take the tag away?"
          verb="Take away"
          onDone={onDone}
          onClose={onClose}
        >
          <Box>
            <strong>
              <Foreign text={chosen.tag.key} />
            </strong>{" "}
            with its value. Rules that look for it hold no longer.
          </Box>
        </ActionDialog>
      ) : null}
    </>
  );
}

const columnsOf = (choose: (chosen: Chosen) => void) => [
  { id: "key", header: "Key", isRowHeader: true, cell: ({ key }: Tag) => <Foreign text={key} /> },
  { id: "value", header: "Value", cell: ({ value }: Tag) => <Foreign text={value} /> },
  {
    id: "actions",
    header: "Actions",
    cell: (tag: Tag) => (
      <RowActions
        of={`tag ${tag.key}`}
        actions={[
          { text: "Change", onDo: () => choose({ dialog: "change", tag }) },
          { text: "Take away", onDo: () => choose({ dialog: "remove", tag }) },
        ]}
      />
    ),
  },
];
