// Two definitions, state by state: what was added, removed or changed.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { parseJson } from "@asl/json.ts";
import { compareDefinitions } from "@engine/inspection/compare.ts";
import { useMemo, useState } from "react";
import { shownLine } from "../parts/shown-text.ts";
import { DifferencesTable } from "./differences-table.tsx";

interface DefinitionsComparisonProps {
  readonly leftText: string;
  readonly rightText: string;
  readonly left: string;
  readonly right: string;
}

const words = { added: "Added", removed: "Removed", changed: "Changed" } as const;

/** States that are opened at first, and that are shown at once. */
const [opened, page] = [5, 50];

export function DefinitionsComparison({ leftText, rightText, left, right }: DefinitionsComparisonProps) {
  const states = useMemo(() => compareDefinitions(parseJson(leftText), parseJson(rightText)), [leftText, rightText]);
  const [most, setMost] = useState(page);
  if (states.length === 0) return <Box color="text-body-secondary">The definitions are the same.</Box>;
  return (
    <SpaceBetween size="s">
      {states.slice(0, most).map(({ path, change, differences }, index) => (
        <ExpandableSection
          key={path}
          defaultExpanded={index < opened}
          headerText={path === "" ? "The machine itself" : shownLine(path, 120)}
          headerDescription={words[change]}
        >
          <DifferencesTable title="Fields" found={differences} left={left} right={right} />
        </ExpandableSection>
      ))}
      {states.length > most ? (
        <Button
          onClick={() => setMost(most + page)}
        >{`Show more (${(states.length - most).toLocaleString()} states are left)`}</Button>
      ) : null}
    </SpaceBetween>
  );
}
