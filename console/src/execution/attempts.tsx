// The calls that a visit made: what was sent, what came back, and until when it waited before the next try.
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { resourceName } from "@asl/resource.ts";
import { durationText, exactTimeText } from "../parts/durations.ts";
import { Foreign } from "../parts/foreign.tsx";
import { LongText } from "../parts/long-text.tsx";
import { PayloadView } from "./payload-view.tsx";
import type { Attempt, Visit } from "./visits.ts";

export function Attempts({ visit, executionArn }: { readonly visit: Visit; readonly executionArn: string }) {
  const { attempts } = visit;
  return (
    <SpaceBetween size="s">
      {attempts.map((attempt, index) => (
        <ExpandableSection
          key={attempt.scheduledEventId}
          defaultExpanded={index === attempts.length - 1}
          headerText={attempts.length === 1 ? resourceName(attempt.resource) : `Try ${index + 1}`}
          headerDescription={descriptionOf(attempt)}
          headerInfo={<Outcome attempt={attempt} />}
        >
          <SpaceBetween size="s">
            {attempt.error === undefined && attempt.cause === undefined ? null : (
              <div>
                <strong className="failed-text">
                  <Foreign text={attempt.error ?? "An error without a name"} />
                </strong>
                <div>{attempt.cause === undefined ? null : <LongText text={attempt.cause} />}</div>
              </div>
            )}
            <PayloadView payload={attempt.parameters} label="parameters" executionArn={executionArn} />
            {attempt.output === undefined ? null : (
              <PayloadView payload={attempt.output} label="result" executionArn={executionArn} />
            )}
          </SpaceBetween>
        </ExpandableSection>
      ))}
    </SpaceBetween>
  );
}

function Outcome({ attempt }: { readonly attempt: Attempt }) {
  if (attempt.output !== undefined) return <StatusIndicator type="success">Result</StatusIndicator>;
  if (attempt.endedAt !== undefined) return <StatusIndicator type="error">Failed</StatusIndicator>;
  return <StatusIndicator type="in-progress">At work</StatusIndicator>;
}

function descriptionOf({ scheduledAt, endedAt, retryAt }: Attempt): string {
  const took = endedAt === undefined ? "" : `, took ${durationText(endedAt - scheduledAt)}`;
  const next = retryAt === undefined ? "" : `, the next try at ${exactTimeText(retryAt)}`;
  return `Scheduled at ${exactTimeText(scheduledAt)}${took}${next}`;
}
