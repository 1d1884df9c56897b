// Publishes the definition as it is as a version.
import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../actions/action-dialog.tsx";
import type { StateMachine } from "../api/aws-shapes.ts";
import { versionsQuery } from "../api/queries.ts";
import { useNotify } from "../app/notices.tsx";

interface PublishVersionProps {
  readonly machine: StateMachine;
  readonly onClose: () => void;
}

export function PublishVersion({ machine, onClose }: PublishVersionProps) {
  const { stateMachineArn, revisionId } = machine;
  const [description, setDescription] = useState("");
  const queries = useQueryClient();
  const notify = useNotify();
  return (
    <ActionDialog
      action="PublishStateMachineVersion"
      input={{
        stateMachineArn,
        ...(revisionId === undefined ? {} : { revisionId }),
        ...(description === "" ? {} : { description }),
      }}
      title="Publish version"
      verb="Publish"
      onDone={() => {
        notify({ type: "success", text: "The definition as it is now is published as a version." });
        return queries.invalidateQueries({ queryKey: versionsQuery(stateMachineArn).queryKey });
      }}
      onClose={onClose}
    >
      <Box>A version never changes: executions that start with it follow the definition as it is now.</Box>
      <FormField label="Description" stretch>
        <Input value={description} onChange={({ detail }) => setDescription(detail.value)} autoFocus />
      </FormField>
    </ActionDialog>
  );
}
