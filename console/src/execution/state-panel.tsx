// The panel of what is chosen: a visit of a state, a state that was not entered, or an event.
import Box from "@cloudscape-design/components/box";
import Spinner from "@cloudscape-design/components/spinner";
import SplitPanel from "@cloudscape-design/components/split-panel";
import { lazy, memo, Suspense, useDeferredValue } from "react";
import type { ExecutionFacts } from "@contract";
import { shownLine } from "../parts/shown-text.ts";
import { type Run, useRun } from "./run.tsx";
import { type Selection, useSelection } from "./selection.ts";

// The page is there before its panel: most of what a panel needs, no page needs.
const EventDetails = lazy(async () => ({ default: (await import("./event-details.tsx")).EventDetails }));
const StateDefinition = lazy(async () => ({ default: (await import("./state-definition.tsx")).StateDefinition }));
const VisitDetails = lazy(async () => ({ default: (await import("./visit-details.tsx")).VisitDetails }));

interface StatePanelProps {
  readonly facts: ExecutionFacts;
}

interface Shown {
  readonly run: Run;
  readonly selection: Selection;
}

export function StatePanel({ facts }: StatePanelProps) {
  // A panel takes longer than a frame: it follows the scrubber as soon as there is time for it.
  const run = useDeferredValue(useRun());
  return <Panel run={run} selection={useSelection()} facts={facts} />;
}

const Panel = memo(PanelAtMoment);

function PanelAtMoment({ run, selection, facts }: StatePanelProps & Shown) {
  return (
    <SplitPanel header={headerOf(run, selection)} closeBehavior="hide" i18nStrings={strings}>
      <Suspense fallback={<Spinner />}>
        <Content run={run} selection={selection} facts={facts} />
      </Suspense>
    </SplitPanel>
  );
}

function Content({ run, selection, facts }: StatePanelProps & Shown) {
  if (run.event !== undefined) return <EventDetails event={run.event} facts={facts} />;
  if (run.visit !== undefined) return <VisitDetails key={run.visit.id} visit={run.visit} run={run} facts={facts} />;
  const { definition } = run;
  if (definition === undefined || selection.state === undefined) return null;
  return (
    <>
      <Box padding={{ bottom: "m" }} color="text-body-secondary">
        The execution has not come to this state.
      </Box>
      <StateDefinition definition={definition.text} nodeId={selection.state} />
    </>
  );
}

function headerOf({ event, visit, definition }: Run, { state }: Selection): string {
  if (event !== undefined) return `Event ${event.id}`;
  const name = visit?.name ?? definition?.graph.nodes.find(({ id }) => id === state)?.name ?? "State";
  return shownLine(name, 60);
}

const strings = {
  closeButtonAriaLabel: "Close the panel",
  openButtonAriaLabel: "Open the panel",
  preferencesTitle: "Where the panel is",
  preferencesPositionLabel: "Position",
  preferencesPositionDescription: "Beside the page, or below it.",
  preferencesPositionSide: "Side",
  preferencesPositionBottom: "Bottom",
  preferencesConfirm: "Keep",
  preferencesCancel: "Cancel",
  resizeHandleAriaLabel: "Change the size of the panel",
};
