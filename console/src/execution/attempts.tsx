// The calls that a visit made: what was sent, what came back, and until when it waited before the next try.
import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { resourceName } from "@asl/resource.ts";
import { durationText, exactTimeText } from "../parts/durations.ts";
import { ErrorAndCause } from "../parts/error-and-cause.tsx";
import { PayloadView } from "./payload-view.tsx";
import type { Attempt, VisitState } from "@engine/inspection/visit-state.ts";

export function Attempts({ visit, executionArn }: { readonly visit: VisitState; readonly executionArn: string }) {
  const { attempts } = visit;
  return (
    <SpaceBetween size="s">
      {attempts.map((attempt, index) => (
        <ExpandableSection
          key={attempt.scheduledEventId}
          defaultExpanded={index === attempts.length - 1}
          headerText={attempts.length === 1 ? resourceName(attempt.resource) : `Try ${index + 1}`}
          headerDescription={descriptionOf(attempt)}
        >
          <SpaceBetween size="s">
            {attempt.error === undefined && attempt.cause === undefined ? null : (
              <ErrorAndCause error={attempt.error} cause={attempt.cause} />
            )}
            <Box variant="awsui-key-label">Sent</Box>
            <PayloadView payload={attempt.parameters} label="parameters" executionArn={executionArn} />
            {attempt.output === undefined ? null : (
              <div>
                <Box variant="awsui-key-label">Result</Box>
                <PayloadView payload={attempt.output} label="result" executionArn={executionArn} />
              </div>
            )}
          </SpaceBetween>
        </ExpandableSection>
      ))}
    </SpaceBetween>
  );
}

function descriptionOf({ scheduledAt, endedAt, output, retryAt }: Attempt): string {
  const outcome = output === undefined ? "failed" : "had its result";
  const took = endedAt === undefined ? ", still at work" : `, ${outcome} after ${durationText(endedAt - scheduledAt)}`;
  const next = retryAt === undefined ? "" : `, the next try at ${exactTimeText(retryAt)}`;
  return `Scheduled at ${exactTimeText(scheduledAt)}${took}${next}`;
}
