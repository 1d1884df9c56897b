// Creates an activity.
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../actions/action-dialog.tsx";
import { summaryQuery } from "../api/queries.ts";

export function CreateActivity() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" onClick={() => setOpen(true)}>
        Create activity
      </Button>
      {isOpen ? <CreateDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function CreateDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const queries = useQueryClient();
  return (
    <ActionDialog
      action="CreateActivity"
      input={{ name }}
      title="Create activity"
      verb="Create activity"
      onDone={() => queries.invalidateQueries({ queryKey: summaryQuery.queryKey })}
      onClose={onClose}
    >
      <FormField label="Name" description="1 to 80 characters, without spaces or brackets." stretch>
        <Input value={name} onChange={({ detail }) => setName(detail.value)} spellcheck={false} autoFocus />
      </FormField>
    </ActionDialog>
  );
}
