// The views of an execution: graph, table of states, events.
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import Spinner from "@cloudscape-design/components/spinner";
import type { ExecutionFacts } from "@contract";
import { ExecutionGraph } from "./execution-graph.tsx";
import { EventsTable } from "./events-table.tsx";
import { IterationPicker } from "./iteration-picker.tsx";
import { type Recorded, useRun } from "./run.tsx";
import { type Selection, useSelect, useSelection } from "./selection.ts";
import { StatesTable } from "./states-table.tsx";
import { Moment } from "../time-travel/moment.tsx";
import { Scrubber } from "../time-travel/scrubber.tsx";
import { Timeline } from "../timeline/timeline.tsx";
import "./execution-views.css";

interface ViewsProps {
  readonly facts: ExecutionFacts;
  readonly recorded: Recorded;
  readonly isLoading: boolean;
}

const titles = { graph: "Graph", table: "States", timeline: "Timeline", events: "Events" } as const;

/** Nothing of it but what is in `View`, `Scrubber` and `Moment` changes with the moment that is looked at. */
export function ExecutionViews({ facts, recorded: { events, travel }, isLoading }: ViewsProps) {
  const { view = "graph" } = useSelection();
  const select = useSelect();
  return (
    <Container
      disableContentPaddings
      footer={
        travel === undefined || events.length < 2 ? null : <Moment travel={travel} executionArn={facts.executionArn} />
      }
      header={
        <Header
          variant="h2"
          counter={view === "events" ? `(${events.length.toLocaleString()})` : ""}
          info={view === "table" ? <CountOfVisits /> : undefined}
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
      <Scrubber />
      {isLoading && events.length === 0 ? (
        <Box padding="xxl" textAlign="center">
          <Spinner size="large" />
        </Box>
      ) : (
        <View view={view} facts={facts} />
      )}
    </Container>
  );
}

function CountOfVisits() {
  const { shown } = useRun();
  return <Box color="text-body-secondary" display="inline">{`${shown.count.toLocaleString()} visits`}</Box>;
}

function View({ view, facts }: { readonly view: keyof typeof titles; readonly facts: ExecutionFacts }) {
  const run = useRun();
  if (view === "events") return <EventsTable />;
  if (view === "timeline") return <Timeline facts={facts} />;
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
      {view === "table" ? <StatesTable /> : <ExecutionGraph run={run} definition={run.definition} name={facts.name} />}
    </>
  );
}
