// Creates an activity.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { act } from "../api/client.ts";
import { summaryQuery } from "../api/queries.ts";
import { Problem } from "../parts/problem.tsx";

export function CreateActivity() {
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState("");
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: () => act("CreateActivity", { name }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: summaryQuery.queryKey });
      setOpen(false);
      setName("");
    },
  });
  return (
    <>
      <Button variant="primary" onClick={() => setOpen(true)}>
        Create activity
      </Button>
      <Modal
        visible={isOpen}
        header="Create activity"
        closeAriaLabel="Close"
        onDismiss={() => setOpen(false)}
        footer={
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={() => setOpen(false)}>
                Cancel
              </Button>
              <Button variant="primary" loading={create.isPending} onClick={() => create.mutate()}>
                Create activity
              </Button>
            </SpaceBetween>
          </Box>
        }
      >
        <SpaceBetween size="m">
          {create.error === null ? null : <Problem error={create.error} />}
          <FormField label="Name" description="1 to 80 characters, without spaces or brackets." stretch>
            <Input value={name} onChange={({ detail }) => setName(detail.value)} spellcheck={false} />
          </FormField>
        </SpaceBetween>
      </Modal>
    </>
  );
}
