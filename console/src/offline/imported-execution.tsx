// An execution whose history came from a file, in the views that every execution has.
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import type { JournalEvent } from "@engine/journal/event.ts";
import type { ExecutionFacts, ExecutionStatus } from "@contract";
import { useMemo } from "react";
import { OpenedExecution } from "../execution/opened-execution.tsx";
import type { ImportedFile } from "./import-files.ts";

interface ImportedExecutionProps {
  readonly imported: ImportedFile;
  readonly onClose: () => void;
}

export function ImportedExecution({ imported, onClose }: ImportedExecutionProps) {
  const { history } = imported;
  const facts = useMemo(() => factsOf(imported), [imported]);
  const journal = useMemo(() => ({ events: history.events, next: 0, isComplete: true }), [history]);
  // A definition that is made up explains nothing.
  const shown = imported.isInferred ? { ...facts, definition: undefined } : facts;
  return (
    <OpenedExecution
      facts={facts}
      explained={shown}
      journal={journal}
      isLoading={false}
      breadcrumbs={[]}
      description="From a file: nothing of it has left this browser."
      actions={<Button onClick={onClose}>Open another</Button>}
    >
      <Notes imported={imported} />
    </OpenedExecution>
  );
}

function Notes({ imported: { history, isInferred } }: { readonly imported: ImportedFile }) {
  const notes = [
    history.isCut ? "The history goes on: this is a page of it. Get all of its pages." : undefined,
    history.isDataIncluded ? undefined : "It was got without its data: get it with --include-execution-data.",
    isInferred
      ? "The definition is not at hand: the graph is made up of the states that were visited. Drop the definition with the history to have states explained."
      : undefined,
    history.leftOut.length > 0 ? `Not shown: ${history.leftOut.slice(0, 10).join(", ")}.` : undefined,
  ].filter((note) => note !== undefined);
  if (notes.length === 0) return null;
  return (
    <Alert type="info">
      {notes.map((note) => (
        <div key={note}>{note}</div>
      ))}
    </Alert>
  );
}

const endStatus: { readonly [Kind in JournalEvent["kind"]]?: ExecutionStatus } = {
  ExecutionSucceeded: "SUCCEEDED",
  ExecutionFailed: "FAILED",
  ExecutionTimedOut: "TIMED_OUT",
  ExecutionAborted: "ABORTED",
};

/** The facts that a history tells; the rest is not known. */
function factsOf({ name, history: { events, isDataIncluded }, definition }: ImportedFile): ExecutionFacts {
  const [first] = events;
  const last = events.findLast(({ kind }) => kind.startsWith("Execution"));
  const status = (last === undefined ? undefined : endStatus[last.kind]) ?? "RUNNING";
  return {
    executionArn: `file:${name}`,
    stateMachineArn: "",
    stateMachineName: "",
    name,
    type: "STANDARD",
    status,
    startedAt: first?.at ?? 0,
    stoppedAt: status === "RUNNING" ? undefined : last?.at,
    redriveCount: events.filter(({ kind }) => kind === "ExecutionRedriven").length,
    lastEventId: events.at(-1)?.id ?? 0,
    isQuarantined: false,
    machineStatus: "DELETED",
    definition,
    redrive: { isPossible: false },
    isDataShown: isDataIncluded,
  };
}
