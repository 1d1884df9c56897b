// The page of a Map Run: how its items and child executions fare, and what of it may be changed while it runs.
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { MapRun } from "../api/aws-shapes.ts";
import { executionQuery, mapRunQuery } from "../api/queries.ts";
import { Page } from "../app/page.tsx";
import { RouterLink } from "../app/router-link.tsx";
import { Redrive } from "../execution/redrive.tsx";
import { executionNameOf } from "../parts/arn.ts";
import { CopiedArn } from "../parts/copied-arn.tsx";
import { Duration } from "../parts/duration.tsx";
import { Problem } from "../parts/problem.tsx";
import { shownLine } from "../parts/shown-text.ts";
import { Status } from "../parts/status.tsx";
import { Time } from "../parts/time.tsx";
import { ChangeMapRun } from "./change-map-run.tsx";
import { ChildExecutions } from "./child-executions.tsx";
import { Progress } from "./progress.tsx";

export function MapRunPage() {
  const { mapRunArn } = useParams({ from: "/map-runs/$mapRunArn" });
  const { data: run, error, refetch } = useQuery(mapRunQuery(mapRunArn));
  return (
    <Page
      title="Map Run"
      breadcrumbs={
        run === undefined
          ? []
          : [
              {
                text: executionNameOf(run.executionArn),
                to: "/executions/$executionArn",
                params: { executionArn: run.executionArn },
              },
            ]
      }
      info={run === undefined ? undefined : <Status status={run.status} />}
      description={<CopiedArn arn={mapRunArn} label="Map Run ARN" />}
      actions={run === undefined ? undefined : <MapRunActions run={run} />}
    >
      {run === undefined && error === null ? <Spinner size="large" /> : null}
      {run === undefined && error !== null ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {run === undefined ? null : <Loaded run={run} />}
    </Page>
  );
}

/** A run that goes on can be changed; one that has failed goes on when its execution is redriven. */
function MapRunActions({ run }: { readonly run: MapRun }) {
  const { data: facts } = useQuery({ ...executionQuery(run.executionArn), enabled: run.status !== "RUNNING" });
  if (run.status === "RUNNING") return <ChangeMapRun run={run} />;
  return facts === undefined || run.status === "SUCCEEDED" ? null : <Redrive facts={facts} />;
}

function Loaded({ run }: { readonly run: MapRun }) {
  return (
    <SpaceBetween size="l">
      <div className="map-run">
        <Container header={<Header variant="h2">Details</Header>} fitHeight>
          <Facts run={run} />
        </Container>
        <Container header={<Header variant="h2">Progress</Header>} fitHeight>
          <Progress run={run} />
        </Container>
      </div>
      <ChildExecutions mapRunArn={run.mapRunArn} isRunning={run.status === "RUNNING"} />
    </SpaceBetween>
  );
}

function Facts({ run }: { readonly run: MapRun }) {
  const started = run.startDate * 1000;
  const stopped = run.stopDate === undefined ? undefined : run.stopDate * 1000;
  return (
    <KeyValuePairs
      columns={2}
      minColumnWidth={130}
      items={[
        {
          label: "Execution",
          value: (
            <RouterLink to="/executions/$executionArn" params={{ executionArn: run.executionArn }}>
              <bdi>{shownLine(executionNameOf(run.executionArn), 60)}</bdi>
            </RouterLink>
          ),
        },
        { label: "Started", value: <Time at={started} /> },
        { label: "Duration", value: <Duration from={started} to={stopped} /> },
        { label: "Redrives", value: run.redriveCount ?? 0 },
        {
          label: "Most at the same time",
          value: run.maxConcurrency === 0 ? "As many as may be" : run.maxConcurrency,
        },
        { label: "Tolerated failures", value: toleratedText(run) },
      ]}
    />
  );
}

function toleratedText({ toleratedFailureCount, toleratedFailurePercentage }: MapRun): string {
  const parts = [
    toleratedFailureCount > 0 ? `${toleratedFailureCount} items` : "",
    toleratedFailurePercentage > 0 ? `${toleratedFailurePercentage} %` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "None" : parts.join(", or ");
}
