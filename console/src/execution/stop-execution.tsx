// Asks before it stops an execution, and for the error and cause that its history shall show.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { act } from "../api/client.ts";
import { executionQuery } from "../api/queries.ts";
import { Problem } from "../parts/problem.tsx";

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
  const stop = useMutation({
    mutationFn: () =>
      act("StopExecution", { executionArn, ...(error === "" ? {} : { error }), ...(cause === "" ? {} : { cause }) }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: executionQuery(executionArn).queryKey });
      onClose();
    },
  });
  return (
    <Modal
      visible
      header="Stop the execution?"
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" loading={stop.isPending} onClick={() => stop.mutate()}>
              Stop
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {stop.error === null ? null : <Problem error={stop.error} />}
        <Box>States that are at work are aborted. The execution can be redriven from there.</Box>
        <FormField label="Error" description="A name for it, if you want." stretch>
          <Input value={error} onChange={({ detail }) => setError(detail.value)} />
        </FormField>
        <FormField label="Cause" description="The reason, for whoever reads the history." stretch>
          <Textarea value={cause} onChange={({ detail }) => setCause(detail.value)} rows={3} />
        </FormField>
      </SpaceBetween>
    </Modal>
  );
}
