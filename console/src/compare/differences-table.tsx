// Differences of JSON, one place a line.
import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { type Json, stringifyJson } from "@asl/json.ts";
import type { JsonDifferences } from "@engine/inspection/json-differences.ts";
import { shownLine } from "../parts/shown-text.ts";

interface DifferencesTableProps {
  readonly title: string;
  readonly found: JsonDifferences;
  readonly left: string;
  readonly right: string;
}

export function DifferencesTable({ title, found, left, right }: DifferencesTableProps) {
  const { differences, isCut } = found;
  return (
    <Table
      variant="borderless"
      contentDensity="compact"
      wrapLines
      header={<Header variant="h3">{title}</Header>}
      ariaLabels={{ tableLabel: `Differences of ${title}` }}
      empty="The same"
      items={differences}
      trackBy="pointer"
      columnDefinitions={[
        {
          id: "place",
          header: "Place",
          isRowHeader: true,
          cell: ({ pointer }) => (
            <code className="code">
              <bdi>{pointer === "" ? "all of it" : shownLine(pointer, 200)}</bdi>
            </code>
          ),
        },
        { id: "left", header: left, cell: (one) => <Side value={one.left} /> },
        { id: "right", header: right, cell: (one) => <Side value={one.right} /> },
      ]}
      footer={isCut ? <Box color="text-body-secondary">There are more: only the first are shown.</Box> : null}
    />
  );
}

function Side({ value }: { readonly value: Json | undefined }) {
  if (value === undefined) return <Box color="text-body-secondary">nothing</Box>;
  return (
    <code className="code">
      <bdi>{shownLine(stringifyJson(value), 400)}</bdi>
    </code>
  );
}
