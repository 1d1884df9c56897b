// One visit of a state: what went in and came out, its tries, its variables, its events and its definition.
import Box from "@cloudscape-design/components/box";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Tabs from "@cloudscape-design/components/tabs";
import { lazy, Suspense } from "react";
import type { ExecutionFacts } from "@contract";
import { RouterLink } from "../app/router-link.tsx";
import { Duration } from "../parts/duration.tsx";
import { ErrorAndCause } from "../parts/error-and-cause.tsx";
import { Status } from "../parts/status.tsx";
import { Time } from "../parts/time.tsx";
import { Attempts } from "./attempts.tsx";
import { PayloadView } from "./payload-view.tsx";
import type { Run } from "./run.tsx";
import { useSelect, useSelection } from "./selection.ts";
import { StateDefinition } from "./state-definition.tsx";
import { Variables } from "./variables.tsx";
import { VisitEvents } from "./visit-events.tsx";
import { VisitPicker } from "./visit-picker.tsx";
import type { VisitState } from "@engine/inspection/visit-state.ts";

// They bring the evaluator with them, and are loaded when they are looked at.
const Why = lazy(async () => ({ default: (await import("../why/why.tsx")).Why }));
const DataFlow = lazy(async () => ({ default: (await import("../why/data-flow.tsx")).DataFlow }));

interface VisitDetailsProps {
  readonly visit: VisitState;
  readonly run: Run;
  readonly facts: ExecutionFacts;
}

export function VisitDetails({ visit, run, facts }: VisitDetailsProps) {
  const { panel } = useSelection();
  const select = useSelect();
  const tabs = tabsOf({ visit, run, facts });
  return (
    <SpaceBetween size="m">
      <VisitPicker visit={visit} run={run} />
      <MapRunLink visit={visit} />
      <KeyValuePairs
        columns={3}
        minColumnWidth={125}
        items={[
          { label: "Status", value: <Status status={visit.status} /> },
          { label: "Entered", value: <Time at={visit.enteredAt} /> },
          { label: "Duration", value: <Duration from={visit.enteredAt} to={visit.endedAt} /> },
        ]}
      />
      {visit.error === undefined && (visit.cause ?? "") === "" ? null : (
        <Box>
          <Box variant="awsui-key-label">{visit.status === "caught" ? "Caught" : "Failed with"}</Box>
          <ErrorAndCause error={visit.error} cause={visit.cause} />
        </Box>
      )}
      <Tabs
        ariaLabel="Parts of the visit"
        i18nStrings={{ scrollLeftAriaLabel: "Tabs to the left", scrollRightAriaLabel: "Tabs to the right" }}
        activeTabId={tabs.some(({ id }) => id === panel) ? (panel ?? "") : firstTab(visit)}
        onChange={({ detail }) => select({ panel: detail.activeTabId }, false)}
        tabs={tabs}
      />
    </SpaceBetween>
  );
}

/** A choice or a failure asks for its reason; anything else shows its input first. */
function firstTab({ type, status, error }: VisitState): string {
  return type === "Choice" || status === "failed" || error !== undefined ? "why" : "input";
}

/** A distributed Map has its child executions on a page of its own. */
function MapRunLink({ visit }: { readonly visit: VisitState }) {
  const started = visit.events.findLast(({ kind }) => kind === "MapRunStarted" || kind === "MapRunRedriven");
  if (started === undefined || !("mapRunArn" in started)) return null;
  return (
    <RouterLink to="/map-runs/$mapRunArn" params={{ mapRunArn: started.mapRunArn }}>
      Map Run: its items and child executions
    </RouterLink>
  );
}

function tabsOf({ visit, run, facts }: VisitDetailsProps) {
  const { executionArn } = facts;
  const tabs = [
    {
      id: "why",
      label: "Why",
      content: (
        <Suspense fallback={<Spinner />}>
          <Why visit={visit} run={run} facts={facts} />
        </Suspense>
      ),
    },
    {
      id: "input",
      label: "Input",
      content: <PayloadView payload={visit.input} label="input" executionArn={executionArn} />,
    },
    {
      id: "output",
      label: "Output",
      content: <PayloadView payload={visit.output} label="output" executionArn={executionArn} />,
    },
    {
      id: "flow",
      label: "Data flow",
      content: (
        <Suspense fallback={<Spinner />}>
          <DataFlow visit={visit} run={run} facts={facts} />
        </Suspense>
      ),
    },
  ];
  if (visit.attempts.length > 0) {
    const label = visit.attempts.length === 1 ? "Call" : `Tries (${visit.attempts.length})`;
    tabs.push({ id: "attempts", label, content: <Attempts visit={visit} executionArn={executionArn} /> });
  }
  tabs.push({ id: "variables", label: "Variables", content: <Variables visit={visit} run={run} facts={facts} /> });
  if (run.definition !== undefined) {
    tabs.push({
      id: "definition",
      label: "Definition",
      content: <StateDefinition definition={run.definition.text} nodeId={visit.nodeId} />,
    });
  }
  tabs.push({ id: "events", label: "Events", content: <VisitEvents visit={visit} run={run} /> });
  return tabs;
}
