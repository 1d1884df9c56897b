// Why an execution did not succeed, in one place: the error, its cause, and the state that it came from.
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import type { ExecutionFacts } from "@contract";
import { ErrorAndCause } from "../parts/error-and-cause.tsx";
import { shownLine } from "../parts/shown-text.ts";
import type { Recorded } from "./run.tsx";
import { useSelect } from "./selection.ts";

interface FailureOfEvent {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

const headers = {
  FAILED: "The execution failed",
  TIMED_OUT: "The execution timed out",
  ABORTED: "The execution was stopped",
} as const;

interface FailureProps {
  readonly facts: ExecutionFacts;
  readonly recorded: Recorded;
}

export function Failure({ facts, recorded: { events, story } }: FailureProps) {
  const select = useSelect();
  const { status } = facts;
  if (status === "RUNNING" || status === "SUCCEEDED") return null;
  const end = events.at(-1);
  // A failure without a cause has no such member.
  const { error, cause }: FailureOfEvent = end !== undefined && ("error" in end || "cause" in end) ? end : {};
  // The innermost: states around it failed because of it.
  const origin = story.visits.findLast(({ statuses }) => statuses.at(-1)?.status === "failed");
  const isAtLeisure = status === "ABORTED";
  return (
    <Alert
      type={isAtLeisure ? "warning" : "error"}
      header={origin === undefined ? headers[status] : `${headers[status]} in ${shownLine(origin.name, 80)}`}
      action={
        origin === undefined ? undefined : (
          <Button
            onClick={() => select({ state: origin.nodeId, visit: origin.id, panel: undefined, event: undefined })}
          >
            Show the state
          </Button>
        )
      }
    >
      {error === undefined && cause === undefined ? (
        "Neither an error nor a cause was given."
      ) : (
        <ErrorAndCause error={error} cause={cause} />
      )}
    </Alert>
  );
}
