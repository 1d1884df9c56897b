// Asks before it deletes a machine.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { StateMachine } from "../api/aws-shapes.ts";
import { act } from "../api/client.ts";
import { summaryQuery } from "../api/queries.ts";
import { useNotify } from "../app/notices.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { Problem } from "../parts/problem.tsx";
import { shownLine } from "../parts/shown-text.ts";

export function DeleteMachine({ machine, onClose }: { readonly machine: StateMachine; readonly onClose: () => void }) {
  const { stateMachineArn, name } = machine;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const notify = useNotify();
  const deletion = useMutation({
    mutationFn: () => act("DeleteStateMachine", { stateMachineArn }),
    onSuccess: async () => {
      notify({ type: "success", text: `${shownLine(name, 80)} is deleted once its executions have ended.` });
      await queries.invalidateQueries({ queryKey: summaryQuery.queryKey });
      await navigate({ to: "/" });
    },
  });
  return (
    <Modal
      visible
      header="Delete the state machine?"
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" loading={deletion.isPending} onClick={() => deletion.mutate()}>
              Delete
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {deletion.error === null ? null : <Problem error={deletion.error} />}
        <Box>
          <strong>
            <Foreign text={name} />
          </strong>{" "}
          takes no new executions then. Those that run go on to their ends; after that the machine, its versions and its
          aliases are gone.
        </Box>
      </SpaceBetween>
    </Modal>
  );
}
