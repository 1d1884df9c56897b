// Asks before it stops an execution, and for the error and cause that its history shall show.
import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Textarea from "@cloudscape-design/components/textarea";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../actions/action-dialog.tsx";
import { executionQuery } from "../api/queries.ts";

export function StopExecution({
  executionArn,
  onClose,
}: {
  readonly executionArn: string;
  readonly onClose: () => void;
}) {
  const [error, setError] = useState("");
  const [cause, setCause] = useState("");
  const queries = useQueryClient();
  return (
    <ActionDialog
      action="StopExecution"
      input={{ executionArn, ...(error === "" ? {} : { error }), ...(cause === "" ? {} : { cause }) }}
      title="Stop the execution?"
      verb="Stop"
      onDone={() => queries.invalidateQueries({ queryKey: executionQuery(executionArn).queryKey })}
      onClose={onClose}
    >
      <Box>States that are at work are aborted. The execution can be redriven from there.</Box>
      <FormField label="Error" description="A name for it, if you want." stretch>
        <Input value={error} onChange={({ detail }) => setError(detail.value)} />
      </FormField>
      <FormField label="Cause" description="The reason, for whoever reads the history." stretch>
        <Textarea value={cause} onChange={({ detail }) => setCause(detail.value)} rows={3} />
      </FormField>
    </ActionDialog>
  );
}
