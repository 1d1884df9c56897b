// Asks before something is deleted, and says what goes with it.
import Box from "@cloudscape-design/components/box";
import type { ReactNode } from "react";
import { useNotify } from "../app/notices.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { shownLine } from "../parts/shown-text.ts";
import { ActionDialog } from "./action-dialog.tsx";

interface DeleteDialogProps {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The kind of thing, such as `alias`. */
  readonly kind: string;
  readonly name: string;
  /** Said when it is done. */
  readonly done: string;
  readonly onDone: () => unknown;
  readonly onClose: () => void;
  /** The consequence, as the rest of a sentence that begins with the name. */
  readonly children: ReactNode;
}

export function DeleteDialog({ action, input, kind, name, done, onDone, onClose, children }: DeleteDialogProps) {
  const notify = useNotify();
  return (
    <ActionDialog
      action={action}
      input={input}
      title={`Delete the ${kind}?`}
      verb="Delete"
      onDone={async () => {
        notify({ type: "success", text: `${shownLine(name, 80)} ${done}` });
        await onDone();
      }}
      onClose={onClose}
    >
      <Box>
        <strong>
          <Foreign text={name} />
        </strong>{" "}
        {children}
      </Box>
    </ActionDialog>
  );
}
