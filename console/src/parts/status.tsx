// The status of an execution or of a state: an icon, a colour and a word, never a colour alone.
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";

const looks: Readonly<Record<string, readonly [StatusIndicatorProps.Type, string]>> = {
  RUNNING: ["in-progress", "Running"],
  SUCCEEDED: ["success", "Succeeded"],
  FAILED: ["error", "Failed"],
  TIMED_OUT: ["warning", "Timed out"],
  ABORTED: ["stopped", "Aborted"],
  ACTIVE: ["success", "Active"],
  DELETING: ["pending", "Deleting"],
  DELETED: ["stopped", "Deleted"],
  PENDING_REDRIVE: ["pending", "Pending redrive"],
  QUARANTINED: ["warning", "Quarantined"],
  succeeded: ["success", "Succeeded"],
  failed: ["error", "Failed"],
  running: ["in-progress", "Running"],
  caught: ["warning", "Caught error"],
  waiting: ["pending", "Waiting"],
  aborted: ["stopped", "Aborted"],
  RETRIABLE: ["warning", "Retriable"],
  CAUGHT_ERROR: ["warning", "Caught error"],
};

export function Status({ status }: { readonly status: string }) {
  const [type, word] = looks[status] ?? ["info", status];
  return <StatusIndicator type={type}>{word}</StatusIndicator>;
}

export const executionStatuses = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] as const;

export function statusWord(status: string): string {
  return looks[status]?.[1] ?? status;
}
