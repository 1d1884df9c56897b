// A dialogue for one AWS action: it performs the action under the key of the session, or copies it as a command or code.
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { act } from "../api/client.ts";
import { CopyAs } from "./copy-as.tsx";
import { Dialog } from "./dialog.tsx";

interface ActionDialogProps<Answer> {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly title: string;
  readonly verb: string;
  readonly size?: "medium" | "large";
  readonly isDisabled?: boolean;
  /** Called when it is done, before the dialogue is closed. */
  readonly onDone: (answer: Answer) => unknown;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function ActionDialog<Answer = object>({
  action,
  input,
  onDone,
  onClose,
  children,
  ...shown
}: ActionDialogProps<Answer>) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => act<Answer>(action, input),
    onSuccess: async (answer) => {
      await onDone(answer);
      onClose();
    },
  });
  return (
    <Dialog
      {...shown}
      isPending={isPending}
      error={error}
      onDo={() => mutate()}
      onClose={onClose}
      aside={<CopyAs action={action} input={input} />}
    >
      {children}
    </Dialog>
  );
}
