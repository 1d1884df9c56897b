// Two definitions, state by state: what was added, removed or changed.
import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { parseJson } from "@asl/json.ts";
import { compareDefinitions } from "@engine/inspection/compare.ts";
import { useMemo } from "react";
import { shownLine } from "../parts/shown-text.ts";
import { DifferencesTable } from "./differences-table.tsx";

interface DefinitionsComparisonProps {
  readonly leftText: string;
  readonly rightText: string;
  readonly left: string;
  readonly right: string;
}

const words = { added: "Added", removed: "Removed", changed: "Changed" } as const;

/** States that are opened at first. */
const opened = 5;

export function DefinitionsComparison({ leftText, rightText, left, right }: DefinitionsComparisonProps) {
  const states = useMemo(() => compareDefinitions(parseJson(leftText), parseJson(rightText)), [leftText, rightText]);
  if (states.length === 0) return <Box color="text-body-secondary">The definitions are the same.</Box>;
  return (
    <SpaceBetween size="s">
      {states.map(({ path, change, differences }, index) => (
        <ExpandableSection
          key={path}
          defaultExpanded={index < opened}
          headerText={path === "" ? "The machine itself" : shownLine(path, 120)}
          headerDescription={words[change]}
        >
          <DifferencesTable title="Fields" found={differences} left={left} right={right} />
        </ExpandableSection>
      ))}
    </SpaceBetween>
  );
}
