// Asks before it deletes a machine.
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { DeleteDialog } from "../actions/delete-dialog.tsx";
import type { StateMachine } from "../api/aws-shapes.ts";
import { summaryQuery } from "../api/queries.ts";

export function DeleteMachine({ machine, onClose }: { readonly machine: StateMachine; readonly onClose: () => void }) {
  const { stateMachineArn, name } = machine;
  const queries = useQueryClient();
  const navigate = useNavigate();
  return (
    <DeleteDialog
      action="DeleteStateMachine"
      input={{ stateMachineArn }}
      kind="state machine"
      name={name}
      done="is deleted once its executions have ended."
      onDone={async () => {
        await queries.invalidateQueries({ queryKey: summaryQuery.queryKey });
        await navigate({ to: "/" });
      }}
      onClose={onClose}
    >
      takes no new executions then. Those that run go on to their ends; after that the machine, its versions and its
      aliases are gone.
    </DeleteDialog>
  );
}
