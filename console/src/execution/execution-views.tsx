// The views of an execution: graph, table of states, events.
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import Spinner from "@cloudscape-design/components/spinner";
import type { ExecutionFacts } from "@contract";
import { GraphCanvas } from "../graph/graph-canvas.tsx";
import { EventsTable } from "./events-table.tsx";
import { IterationPicker } from "./iteration-picker.tsx";
import type { Run } from "./run.ts";
import { type Selection, useSelect, useSelection } from "./selection.ts";
import { StatesTable } from "./states-table.tsx";
import { Moment } from "../time-travel/moment.tsx";
import { Scrubber } from "../time-travel/scrubber.tsx";
import { useTravel } from "../time-travel/travel.ts";
import { Timeline } from "../timeline/timeline.tsx";
import "./execution-views.css";

interface ViewsProps {
  readonly facts: ExecutionFacts;
  readonly run: Run;
  readonly isLoading: boolean;
}

const titles = { graph: "Graph", table: "States", timeline: "Timeline", events: "Events" } as const;

export function ExecutionViews({ facts, run, isLoading }: ViewsProps) {
  const { view = "graph" } = useSelection();
  const select = useSelect();
  const travel = useTravel(facts, run.definition?.shape, run.events);
  const { length } = run.events;
  return (
    <Container
      disableContentPaddings
      footer={
        travel === undefined || length < 2 ? null : (
          <Moment travel={travel} position={run.position} executionArn={facts.executionArn} />
        )
      }
      header={
        <Header
          variant="h2"
          counter={countOf(view, run)}
          actions={
            <SegmentedControl
              selectedId={view}
              label="View"
              onChange={({ detail }) =>
                select({ view: detail.selectedId === "graph" ? undefined : (detail.selectedId as Selection["view"]) })
              }
              options={[
                { id: "graph", text: "Graph" },
                { id: "table", text: "States" },
                { id: "timeline", text: "Timeline" },
                { id: "events", text: "Events" },
              ]}
            />
          }
        >
          {titles[view]}
        </Header>
      }
    >
      <Scrubber events={run.events} position={run.position} onPosition={run.travelTo} />
      {isLoading && run.events.length === 0 ? (
        <Box padding="xxl" textAlign="center">
          <Spinner size="large" />
        </Box>
      ) : (
        <View view={view} facts={facts} run={run} />
      )}
    </Container>
  );
}

function countOf(view: keyof typeof titles, run: Run): string {
  if (view === "events") return `(${run.events.length.toLocaleString()})`;
  return view === "table" ? `(${run.shown.length.toLocaleString()})` : "";
}

function View({
  view,
  facts,
  run,
}: {
  readonly view: keyof typeof titles;
  readonly facts: ExecutionFacts;
  readonly run: Run;
}) {
  const select = useSelect();
  const { state, visit } = useSelection();
  if (view === "events") return <EventsTable run={run} />;
  if (view === "timeline") return <Timeline run={run} facts={facts} />;
  if (run.definition === undefined) {
    return (
      <Box padding="l" color="text-body-secondary">
        Your key does not allow to see the definition (states:DescribeStateMachineForExecution). The events show what
        happened.
      </Box>
    );
  }
  return (
    <>
      <IterationPicker run={run} />
      {view === "table" ? (
        <StatesTable run={run} />
      ) : (
        <div className="graph-frame">
          <GraphCanvas
            graph={run.definition.graph}
            name={facts.name}
            looks={run.looks}
            taken={run.taken}
            chosen={state ?? run.visits.all.find(({ id }) => id === visit)?.nodeId}
            onChoose={(nodeId) => select({ state: nodeId, visit: undefined, event: undefined, panel: undefined })}
          />
        </div>
      )}
    </>
  );
}
