// Stops or redrives several executions at once: first it shows which of the chosen ones, and then how each has fared.
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Table from "@cloudscape-design/components/table";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ExecutionRow } from "@contract";
import { Dialog } from "../actions/dialog.tsx";
import { act } from "../api/client.ts";
import { Foreign } from "../parts/foreign.tsx";
import { Status } from "../parts/status.tsx";
import { shownText } from "../parts/shown-text.ts";

type BulkAction = "StopExecution" | "RedriveExecution";

const words = {
  StopExecution: { verb: "Stop", done: "Stopped" },
  RedriveExecution: { verb: "Redrive", done: "Redriven" },
} as const;

interface BulkActionsProps {
  readonly selected: readonly ExecutionRow[];
  readonly onDone: () => void;
}

export function BulkActions({ selected, onDone }: BulkActionsProps) {
  const [action, setAction] = useState<BulkAction>();
  const stoppable = selected.filter((row) => isFor("StopExecution", row)).length;
  const redrivable = selected.filter((row) => isFor("RedriveExecution", row)).length;
  return (
    <>
      <ButtonDropdown
        disabled={stoppable + redrivable === 0}
        disabledReason="Choose executions that run, to stop them, or that have failed, to redrive them."
        items={[
          { id: "StopExecution", text: `Stop ${stoppable}`, disabled: stoppable === 0 },
          { id: "RedriveExecution", text: `Redrive ${redrivable}`, disabled: redrivable === 0 },
        ]}
        onItemClick={({ detail }) => setAction(detail.id as BulkAction)}
      >
        Stop or redrive
      </ButtonDropdown>
      {action === undefined ? null : (
        <BulkDialog
          action={action}
          rows={selected.filter((row) => isFor(action, row))}
          onClose={() => {
            setAction(undefined);
            onDone();
          }}
        />
      )}
    </>
  );
}

function isFor(action: BulkAction, { status, type }: ExecutionRow): boolean {
  if (action === "StopExecution") return status === "RUNNING";
  return status !== "RUNNING" && status !== "SUCCEEDED" && type === "STANDARD";
}

interface BulkDialogProps {
  readonly action: BulkAction;
  readonly rows: readonly ExecutionRow[];
  readonly onClose: () => void;
}

function BulkDialog({ action, rows: given, onClose }: BulkDialogProps) {
  const [rows] = useState(given);
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, string>>(new Map());
  const queries = useQueryClient();
  const { verb, done } = words[action];
  const work = useMutation({
    mutationFn: async () => {
      for (const { executionArn } of rows) {
        const outcome = await act(action, { executionArn }).then(
          () => done,
          (error: unknown) => (error instanceof Error ? error.message : String(error)),
        );
        setOutcomes((known) => new Map([...known, [executionArn, outcome]]));
      }
      await queries.invalidateQueries({ queryKey: ["executions"] });
    },
  });
  const isDone = work.isSuccess;
  return (
    <Dialog
      size="large"
      title={`${verb} ${rows.length === 1 ? "one execution" : `${rows.length} executions`}?`}
      verb={isDone ? undefined : verb}
      isPending={work.isPending}
      error={work.error}
      onDo={() => work.mutate()}
      onClose={onClose}
    >
      <Table
        variant="borderless"
        ariaLabels={{ tableLabel: "Executions" }}
        items={rows}
        trackBy="executionArn"
        columnDefinitions={[
          { id: "name", header: "Name", isRowHeader: true, cell: ({ name }) => <Foreign text={name} /> },
          { id: "status", header: "Status", cell: ({ status }) => <Status status={status} /> },
          {
            id: "outcome",
            header: "Outcome",
            cell: ({ executionArn }) => shownText(outcomes.get(executionArn) ?? "–"),
          },
        ]}
      />
    </Dialog>
  );
}
